"""Where the interval of a criterion is heading as units come in, turned so that plus is better."""

from __future__ import annotations

from evaluations.stats import forecast as stats
from evaluations.stats.forecast import Path
from pilots.judging.criteria import Criterion
from pilots.judging.estimates.choose import allowed_share
from pilots.judging.estimates.paired import differences
from pilots.judging.plan import Design, Direction, Estimand
from pilots.judging.samples import Sample, bad_count, beyond_count
from pilots.judging.selection import Sides


def path_of(criterion: Criterion, sides: Sides) -> Path | None:
    """The path of delta, at the level that proves; None for totals and where too little is known.

    Relative margins on shares use the normal approximation: a plan for the calendar, not a decision."""
    estimand = criterion.metric.estimand
    if (
        estimand is Estimand.TOTAL
        or sides.n < 2
        or (sides.base is not None and not sides.pairs and sides.base.n < 2)
    ):
        return None
    if sides.pairs is not None and estimand is not Estimand.QUANTILE:
        summary = differences(criterion, sides.pairs)
        path = stats.mean_path(summary, n_planned=criterion.metric.planned_n, alpha=criterion.prove_alpha)
        return turned(path, criterion.sign)
    if sides.base is None:
        return _absolute(criterion, sides.pilot)
    return _difference(criterion, sides.pilot, sides.base)


def turned(path: Path, sign: int, shift: float = 0.0) -> Path:
    """sign · path + shift, intervals with it."""
    if sign > 0:
        return Path(path.estimate + shift, lambda further: path.interval(further).shift(shift), path.se)
    return Path(shift - path.estimate, lambda further: path.interval(further).negate().shift(shift), path.se)


def _absolute(criterion: Criterion, pilot: Sample) -> Path | None:
    metric, reference = criterion.metric, criterion.reference
    if reference is None:
        return None
    if metric.estimand is Estimand.QUANTILE:
        beyond = beyond_count(metric, pilot, reference)
        path = stats.rate_path(beyond, pilot.n, alpha=criterion.prove_alpha)
        return turned(path, -1, allowed_share(metric))
    if pilot.rate:
        allowed = reference if metric.direction is Direction.LOWER else 1 - reference
        path = stats.rate_path(bad_count(metric, pilot), pilot.n, alpha=criterion.prove_alpha)
        return turned(path, -1, float(allowed))
    path = stats.mean_path(pilot.summary, n_planned=metric.planned_n, alpha=criterion.prove_alpha)
    return turned(path, criterion.sign, -criterion.sign * float(reference))


def _difference(criterion: Criterion, pilot: Sample, base: Sample) -> Path | None:
    metric, concurrent = criterion.metric, criterion.design is not Design.BEFORE_AFTER
    if metric.estimand is Estimand.QUANTILE:
        if metric.limit is None:
            return None
        before, now = beyond_count(metric, base, metric.limit), beyond_count(metric, pilot, metric.limit)
        return turned(_rates(criterion, before, base.n, now, pilot.n, concurrent), -1)
    if pilot.rate and base.rate and criterion.weight == 1:
        path = _rates(criterion, base.yes, base.n, pilot.yes, pilot.n, concurrent)
        return turned(path, criterion.sign)
    path = stats.mean_difference_path(
        baseline=base.summary,
        pilot=pilot.summary,
        planned_baseline=metric.planned_base_n or (metric.planned_n if concurrent else base.n),
        planned_pilot=metric.planned_n,
        alpha=criterion.prove_alpha,
        relative_margin=float(1 - criterion.weight),
        concurrent=concurrent,
    )
    return turned(path, criterion.sign)


def _rates(criterion: Criterion, k_b: int, n_b: int, k_p: int, n_p: int, concurrent: bool) -> Path:
    return stats.rate_difference_path(k_b, n_b, k_p, n_p, alpha=criterion.prove_alpha, concurrent=concurrent)
