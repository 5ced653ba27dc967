"""The rules of a draft in sentences, as they are read before the start."""

from dataclasses import dataclass
from decimal import Decimal

from pilots.models import Goal, Metric, Pilot, StopTrigger
from pilots.models.metric import Design, Direction, Estimand

COMPARED_WITH = {
    Design.BEFORE_AFTER: "before",
    Design.CONCURRENT: "the other arm on the same days",
    Design.PAIRED: "the same item without it",
}


@dataclass(frozen=True)
class Rules:
    goals: list[str]
    triggers: list[str]
    monitors: list[str]


def rules_of(pilot: Pilot) -> Rules:
    """One query."""
    metrics = list(pilot.metrics.select_related("goal", "stop_trigger"))
    return Rules(
        goals=[goal(each.goal) for each in metrics if hasattr(each, "goal")],
        triggers=[trigger(each.stop_trigger) for each in metrics if hasattr(each, "stop_trigger")],
        monitors=[
            each.name for each in metrics if not hasattr(each, "goal") and not hasattr(each, "stop_trigger")
        ],
    )


def goal(goal: Goal) -> str:
    metric = goal.metric
    if goal.target is not None:
        side = "at most" if metric.direction == Direction.LOWER else "at least"
        return f"{_subject(metric)}: {side} {_figure(goal.target, metric)}"
    return f"{_subject(metric)}: {_way(metric, better=True)} than {_other(metric)} by at least " + _margin(
        goal, metric
    )


def trigger(trigger: StopTrigger) -> str:
    metric = trigger.metric
    if trigger.limit is not None:
        side = "above" if metric.direction == Direction.LOWER else "below"
        at_once = " (at once, whatever else is proven)" if trigger.hard else ""
        return f"{_subject(metric)}: {side} {_figure(trigger.limit, metric)}{at_once}"
    return f"{_subject(metric)}: {_way(metric, better=False)} than {_other(metric)} by more than " + _margin(
        trigger, metric
    )


def _subject(metric: Metric) -> str:
    if metric.estimand == Estimand.QUANTILE and metric.quantile is not None:
        return f"{metric.name} (p{_number(Decimal(str(metric.quantile)) * 100)})"
    return f"{metric.name} in total" if metric.estimand == Estimand.TOTAL else metric.name


def _way(metric: Metric, *, better: bool) -> str:
    return "lower" if (metric.direction == Direction.LOWER) == better else "higher"


def _other(metric: Metric) -> str:
    return COMPARED_WITH.get(Design(metric.design), "before")


def _margin(criterion: Goal | StopTrigger, metric: Metric) -> str:
    margin = criterion.margin or Decimal(0)
    if criterion.relative:
        return f"{_number(margin * 100)} % of it"
    if metric.estimand == Estimand.RATE and not metric.unit:
        return f"{_number(margin * 100)} points"
    return _figure(margin, metric)


def _figure(value: Decimal, metric: Metric) -> str:
    if metric.estimand == Estimand.RATE and not metric.unit:
        return f"{_number(value * 100)} %"
    return f"{_number(value)} {metric.unit}".strip()


def _number(value: Decimal) -> str:
    return f"{value.normalize():f}"
