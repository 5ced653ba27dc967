"""Quantiles: limits read as rates, intervals for display, and bounds taken from a baseline.

Source of the ranks: Howard, Ramdas, arXiv 1906.09712. Distribution-free. A time-out or crash of the model is
a value above every limit (+inf), never a missing one.
"""

import math
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import count

from evaluations.stats import special
from evaluations.stats.interval import Interval
from evaluations.stats.mixtures import require_alpha
from evaluations.stats.rates import log_e

DISPLAY_ALPHA = 0.05
"""Of the interval that is shown: it holds at every look together with 95 %."""


@dataclass(frozen=True, slots=True)
class Ranks:
    """Order statistics Y_(low), Y_(high) of n values, counted from 1; rank 0 is −inf, rank n + 1 is +inf."""

    low: int
    high: int


def limit_rate(q: float) -> float:
    """The rate that says the same as the limit: "the q-quantile is at most L" ⇔ P(Y > L) ≤ 1 − q."""
    if not 0.0 < q < 1.0:
        raise ValueError(f"A quantile lies between 0 and 1 (p95 is 0.95), got {q}.")
    return round(1.0 - q, 12)  # 1 − 0.95 is 0.050000000000000044; the limit is meant as written


def display_ranks(n: int, q: float, alpha: float) -> Ranks:
    """k_lo and k_hi + 1, where k_lo … k_hi are the counts k = #{Y ≤ quantile} with E(k) < 1/α at q.

    The quantile lies in [Y_(low), Y_(high)] at every n together with probability at least 1 − α.
    """
    require_alpha(alpha)
    limit_rate(q)
    centre, threshold = min(n, round(n * q)), -math.log(alpha)
    if log_e(centre, n, q) >= threshold:  # cannot happen for α < ½: the best-fitting count is never evidence
        return Ranks(0, n + 1)
    return Ranks(
        _outermost(n, q, threshold, centre, 0),
        _outermost(n, q, threshold, centre, n) + 1,
    )


def display_interval(ascending: Sequence[float], q: float, alpha: float) -> Interval:
    """The interval of the q-quantile from all values in ascending order; p95 starts with an infinite end."""
    ranks = display_ranks(len(ascending), q, alpha)
    return Interval(at_rank(ascending, ranks.low), at_rank(ascending, ranks.high))


def units_for_upper_end(q: float, alpha: float) -> int:
    """From how many values on the interval of the q-quantile has a finite upper end: the least n with E(n) ≥ 1/α."""
    require_alpha(alpha)
    limit_rate(q)
    threshold = -math.log(alpha)
    return next(n for n in count(1) if log_e(n, n, q) >= threshold)


def at_rank(ascending: Sequence[float], rank: int) -> float:
    """Y_(rank), with −inf below the first and +inf above the last."""
    if rank < 1:
        return -math.inf
    return ascending[rank - 1] if rank <= len(ascending) else math.inf


def baseline_upper_rank(n: int, q: float, alpha: float) -> int:
    """The smallest r with P(Y_(r) ≥ quantile) ≥ 1 − α in a closed baseline of n values; n + 1 if too small.

    A limit "no worse than before" is this order statistic, not the sample quantile: the point estimate is
    too low half of the time, and a pilot without any change would then be stopped too often.
    """
    require_alpha(alpha)
    limit_rate(q)
    at_most = range(n + 1)  # special.bdtr(k, n, q) = P(at most k of n lie below the quantile) grows with k
    fewest = bisect_left(at_most, 1.0 - alpha, key=lambda k: float(special.bdtr(k, n, q)))
    return min(fewest + 1, n + 1)


def baseline_upper_bound(ascending: Sequence[float], q: float, alpha: float) -> float:
    """The 1 − α upper bound of a closed baseline's q-quantile; +inf when the baseline is too small."""
    return at_rank(ascending, baseline_upper_rank(len(ascending), q, alpha))


def _outermost(n: int, q: float, threshold: float, inside: int, end: int) -> int:
    """The count furthest from `inside` to `end` with evidence below the threshold (it grows outward)."""
    if log_e(end, n, q) < threshold:
        return end
    outside = end
    while abs(outside - inside) > 1:
        middle = (outside + inside) // 2
        if log_e(middle, n, q) < threshold:
            inside = middle
        else:
            outside = middle
    return inside
