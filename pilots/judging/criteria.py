"""What a goal or stop trigger compares, in one form: turned so that plus is better.

delta = sign · (pilot − weight · base) for a margin, sign · (pilot − reference) for a limit, with sign −1 when lower
is better. A goal is proven when delta ≥ threshold, a trigger safe; an estimate below it refutes or breaches.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from pilots.judging.plan import Design, Direction, Estimand, Goal, MetricPlan, Plan, StopTrigger
from pilots.judging.verdict import Role


@dataclass(frozen=True, kw_only=True)
class Criterion:
    """`prove_alpha` belongs to PROVEN and SAFE, `refute_alpha` to REFUTED and BREACHED.

    `reference` is the limit or target; None means a comparison with the other arm, which then counts `weight`
    times. `threshold` is in the unit of delta: the goal's margin, minus the trigger's margin, else 0."""

    key: str
    role: Role
    metric: MetricPlan
    design: Design
    reference: Decimal | None
    weight: Decimal
    threshold: Decimal
    prove_alpha: float
    refute_alpha: float
    margin: Decimal | None = None
    relative: bool = False
    hard: bool = False
    required: bool = True

    @property
    def sign(self) -> int:
        """A monitor without a comparison is shown as it is."""
        if self.role is Role.MONITOR and self.design is Design.ABSOLUTE and self.reference is None:
            return 1
        return -1 if self.metric.direction is Direction.LOWER else 1


def of_goal(plan: Plan, goal: Goal, *, futility_alpha: float) -> Criterion:
    """Raises ValueError when the goal cannot be judged as it is written."""
    metric = _metric(plan, goal.metric, goal.key)
    if metric.estimand is Estimand.TOTAL:
        raise ValueError(f"{metric.label} is a running total and cannot be a goal; choose a mean or a rate")
    design, weight, threshold = _contrast(
        metric, goal.key, goal.margin, goal.target, goal.relative, wanted=True
    )
    return Criterion(
        key=goal.key, role=Role.GOAL, metric=metric, design=design, reference=goal.target, weight=weight,
        threshold=threshold, margin=goal.margin, relative=goal.relative, required=goal.required,
        prove_alpha=float(plan.alphas.go), refute_alpha=futility_alpha,
    )  # fmt: skip


def of_trigger(plan: Plan, trigger: StopTrigger, *, harm_alpha: float) -> Criterion:
    """Raises ValueError when the trigger cannot be judged as it is written."""
    metric = _metric(plan, trigger.metric, trigger.key)
    if metric.estimand is Estimand.TOTAL and (trigger.limit is None or metric.direction is Direction.HIGHER):
        raise ValueError(f"{metric.label} is a running total: give it an upper limit, with lower as better")
    design, weight, threshold = _contrast(
        metric, trigger.key, trigger.margin, trigger.limit, trigger.relative, wanted=False
    )
    return Criterion(
        key=trigger.key, role=Role.TRIGGER, metric=metric, design=design, reference=trigger.limit, weight=weight,
        threshold=threshold, margin=trigger.margin, relative=trigger.relative, hard=trigger.hard,
        prove_alpha=float(plan.alphas.go), refute_alpha=harm_alpha,
    )  # fmt: skip


def of_monitor(plan: Plan, metric: MetricPlan, *, alone: bool = False) -> Criterion:
    """Shown at the GO level, and nothing is decided. `alone` shows a metric without its comparison."""
    absolute = (
        alone or metric.design is Design.ABSOLUTE or metric.estimand in (Estimand.TOTAL, Estimand.QUANTILE)
    )
    alpha = float(plan.alphas.go)
    return Criterion(
        key=metric.key, role=Role.MONITOR, metric=metric, design=Design.ABSOLUTE if absolute else metric.design,
        reference=metric.limit if absolute else None, weight=Decimal(1), threshold=Decimal(0),
        prove_alpha=alpha, refute_alpha=alpha, required=metric.required,
    )  # fmt: skip


def _metric(plan: Plan, key: str, criterion: str) -> MetricPlan:
    metric = plan.metric(key)
    if metric.activity:
        raise ValueError(
            f"{metric.label} counts activity and can only be shown; take it out of {criterion!r}"
        )
    return metric


def _contrast(
    metric: MetricPlan,
    key: str,
    margin: Decimal | None,
    value: Decimal | None,
    relative: bool,
    *,
    wanted: bool,
) -> tuple[Design, Decimal, Decimal]:
    if (margin is None) == (value is None):
        raise ValueError(f"{key!r} needs either a margin or a value of {metric.label}, and not both")
    if margin is None:
        return Design.ABSOLUTE, Decimal(1), Decimal(0)
    if metric.design is Design.ABSOLUTE:
        raise ValueError(f"{metric.label} is compared with nothing; give {key!r} a value instead of a margin")
    if not relative:
        return metric.design, Decimal(1), margin if wanted else -margin
    lower = metric.direction is Direction.LOWER
    return metric.design, 1 - margin if lower == wanted else 1 + margin, Decimal(0)
