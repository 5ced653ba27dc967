"""Rates and shares: exact confidence sequences and one-sided alarms for k of n.

Beta-binomial mixture martingales (Robbins 1970; Howard, Ramdas, McAuliffe, Sekhon, arXiv 1810.08240). Exact
for yes/no outcomes from the first one on, whatever the rate. Everything is computed in logarithms, so n = 10⁸
is fine.
"""

import math
from collections.abc import Callable

from evaluations.stats import special
from evaluations.stats.interval import Interval
from evaluations.stats.mixtures import require_alpha

PRIOR = 0.5
"""Beta(½, ½): narrow at the ends, where error rates live."""

CONCENTRATION = 20.0
"""m of the one-sided alarm's prior Beta(m·p0, m(1 − p0)): worth 20 earlier tasks at the limit."""

SMALLEST_TAIL = 1e-290
"""Below this a float tail loses its digits. The rate then lies so far below the limit that E⁺ < 1 for certain."""


def require_counts(k: float, n: int) -> None:
    """Raises ValueError unless 0 ≤ k ≤ n."""
    if not 0 <= k <= n:
        raise ValueError(
            f"{k} of {n} is no share: the count must lie between 0 and the number of observations."
        )


def log_e(k: int, n: int, p: float, a: float = PRIOR, b: float = PRIOR) -> float:
    """ln E(p) = ln B(a + k, b + n − k) − ln B(a, b) − k ln p − (n − k) ln(1 − p): evidence against rate p.

    E has expectation 1 at every n under rate p, so E ≥ 1/α ever happens with probability at most α.
    Returns +inf when p is impossible given the data (p = 0 with k > 0).
    """
    require_counts(k, n)
    return _log_marginal(k, n, a, b) - float(special.xlogy(k, p) + special.xlog1py(n - k, -p))


def rate_sequence(k: float, n: int, alpha: float, a: float = PRIOR, b: float = PRIOR) -> Interval:
    """{p : E(p) < 1/α} within [0, 1]: covers the true rate at all n together with probability 1 − α.

    k may also be a sum of n shares between 0 and 1, such as the passes of repeated tasks. Each factor of E is convex in
    its observation, hence expects at most what it does of a yes or no with the same mean: coverage holds, and is cautious.
    """
    require_counts(k, n)
    require_alpha(alpha)
    if n == 0:
        return Interval(0.0, 1.0)
    marginal, threshold = _log_marginal(k, n, a, b), -math.log(alpha)

    def excess(p: float) -> float:
        return marginal - k * math.log(p) - (n - k) * math.log1p(-p) - threshold

    low = 0.0 if k == 0 else _boundary(excess, outside=0.0, inside=k / n)
    high = 1.0 if k == n else _boundary(excess, outside=1.0, inside=k / n)
    return Interval(low, high)


def log_e_plus(k: int, n: int, p0: float, m: float = CONCENTRATION) -> float:
    """ln E⁺ of H0: p ≤ p0, the mixture over rates above p0 only.

    E⁺ = E(p0)·(1 − I_p0(a + k, b + n − k)) / (1 − I_p0(a, b)) with a = m·p0, b = m(1 − p0), E with that
    prior. −inf stands for "no evidence at all". A limit of 0 is broken by the first event, a limit of 1
    never.
    """
    require_counts(k, n)
    if p0 <= 0.0:
        return math.inf if k else 0.0
    if p0 >= 1.0:
        return 0.0
    a, b = m * p0, m * (1.0 - p0)
    above = float(special.betaincc(a + k, b + n - k, p0))
    if above < SMALLEST_TAIL:
        return -math.inf
    return log_e(k, n, p0, a, b) + math.log(above) - math.log(float(special.betaincc(a, b, p0)))


def e_plus(k: int, n: int, p0: float, m: float = CONCENTRATION) -> float:
    """The evidence that the rate lies above p0, as a number ≥ 0; +inf when too large for a float."""
    log_value = log_e_plus(k, n, p0, m)
    return math.exp(log_value) if log_value < 709.0 else math.inf


def breaches(k: int, n: int, p0: float, alpha: float) -> bool:
    """E⁺ ≥ 1/α: the rate is above p0. Wrong with probability at most α over all looks together."""
    require_alpha(alpha)
    return log_e_plus(k, n, p0) >= -math.log(alpha)


def smallest_breach(n: int, p0: float, alpha: float) -> int | None:
    """The smallest k of n that breaches, or None when even n of n does not."""
    if not breaches(n, n, p0, alpha):
        return None
    low, high = 0, n
    while low < high:
        middle = (low + high) // 2
        if breaches(middle, n, p0, alpha):
            high = middle
        else:
            low = middle + 1
    return low


def _log_marginal(k: float, n: int, a: float, b: float) -> float:
    return float(special.betaln(a + k, b + n - k) - special.betaln(a, b))


def _boundary(excess: Callable[[float], float], *, outside: float, inside: float) -> float:
    """Where the evidence crosses the threshold, by bisection; the returned end is on the safe, outer side."""
    for _ in range(200):
        middle = 0.5 * (outside + inside)
        if middle in (outside, inside):
            break
        if excess(middle) >= 0.0:
            outside = middle
        else:
            inside = middle
    return outside
