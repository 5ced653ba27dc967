"""What an amended plan changes, which changes loosen it, and which metrics start anew because of it.

Loosening after data is choosing the rule by its result: it asks for a second person, and the metric's error budget
restarts on new data.
"""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from datetime import datetime
from decimal import Decimal

from pilots.judging.codec import decimal_text, encode
from pilots.judging.plan import Direction, Estimand, Goal, MetricPlan, Plan, StopTrigger
from pilots.judging.sentences import listed

RESHAPING = (
    "direction", "estimand", "design", "planned_n", "planned_base_n", "quantile", "limit", "cap", "floor",
)  # fmt: skip
"""Fields of a metric that change what is measured, or the shape of its interval."""


@dataclass(frozen=True, kw_only=True)
class Change:
    """`metric` is empty for a change of the plan as a whole. `restarts`: the metric counts from the amendment on."""

    sentence: str
    loosens: bool
    metric: str = ""
    restarts: bool = False


def changes(old: Plan, new: Plan) -> tuple[Change, ...]:
    """Every difference of the two plans that bears on the verdict, goals first.

    A running sum is exact and spends no error: it never starts anew, else a raised limit would be spent on top of the
    old one."""
    totals = {metric.key for metric in new.metrics if metric.estimand is Estimand.TOTAL}
    found = (*_goals(old, new), *_triggers(old, new), *_metrics(old, new), *_whole(old, new))
    return tuple(replace(each, restarts=False) if each.metric in totals else each for each in found)


def needs_second_person(old: Plan, new: Plan) -> bool:
    return any(change.loosens for change in changes(old, new))


def restarted(old: Plan, new: Plan, *, at: datetime) -> Plan:
    """The new plan with the metrics that start anew counting from `at`, and triggers added after data marked late.

    G stays as it was fixed at the first start."""
    anew = {change.metric for change in changes(old, new) if change.restarts}
    known = {trigger.key for trigger in old.triggers}
    earlier = {metric.key: metric.counts_from for metric in old.metrics}
    return replace(
        new,
        metrics=tuple(
            replace(
                metric, counts_from=at if metric.key in anew else earlier.get(metric.key, metric.counts_from)
            )
            for metric in new.metrics
        ),
        triggers=tuple(
            trigger if trigger.key in known else replace(trigger, late=True) for trigger in new.triggers
        ),
        trigger_count=new.trigger_count if new.trigger_count is not None else max(_original(old), 1),
    )


def _original(plan: Plan) -> int:
    exact = {metric.key for metric in plan.metrics if metric.estimand == "total"}
    return sum(1 for trigger in plan.triggers if not trigger.late and trigger.metric not in exact)


def _goals(old: Plan, new: Plan) -> list[Change]:
    before, after = {goal.key: goal for goal in old.goals}, {goal.key: goal for goal in new.goals}
    found = []
    for key in sorted(before.keys() | after.keys()):
        was, now = before.get(key), after.get(key)
        if now is None and was is not None:
            found.append(_change(f"goal {key!r} removed", was.metric, loosens=True))
        elif was is None and now is not None:
            found.append(_change(f"goal {key!r} added", now.metric, loosens=True, restarts=True))
        elif was is not None and now is not None and was != now:
            loosens = _goal_loosened(was, now, _direction(new, now.metric))
            found.append(_change(f"goal {key!r}: {_differences(was, now)}", now.metric, loosens, loosens))
    return found


def _triggers(old: Plan, new: Plan) -> list[Change]:
    before, after = {item.key: item for item in old.triggers}, {item.key: item for item in new.triggers}
    found = []
    for key in sorted(before.keys() | after.keys()):
        was, now = before.get(key), after.get(key)
        if now is None and was is not None:
            found.append(_change(f"stop trigger {key!r} removed", was.metric, loosens=True))
        elif was is None and now is not None:
            found.append(_change(f"stop trigger {key!r} added", now.metric, loosens=False))
        elif was is not None and now is not None and replace(was, late=now.late) != now:
            loosens = _trigger_loosened(was, now, _direction(new, now.metric))
            found.append(
                _change(f"stop trigger {key!r}: {_differences(was, now)}", now.metric, loosens, loosens)
            )
    return found


