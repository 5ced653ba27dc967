"""Whether a goal or stop trigger that somebody proposes can be judged at all."""

from __future__ import annotations

from decimal import Decimal

from pilots.judging.bench import criterion_of
from pilots.judging.plan import Design, Direction, Estimand, Goal, MetricPlan, Plan, StopTrigger


def fault_of(plan: Plan, item: Goal | StopTrigger) -> str:
    """A sentence that says what is wrong and what to give instead; empty when the rule can be judged as written."""
    metric = next((each for each in plan.metrics if each.key == item.metric), None)
    if metric is None:
        keys = ", ".join(each.key for each in plan.metrics)
        return f"There is no metric {item.metric}. The pilot has {keys}."
    return _of_metric(metric, item) or _of_figures(metric, item) or _of_judge(plan, item)


def _level(item: Goal | StopTrigger) -> tuple[str, Decimal | None]:
    """The number to reach or to keep, and its name."""
    return ("target", item.target) if isinstance(item, Goal) else ("limit", item.limit)


def _of_metric(metric: MetricPlan, item: Goal | StopTrigger) -> str:
    total = metric.estimand is Estimand.TOTAL
    name, level = _level(item)
    if metric.activity:
        return f"{metric.label} counts activity, which is not value: it is shown and never decides."
    if total and isinstance(item, Goal):
        return f"{metric.label} is a running sum: a stop trigger can keep it under a limit, but it is never a goal."
    if total and (level is None or metric.direction is Direction.HIGHER):
        return f"{metric.label} is a running sum: give an upper limit, with lower as better."
    if isinstance(item, StopTrigger) and item.hard and not total:
        return f"Only a running sum stops at once, and {metric.label} is none."
    if item.margin is not None and metric.design is Design.ABSOLUTE:
        return f"{metric.label} is compared with nothing, so there is no margin. Give a {name} instead."
    return ""


def _of_figures(metric: MetricPlan, item: Goal | StopTrigger) -> str:
    name, level = _level(item)
    if (item.margin is None) == (level is None):
        return f"Give either a margin or a {name}, and not both."
    if item.relative and item.margin is None:
        return f"As a share goes with a margin. Give one, or leave it unticked for a {name}."
    if item.margin is not None and item.margin < 0:
        return "Give the margin as zero or more; the metric's direction says which way is better."
    share = metric.estimand is Estimand.RATE
    if share and any(figure is not None and not 0 <= figure <= 1 for figure in (item.margin, level)):
        return f"{metric.label} is a share: give a number from 0 to 1, such as 0.05 for 5 %."
    return ""


def _of_judge(plan: Plan, item: Goal | StopTrigger) -> str:
    """What the judge itself would refuse, in its own words."""
    try:
        criterion_of(plan, item)
    except (KeyError, ValueError) as error:
        return f"{error}."
    return ""
