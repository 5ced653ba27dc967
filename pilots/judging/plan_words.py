"""Goals and stop triggers as they are agreed, in words. Figures are exact: a margin of 0.2025 is never shown as 0.203."""

from __future__ import annotations

from decimal import Decimal

from pilots.judging.codec import decimal_text
from pilots.judging.plan import Design, Direction, Estimand, Goal, MetricPlan, StopTrigger
from pilots.judging.sentences import inside

COMPARED_WITH = {
    Design.BEFORE_AFTER: "before",
    Design.CONCURRENT: "the control on the same days",
    Design.PAIRED: "the control on the same items",
    Design.ABSOLUTE: "before",
}


def title(metric: MetricPlan, item: Goal | StopTrigger) -> str:
    """`Goal on review minutes`."""
    return f"{'Goal' if isinstance(item, Goal) else 'Stop trigger'} on {inside(metric.label)}"


def rule(metric: MetricPlan, item: Goal | StopTrigger) -> str:
    """`at least 0.3 min lower than before`, or for a trigger `stops if more than 0.2 min higher than before`."""
    return _goal(metric, item) if isinstance(item, Goal) else _trigger(metric, item)


def _goal(metric: MetricPlan, goal: Goal) -> str:
    optional = "" if goal.required else ", not required"
    if goal.target is not None:
        side = "at most" if metric.direction is Direction.LOWER else "at least"
        return f"{_quantile(metric)}{side} {_value(metric, goal.target)}{optional}"
    way = "lower" if metric.direction is Direction.LOWER else "higher"
    return f"at least {_margin(metric, goal)} {way} than {COMPARED_WITH[metric.design]}{optional}"


def _trigger(metric: MetricPlan, trigger: StopTrigger) -> str:
    at_once = ", at once" if trigger.hard else ""
    if trigger.limit is not None:
        side = "above" if metric.direction is Direction.LOWER else "below"
        return f"stops if {_quantile(metric)}{side} {_value(metric, trigger.limit)}{at_once}"
    way = "higher" if metric.direction is Direction.LOWER else "lower"
    return f"stops if more than {_margin(metric, trigger)} {way} than {COMPARED_WITH[metric.design]}{at_once}"


def _margin(metric: MetricPlan, item: Goal | StopTrigger) -> str:
    margin = item.margin if item.margin is not None else Decimal(0)
    if item.relative:
        return f"{decimal_text(100 * margin)} %"
    if metric.estimand in (Estimand.RATE, Estimand.QUANTILE):
        return "1 point" if margin == Decimal("0.01") else f"{decimal_text(100 * margin)} points"
    return f"{decimal_text(margin)} {metric.unit}".strip()


def _value(metric: MetricPlan, value: Decimal) -> str:
    if metric.estimand is Estimand.RATE:
        return f"{decimal_text(100 * value)} %"
    return f"{decimal_text(value)} {metric.unit}".strip()


def _quantile(metric: MetricPlan) -> str:
    if metric.estimand is not Estimand.QUANTILE or metric.quantile is None:
        return ""
    return f"p{decimal_text(100 * metric.quantile)} is "