def _goal_loosened(was: Goal, now: Goal, direction: Direction | None) -> bool:
    """Less to prove. What cannot be compared counts as loosened."""
    if (was.metric, was.relative) != (now.metric, now.relative) or (was.required and not now.required):
        return True
    if was.margin is not None and now.margin is not None:
        return now.margin < was.margin
    return _easier(was.target, now.target, direction)


def _trigger_loosened(was: StopTrigger, now: StopTrigger, direction: Direction | None) -> bool:
    """More harm tolerated. What cannot be compared counts as loosened."""
    if (was.metric, was.relative) != (now.metric, now.relative) or (was.hard and not now.hard):
        return True
    if was.margin is not None and now.margin is not None:
        return now.margin > was.margin
    return _easier(was.limit, now.limit, direction)


def _easier(was: Decimal | None, now: Decimal | None, direction: Direction | None) -> bool:
    if was is None or now is None or direction is None:
        return True
    return now > was if direction is Direction.LOWER else now < was


def _metrics(old: Plan, new: Plan) -> list[Change]:
    after = {metric.key: metric for metric in new.metrics}
    found = []
    for was in old.metrics:
        now = after.get(was.key)
        if now is None:
            found.append(_change(f"metric {was.key!r} removed", was.key, loosens=was.required))
        elif replace(was, counts_from=now.counts_from) != now:
            reshaped = any(getattr(was, name) != getattr(now, name) for name in RESHAPING)
            loosens = reshaped or _metric_loosened(old, new, was, now)
            found.append(_change(f"metric {was.key!r}: {_differences(was, now)}", was.key, loosens, reshaped))
    return found


def _metric_loosened(old: Plan, new: Plan, was: MetricPlan, now: MetricPlan) -> bool:
    fewer = (now.n_min if now.n_min is not None else new.n_min) < (
        was.n_min if was.n_min is not None else old.n_min
    )
    return fewer or now.stale_after_seconds > was.stale_after_seconds or (was.required and not now.required)


def _whole(old: Plan, new: Plan) -> list[Change]:
    found = []
    for name in (
        "alphas",
        "d_min",
        "n_min",
        "payback",
        "hard_limits",
        "maintenance_min_days",
        "maintenance_min_items",
    ):
        was, now = getattr(old, name), getattr(new, name)
        if was != now:
            found.append(
                Change(sentence=f"{name}: {_shown(was)} to {_shown(now)}", loosens=_relaxed(name, old, new))
            )
    return found


def _relaxed(name: str, old: Plan, new: Plan) -> bool:
    was, now = getattr(old, name), getattr(new, name)
    if name == "alphas":
        return any(getattr(now, each) > getattr(was, each) for each in ("harm", "go", "futility"))
    if name == "hard_limits":
        return bool(now.critical_incidents > was.critical_incidents) or _easier(
            was.spend_cap if was.spend_cap is not None else Decimal("Infinity"),
            now.spend_cap if now.spend_cap is not None else Decimal("Infinity"),
            Direction.LOWER,
        )
    return True if name == "payback" else bool(now < was)


def _direction(plan: Plan, key: str) -> Direction | None:
    return next((metric.direction for metric in plan.metrics if metric.key == key), None)


def _change(sentence: str, metric: str, loosens: bool, restarts: bool = False) -> Change:
    return Change(sentence=sentence, loosens=loosens, metric=metric, restarts=restarts)


def _differences(was: Goal | StopTrigger | MetricPlan, now: Goal | StopTrigger | MetricPlan) -> str:
    names = [field.name for field in fields(was) if getattr(was, field.name) != getattr(now, field.name)]
    return listed(f"{name} {_shown(getattr(was, name))} to {_shown(getattr(now, name))}" for name in names)


def _shown(value: object) -> str:
    if value is None:
        return "none"
    if isinstance(value, Decimal):
        return decimal_text(value)
    return str(encode(value))
