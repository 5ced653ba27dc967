"""How many further tasks a metric needs until its interval settles, and how likely a given number is enough.

A metric settles when its bound (a goal or a margin) no longer lies strictly inside its interval: proven or
safe on one side, refuted or breached on the other. Two questions are answered for it:

* **tasks**: the fewest further tasks after which the interval settles if the estimate and its spread stay as
  they are.
* **probability** after N tasks: the estimate then is normal around the estimate now with variance SE²(now) −
  SE²(then) (what is still unknown of the truth, and the scatter of N tasks, together), read with the
  interval's reach then.

A forecast plans; it decides nothing and spends no error budget. Deterministic, no simulation.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache

from evaluations.stats import special
from evaluations.stats.interval import Interval
from evaluations.stats.means import MeanSummary, effective_n, t_mixture, tuning, welch_nu
from evaluations.stats.rate_differences import BASELINE_SHARE, clopper_pearson
from evaluations.stats.rates import rate_sequence

FARTHEST = 10_000_000
"""Further tasks beyond which "never, at this rate" is the honest answer."""

PRECISION = 1.02
"""Numbers of tasks are found to within 2 %."""


@dataclass(frozen=True, slots=True)
class Path:
    """Where a metric is heading: its estimate, and interval and SE after N further tasks if it stays."""

    estimate: float
    interval: Callable[[int], Interval]
    se: Callable[[int], float]


@dataclass(frozen=True, slots=True)
class Forecast:
    """Further tasks until settled, if the estimate holds, and the 80 % range; None is "not within reach".

    `probability` is the chance that the metric is settled after the tasks that were asked about.
    `above` says on which side of the bound the estimate lies: the outcome if it holds.
    """

    tasks: int | None
    tasks_low: int | None
    tasks_high: int | None
    probability: float
    above: bool


def forecast(path: Path, *, bound: float, within: int) -> Forecast:
    """For a bound in the unit of the estimate and `within` further tasks (pilot arm)."""
    interval = cache(path.interval)

    def chance(further: int) -> float:
        return _chance(path, interval(further), bound, further)

    return Forecast(
        tasks=_fewest(lambda further: settled(interval(further), bound)),
        tasks_low=_fewest(lambda further: chance(further) >= 0.1),
        tasks_high=_fewest(lambda further: chance(further) >= 0.9),
        probability=chance(within),
        above=path.estimate >= bound,
    )


def settled(interval: Interval, bound: float) -> bool:
    """L ≥ bound or U < bound."""
    return interval.low >= bound or interval.high < bound


def mean_path(sample: MeanSummary, *, n_planned: float, alpha: float) -> Path:
    """One arm against a number, or paired differences (for betting sequences a close approximation)."""
    g = tuning(n_planned, alpha)

    def se(further: int) -> float:
        return math.sqrt(sample.variance / (sample.n + further)) if sample.n + further else 0.0

    def interval(further: int) -> Interval:
        n = sample.n + further
        return t_mixture(estimate=sample.mean, se=se(further), nu=n - 1, x=g * n, alpha=alpha)

    return Path(sample.mean, interval, se)


def mean_difference_path(
    *,
    baseline: MeanSummary,
    pilot: MeanSummary,
    planned_baseline: float,
    planned_pilot: float,
    alpha: float,
    relative_margin: float = 0.0,
    concurrent: bool = False,
) -> Path:
    """θ = μ_pilot − (1 − m)·μ_baseline. A concurrent baseline grows as the pilot does, a frozen one stays."""
    weight = 1.0 - relative_margin
    estimate = pilot.mean - weight * baseline.mean
    var_b, var_p = weight * weight * baseline.variance, pilot.variance
    g = tuning(effective_n(planned_baseline, planned_pilot, weight), alpha)

    def sizes(further: int) -> tuple[int, int]:
        return baseline.n + (_alongside(baseline.n, pilot.n, further) if concurrent else 0), pilot.n + further

    def se(further: int) -> float:
        n_b, n_p = sizes(further)
        return math.sqrt(var_b / n_b + var_p / n_p) if n_b and n_p and var_b and var_p else 0.0

    def interval(further: int) -> Interval:
        n_b, n_p = sizes(further)
        nu = welch_nu(var_a=var_b, n_a=n_b, var_b=var_p, n_b=n_p)
        x = g * effective_n(n_b, n_p, weight)
        return t_mixture(estimate=estimate, se=se(further), nu=nu, x=x, alpha=alpha)

    return Path(estimate, interval, se)


def rate_path(k: int, n: int, *, alpha: float) -> Path:
    """One arm against a limit, a quantile's limit included."""
    share = k / n if n else 0.5

    def interval(further: int) -> Interval:
        return rate_sequence(round(share * (n + further)), n + further, alpha)

    return Path(share, interval, lambda further: _rate_se(k, n, further))


def rate_difference_path(
    k_b: int, n_b: int, k_p: int, n_p: int, *, alpha: float, concurrent: bool = False
) -> Path:
    """p_pilot − p_baseline with a frozen or a concurrent baseline."""
    share_b, share_p = (k_b / n_b if n_b else 0.5), (k_p / n_p if n_p else 0.5)
    frozen = clopper_pearson(k_b, n_b, BASELINE_SHARE * alpha)

    def interval(further: int) -> Interval:
        alpha_p = alpha / 2.0 if concurrent else (1.0 - BASELINE_SHARE) * alpha
        now = rate_sequence(round(share_p * (n_p + further)), n_p + further, alpha_p)
        if not concurrent:
            return now.minus(frozen)
        n_then = n_b + _alongside(n_b, n_p, further)
        return now.minus(rate_sequence(round(share_b * n_then), n_then, alpha / 2.0))

    def se(further: int) -> float:
        further_b = _alongside(n_b, n_p, further) if concurrent else 0
        return math.hypot(_rate_se(k_p, n_p, further), _rate_se(k_b, n_b, further_b))

    return Path(share_p - share_b, interval, se)


def _chance(path: Path, then: Interval, bound: float, further: int) -> float:
    """P(settled after `further` tasks): the interval keeps its reach to either side, its centre wanders."""
    sd = math.sqrt(max(path.se(0) ** 2 - path.se(further) ** 2, 0.0))
    if sd == 0.0:
        return float(settled(then, bound))
    if not math.isfinite(then.low) and not math.isfinite(then.high):
        return 0.0
    above, below = special.ndtr((then.low - bound) / sd), special.ndtr((bound - then.high) / sd)
    return min(1.0, float(above + below))


def _fewest(enough: Callable[[int], bool]) -> int | None:
    """The fewest further tasks that are enough, to within 2 %, or None beyond `FARTHEST`."""
    if enough(0):
        return 0
    low, high = 0, 1
    while not enough(high):
        if high >= FARTHEST:
            return None
        low, high = high, min(2 * high, FARTHEST)
    while high - low > 1 and high > low * PRECISION:
        middle = (low + high) // 2
        low, high = (low, middle) if enough(middle) else (middle, high)
    return high


def _alongside(n_baseline: int, n_pilot: int, further: int) -> int:
    """Further tasks of a concurrent baseline: in the proportion seen so far."""
    return round(further * n_baseline / n_pilot) if n_pilot else further


def _rate_se(k: int, n: int, further: int) -> float:
    """Standard error of a share with half a yes and half a no added, so that 0 of n is not certain."""
    share = (k + 0.5) / (n + 1)
    return math.sqrt(share * (1.0 - share) / max(n + further, 1))
