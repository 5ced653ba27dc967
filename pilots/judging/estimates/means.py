"""Means in every design by the t-mixture (Lindon, Ham, Tingley, Bojinov, arXiv 2210.08589)."""

from __future__ import annotations

from collections.abc import Callable

from evaluations.stats.means import MeanEstimate, MeanSummary, mean_difference, one_sample_mean
from pilots.judging.criteria import Criterion
from pilots.judging.estimates.estimate import Estimate
from pilots.judging.plan import Design
from pilots.judging.samples import Sample


def estimate(criterion: Criterion, pilot: Sample, base: Sample | None) -> Estimate:
    """The mean against a number, or the difference of two means; `base` None means a number."""
    if base is None:
        at, constant = _absolute(criterion, pilot.summary), pilot.summary.variance == 0
        reference = float(criterion.reference or 0)
        return _both(criterion, at, constant).shifted(-reference).turned(criterion.sign)
    constant = pilot.summary.variance == 0 or base.summary.variance == 0
    return _both(criterion, _difference(criterion, pilot.summary, base), constant).turned(criterion.sign)


def _absolute(criterion: Criterion, pilot: MeanSummary) -> Callable[[float], MeanEstimate]:
    return lambda alpha: one_sample_mean(pilot, n_planned=criterion.metric.planned_n, alpha=alpha)


def _difference(criterion: Criterion, pilot: MeanSummary, base: Sample) -> Callable[[float], MeanEstimate]:
    metric, baseline = criterion.metric, base.summary
    frozen = criterion.design is Design.BEFORE_AFTER
    planned_base = metric.planned_base_n or (base.n if frozen else metric.planned_n)
    return lambda alpha: mean_difference(
        baseline=baseline,
        pilot=pilot,
        planned_baseline=planned_base,
        planned_pilot=metric.planned_n,
        alpha=alpha,
        relative_margin=float(1 - criterion.weight),
    )


def _both(criterion: Criterion, at: Callable[[float], MeanEstimate], constant: bool) -> Estimate:
    prove, refute = at(criterion.prove_alpha), at(criterion.refute_alpha)
    return Estimate(
        method="t-mixture confidence sequence",
        delta=prove.estimate,
        se=prove.se,
        prove=prove.interval,
        refute=refute.interval,
        parameters={"nu": prove.nu, "x": prove.x},
        constant=constant,
    )
