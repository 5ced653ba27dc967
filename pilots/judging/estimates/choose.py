"""The estimator that fits the estimand and design of a criterion."""

from __future__ import annotations

from evaluations.stats.quantiles import limit_rate
from pilots.judging.criteria import Criterion
from pilots.judging.estimates import gaps, means, paired, rates, totals
from pilots.judging.estimates.estimate import Estimate
from pilots.judging.plan import Design, Direction, Estimand, MetricPlan
from pilots.judging.samples import Sample, bad_count, beyond_count
from pilots.judging.selection import Sides


def estimate(criterion: Criterion, sides: Sides) -> Estimate:
    """Needs at least one unit on every side that is compared. Raises ValueError for facts that do not fit the plan."""
    estimand = criterion.metric.estimand
    if estimand is Estimand.TOTAL:
        return totals.estimate(criterion, sides.pilot)
    if criterion.design is Design.PAIRED and sides.pairs is not None and estimand is not Estimand.QUANTILE:
        return paired.estimate(criterion, sides.pairs)
    return gaps.bounded(
        criterion, sides.pilot, sides.base, lambda pilot, base: _unpaired(criterion, pilot, base)
    )


def _unpaired(criterion: Criterion, pilot: Sample, base: Sample | None) -> Estimate:
    estimand = criterion.metric.estimand
    if estimand is Estimand.QUANTILE:
        return _quantile(criterion, pilot, base)
    if estimand is Estimand.RATE and pilot.rate and (base is None or base.rate):
        return _rate(criterion, pilot, base)
    return means.estimate(criterion, pilot, base)


def _rate(criterion: Criterion, pilot: Sample, base: Sample | None) -> Estimate:
    if base is not None:
        return rates.between_arms(
            criterion, k=pilot.yes, n=pilot.n, k_base=base.yes, n_base=base.n, sign=criterion.sign
        )
    limit = criterion.reference
    if limit is None:
        return rates.alone(criterion, k=pilot.yes, n=pilot.n)
    allowed = limit if criterion.metric.direction is Direction.LOWER else 1 - limit
    return rates.against_limit(
        criterion, bad=bad_count(criterion.metric, pilot), n=pilot.n, allowed=float(allowed)
    )


def _quantile(criterion: Criterion, pilot: Sample, base: Sample | None) -> Estimate:
    """A limit on a quantile is a share beyond it; two arms are compared by their shares beyond one limit."""
    metric = criterion.metric
    limit = criterion.reference if base is None else metric.limit
    if limit is None:
        raise ValueError(f"{metric.label} needs a limit to count against; set the metric's limit in the plan")
    beyond = beyond_count(metric, pilot, limit)
    if base is None:
        return rates.against_limit(criterion, bad=beyond, n=pilot.n, allowed=allowed_share(metric))
    return rates.between_arms(
        criterion, k=beyond, n=pilot.n, k_base=beyond_count(metric, base, limit), n_base=base.n, sign=-1
    )


def allowed_share(metric: MetricPlan) -> float:
    """Share of units that may lie on the bad side: 5 % above for a p95 that should be low."""
    if metric.quantile is None:
        raise ValueError(f"{metric.label} is a quantile; say in the plan which one, 0.95 for p95")
    share = float(metric.quantile)
    return limit_rate(share) if metric.direction is Direction.LOWER else share
