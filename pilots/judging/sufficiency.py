"""How much data a criterion needs before it may be proven, safe or refuted."""

from __future__ import annotations

from dataclasses import dataclass

from pilots.judging.criteria import Criterion
from pilots.judging.estimates.estimate import Estimate
from pilots.judging.plan import Design, Estimand, MetricPlan, Plan
from pilots.judging.selection import Sides

SKEWED_MEAN_UNITS = 100
"""A mean of cost or minutes has a long tail: below this its interval is not trusted, unless a cap is planned."""


@dataclass(frozen=True, kw_only=True)
class Sufficiency:
    """`units_short` and `days_short` are what is still missing (0: nothing)."""

    units_needed: int
    units_short: int
    base_short: int
    days_short: int
    constant: bool

    @property
    def enough_units(self) -> bool:
        return self.units_short == 0 and self.base_short == 0 and not self.constant

    @property
    def enough(self) -> bool:
        return self.enough_units and self.days_short == 0


def units_needed(plan: Plan, metric: MetricPlan) -> int:
    """The metric's own minimum or the plan's; at least 100 for an uncapped mean."""
    own = metric.n_min if metric.n_min is not None else plan.n_min
    uncapped = metric.estimand is Estimand.MEAN and metric.cap is None
    return max(own, SKEWED_MEAN_UNITS) if uncapped else own


def sufficiency(plan: Plan, criterion: Criterion, sides: Sides, estimate: Estimate | None) -> Sufficiency:
    needed = units_needed(plan, criterion.metric)
    separate = sides.base is not None and criterion.design is not Design.PAIRED
    base = sides.base.n if sides.base is not None and separate else needed
    return Sufficiency(
        units_needed=needed,
        units_short=max(needed - sides.n, 0),
        base_short=max(needed - base, 0),
        days_short=max(plan.d_min - sides.days, 0),
        constant=estimate is not None and estimate.constant,
    )
