"""Does moving pay? Judged on the lower bound of the saving, over the horizon the deployment has left."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from pilots.judging.budgets import futility_alpha
from pilots.judging.criteria import Criterion
from pilots.judging.facts import Facts
from pilots.judging.plan import Design, PaybackComponent, Plan
from pilots.judging.sentences import amount, counted, inside, listed
from pilots.judging.verdict import MetricResult, PaybackResult, Role, Status

READABLE = frozenset({Status.PROVEN, Status.REFUTED, Status.UNDECIDED})

Judge = Callable[[Criterion], MetricResult]


@dataclass(frozen=True, kw_only=True)
class Saving:
    """Money per item."""

    low: float
    middle: float
    high: float


def payback_of(plan: Plan, facts: Facts, as_of: datetime, judge: Judge) -> PaybackResult:
    """`judge` evaluates one criterion of the judged candidate. Raises ValueError for a plan that cannot be priced."""
    if not plan.payback.applicable:
        return _waived(plan)
    missing = _missing(plan, facts)
    results = [
        judge(component_criterion(plan, facts, as_of, component)) for component in plan.payback.components
    ]
    unread = [inside(result.label) for result in results if result.status not in READABLE]
    if unread:
        missing = (*missing, f"enough data on {listed(unread)}")
    horizon = horizon_days(plan, as_of)
    saving = None if unread else _saving(plan, facts, results)
    if missing or saving is None:
        return _unknown(plan, facts, missing, saving, horizon)
    return _weighed(plan, facts, saving, horizon)


def horizon_days(plan: Plan, as_of: datetime) -> int:
    """Days over which a saving counts: the plan's horizon, cut at the day the host retires the model."""
    if plan.host_retires_on is None:
        return plan.payback.horizon_days
    return max(min(plan.payback.horizon_days, (plan.host_retires_on - as_of.date()).days), 0)


def worth_of(component: PaybackComponent, facts: Facts) -> Decimal:
    """Money for one unit of better. Raises ValueError for a worth below zero or a wage nobody entered."""
    if component.units_per_hour is None:
        if component.worth < 0:
            raise ValueError(
                f"the worth of {component.metric!r} is below zero; turn the metric's direction instead"
            )
        return component.worth
    if facts.wage_per_hour is None:
        return Decimal(0)
    return facts.wage_per_hour / component.units_per_hour


def component_criterion(plan: Plan, facts: Facts, as_of: datetime, component: PaybackComponent) -> Criterion:
    """The plain difference of one metric, with the budget divided among the components. With one component the
    threshold is the saving per item that pays for the move, so that its forecast says when pay-back settles."""
    metric, shares = plan.metric(component.metric), len(plan.payback.components)
    absolute = metric.design is Design.ABSOLUTE
    needed = _needed(plan, facts, as_of, component) if shares == 1 else Decimal(0)
    return Criterion(
        key=f"payback:{component.metric}",
        role=Role.GOAL,
        metric=metric,
        design=metric.design,
        reference=Decimal(0) if absolute else None,
        weight=Decimal(1),
        threshold=needed,
        margin=None if absolute else needed,
        prove_alpha=float(plan.alphas.go) / shares,
        refute_alpha=futility_alpha(plan) / shares,
    )


def _needed(plan: Plan, facts: Facts, as_of: datetime, component: PaybackComponent) -> Decimal:
    worth = worth_of(component, facts)
    items = (facts.volume_per_day or Decimal(0)) * horizon_days(plan, as_of)
    return (facts.migration_cost or Decimal(0)) / (items * worth) if items * worth > 0 else Decimal(0)


def _missing(plan: Plan, facts: Facts) -> tuple[str, ...]:
    found = []
    if not plan.payback.components:
        found.append("a metric that is worth money")
    if facts.migration_cost is None:
        found.append("an estimate of the migration cost")
    if facts.volume_per_day is None:
        found.append("the volume after the pilot")
    if facts.wage_per_hour is None and any(part.units_per_hour for part in plan.payback.components):
        found.append("the wage of the reviewers")
    return tuple(found)


def _saving(plan: Plan, facts: Facts, results: list[MetricResult]) -> Saving | None:
    low = middle = high = 0.0
    for component, result in zip(plan.payback.components, results, strict=True):
        if result.prove is None or result.refute is None or result.estimate is None:
            return None
        worth = float(worth_of(component, facts))
        low, high = low + _times(worth, result.prove.low), high + _times(worth, result.refute.high)
        middle += worth * result.estimate
    return Saving(low=low, middle=middle, high=high)


def _times(worth: float, end: float) -> float:
    """Nothing times an open end is nothing."""
    return worth * end if worth else 0.0


def _waived(plan: Plan) -> PaybackResult:
    by = plan.payback.waived_by
    if not by:
        return PaybackResult(
            applicable=False,
            met=None,
            sentence="pay-back is declared not applicable, but no second person has agreed; name one in the plan",
        )
    return PaybackResult(applicable=False, met=True, sentence=f"pay-back does not apply, as agreed by {by}")


def _unknown(
    plan: Plan, facts: Facts, missing: tuple[str, ...], saving: Saving | None, horizon: int
) -> PaybackResult:
    cost = facts.migration_cost
    return PaybackResult(
        applicable=True,
        met=None,
        sentence=f"pay-back cannot be said yet: {listed(missing) or 'a figure'} is missing",
        currency=plan.payback.currency,
        saving_low=saving.low if saving else None,
        saving=saving.middle if saving else None,
        saving_high=saving.high if saving else None,
        horizon_days=horizon,
        migration_cost=None if cost is None else float(cost),
    )


def _weighed(plan: Plan, facts: Facts, saving: Saving, horizon: int) -> PaybackResult:
    items = float(facts.volume_per_day or 0) * horizon
    cost = float(facts.migration_cost or 0)
    low, high = _times(items, saving.low), _times(items, saving.high)
    met, negative = low >= cost, high < cost
    return PaybackResult(
        applicable=True,
        met=met,
        sentence=_sentence(plan, low, high, cost, horizon),
        currency=plan.payback.currency,
        saving_low=saving.low,
        saving=saving.middle,
        saving_high=saving.high,
        horizon_days=horizon,
        total_low=low,
        total_high=high,
        migration_cost=cost,
        proven_negative=negative,
    )


def _sentence(plan: Plan, low: float, high: float, cost: float, horizon: int) -> str:
    currency, days = plan.payback.currency, counted(horizon, "day")
    move = f"the move costs {amount(cost, currency)}"
    if low >= cost:
        return f"the saving pays for the move: at least {amount(low, currency)} in {days}, {move}"
    if high < cost:
        most = (
            f"at most {amount(high, currency)}"
            if high >= 0
            else f"a loss of at least {amount(-high, currency)}"
        )
        return f"the saving cannot pay for the move: {most} in {days}, {move}"
    return f"the saving is not yet sure to pay: {amount(low, currency)} to {amount(high, currency)} in {days}, {move}"
