"""The slope of a straight line through the days of a series, with an interval that holds at every look.

The Bayes factor of a normal linear model with a normal prior on the slope, in units of the unknown spread between
days, and invariant priors on level and spread (Lindon, Ham, Tingley, Bojinov, arXiv 2210.08589, theorem 3.2): as a
function of the location- and scale-free data it is a martingale, so that the slopes it does not refute are a
confidence sequence. The day is the unit. Exact for normal days with one spread; a wrong alarm ever has
probability α at most, however long one looks.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

PRIOR_SD = 0.3
"""Of the slope a week, in spreads between days: slopes of about this size are found soonest."""
FEWEST = 7
"""Days; of fewer nothing is said."""


@dataclass(frozen=True, slots=True)
class Slope:
    """By how much the series rises in one step of `at`, and `mean`, its mean. Ends that are not known are infinite."""

    value: float
    low: float
    high: float
    mean: float


def slope(at: Sequence[float], values: Sequence[float], *, alpha: float) -> Slope | None:
    """None for fewer than seven days, or days that are all one. Raises ValueError for an alpha outside (0, 1)."""
    if not 0 < alpha < 1:
        raise ValueError(f"alpha must lie between 0 and 1, not {alpha}")
    n = len(values)
    if n < FEWEST:
        return None
    middle, mean = math.fsum(at) / n, math.fsum(values) / n
    spread = math.fsum((x - middle) ** 2 for x in at)
    if spread == 0:
        return None
    found = math.fsum((x - middle) * (y - mean) for x, y in zip(at, values, strict=True)) / spread
    left = math.fsum((y - mean - found * (x - middle)) ** 2 for x, y in zip(at, values, strict=True))
    half = _reach(n - 2, spread, alpha) * math.sqrt(left / (n - 2) / spread)
    return Slope(found, found - half, found + half, mean)


def _reach(nu: int, spread: float, alpha: float) -> float:
    """In standard errors of the slope: how far from the estimate a slope lies that is refuted."""
    precision = PRIOR_SD**-2
    kept = precision / (precision + spread)
    bound = (alpha * math.sqrt(kept)) ** (2 / (nu + 1))
    return math.sqrt(nu * (1 - bound) / (bound - kept)) if bound > kept else math.inf
