"""Missing outcomes: ignored up to one in twenty, above it counted as the worst case for GO and the best for STOP.

A gap is not random until shown otherwise: slow, dear and wrong answers go missing first.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal

from evaluations.stats.interval import Interval
from pilots.judging import outcomes
from pilots.judging.criteria import Criterion
from pilots.judging.estimates.estimate import Estimate, hull
from pilots.judging.plan import Estimand, MetricPlan
from pilots.judging.samples import Sample

TOLERATED_SHARE = 0.05

Estimator = Callable[[Sample, Sample | None], Estimate]


def too_many(pilot: Sample, base: Sample | None) -> bool:
    """More than 5 % of the units that should count are missing on either side."""
    return any(side.missing_share > TOLERATED_SHARE for side in (pilot, base) if side is not None)


def bounded(criterion: Criterion, pilot: Sample, base: Sample | None, estimator: Estimator) -> Estimate:
    """The estimator's answer, widened to worst and best case where too many units are missing."""
    middle = estimator(pilot, base)
    if not too_many(pilot, base):
        return middle
    metric = criterion.metric
    worst = _filled(metric, pilot, good=False), _filled(metric, base, good=True)
    best = _filled(metric, pilot, good=True), _filled(metric, base, good=False)
    if worst[0] is None or best[0] is None or (base is not None and (worst[1] is None or best[1] is None)):
        return replace(
            middle, prove=Interval.everything(), refute=Interval.everything(), alarm=_quiet(middle)
        )
    return hull(middle, estimator(worst[0], worst[1]), estimator(best[0], best[1]))


def _quiet(estimate: Estimate) -> bool | None:
    return None if estimate.alarm is None else False


def _filled(metric: MetricPlan, sample: Sample | None, *, good: bool) -> Sample | None:
    """Every gap given one value; None when the plan fixes no such value."""
    if sample is None or not sample.missing:
        return sample
    gaps = sample.missing
    without = replace(sample, missing=0)
    if metric.estimand is Estimand.QUANTILE:
        return replace(without, n=sample.n + gaps, failed=sample.failed + (0 if good else gaps))
    value: Decimal | None = outcomes.best_value(metric) if good else outcomes.worst_value(metric)
    return None if value is None else without.add(metric, gaps, value)
