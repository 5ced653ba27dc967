"""Running sums are exact: no interval, no waiting."""

from __future__ import annotations

from fractions import Fraction

from evaluations.stats.interval import Interval
from pilots.judging.criteria import Criterion
from pilots.judging.estimates.estimate import Estimate
from pilots.judging.samples import Sample


def estimate(criterion: Criterion, pilot: Sample) -> Estimate:
    """What is left below the limit, negative once the sum is above it; without a limit the sum itself."""
    if criterion.reference is None:
        total = float(pilot.total)
        shown = Interval(total, total)
        return Estimate(method="exact sum", delta=total, se=0.0, prove=shown, refute=shown, exact=True)
    left = float(Fraction(criterion.reference) - pilot.total)
    point = Interval(left, left)
    return Estimate(method="exact sum", delta=left, se=0.0, prove=point, refute=point, exact=True)
