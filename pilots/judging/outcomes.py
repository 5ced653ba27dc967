"""What an outcome counts as when there is no value to count.

A time-out or a crash of the model is a failure, never a gap. A refusal keeps its own line and stays in the
denominator. An infrastructure error is ours and counts nowhere.
"""

from __future__ import annotations

from decimal import Decimal

from pilots.judging.facts import Outcome
from pilots.judging.plan import Direction, Estimand, MetricPlan

FAILED = (Outcome.TIMEOUT, Outcome.ERROR)
DECLINED = (Outcome.REFUSED, Outcome.BLOCKED, Outcome.ABSTAINED, Outcome.ESCALATED)


def value_of(metric: MetricPlan, outcome: Outcome, value: Decimal | None) -> Decimal | None:
    """The value that one row counts as, before units are averaged or paired; None: the row counts as missing
    (or, for an infrastructure error, not at all)."""
    if outcome is Outcome.INFRA_ERROR:
        return None
    if outcome is Outcome.OK:
        return None if value is None else within_bounds(metric, value)
    if outcome in FAILED or metric.estimand is Estimand.RATE or metric.direction is Direction.HIGHER:
        return worst_value(metric)
    return None


def within_bounds(metric: MetricPlan, value: Decimal) -> Decimal:
    """The value cut to the metric's floor and cap."""
    if metric.cap is not None and value > metric.cap:
        return metric.cap
    if metric.floor is not None and value < metric.floor:
        return metric.floor
    return value


def bounds(metric: MetricPlan) -> tuple[Decimal | None, Decimal | None]:
    """Least and greatest value that can count. A rate lies in [0, 1]."""
    if metric.estimand is Estimand.RATE:
        return Decimal(0), Decimal(1)
    return metric.floor, metric.cap


def worst_value(metric: MetricPlan) -> Decimal | None:
    """The value a failure counts as; None when the plan fixes no bound on that side."""
    low, high = bounds(metric)
    return high if metric.direction is Direction.LOWER else low


def best_value(metric: MetricPlan) -> Decimal | None:
    """The most favourable value a gap can stand for; None when the plan fixes no bound on that side."""
    low, high = bounds(metric)
    return low if metric.direction is Direction.LOWER else high
