"""What differs between two plans of one pilot, in words for the people who agree to it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from pilots.judging.amendments import changes
from pilots.judging.codec import encode
from pilots.judging.plan import Goal, MetricPlan, Plan, StopTrigger
from pilots.judging.plan_words import rule, title

NAMES = {
    "alphas": "Error budgets",
    "d_min": "Days before go or futility",
    "n_min": "Least items of a metric",
    "payback": "Pay-back",
    "hard_limits": "Hard limits",
    "maintenance_min_days": "Days to be seen in the maintenance phase",
    "maintenance_min_items": "Items to be seen in the maintenance phase",
}


@dataclass(frozen=True, kw_only=True)
class Difference:
    """`was` is empty for what is added, `now` for what is removed. `key` is that of the goal or trigger, if it is one.

    `loosens`: a second person must agree. `restarts` is the label of the metric that counts from the amendment on.
    """

    subject: str
    was: str
    now: str
    key: str = ""
    loosens: bool = False
    restarts: str = ""


def differences(old: Plan, new: Plan) -> tuple[Difference, ...]:
    """Goals, triggers, window, then the rest. A mark `late` and a restart that is already running are no difference."""
    return (
        *_goals(old, new),
        *_triggers(old, new),
        *_window(old, new),
        *_metrics(old, new),
        *_whole(old, new),
    )


def _goals(old: Plan, new: Plan) -> list[Difference]:
    before, after = {goal.key: goal for goal in old.goals}, {goal.key: goal for goal in new.goals}
    found = []
    for key in sorted(before.keys() | after.keys()):
        was, now = before.get(key), after.get(key)
        if was != now:
            kept = tuple(goal for goal in old.goals if goal.key != key)
            alone = replace(_known(old, new), goals=(*kept, now) if now else kept)
            found.append(_rule(old, new, was, now, alone))
    return found


def _triggers(old: Plan, new: Plan) -> list[Difference]:
    before = {trigger.key: replace(trigger, late=False) for trigger in old.triggers}
    after = {trigger.key: replace(trigger, late=False) for trigger in new.triggers}
    found = []
    for key in sorted(before.keys() | after.keys()):
        was, now = before.get(key), after.get(key)
        if was != now:
            kept = tuple(trigger for trigger in old.triggers if trigger.key != key)
            alone = replace(_known(old, new), triggers=(*kept, now) if now else kept)
            found.append(_rule(old, new, was, now, alone))
    return found


def _known(old: Plan, new: Plan) -> Plan:
    """The old plan that knows the new metrics as well, so that one rule of the new plan can be weighed in it alone."""
    keys = {metric.key for metric in old.metrics}
    return replace(old, metrics=(*old.metrics, *(each for each in new.metrics if each.key not in keys)))


def _rule(
    old: Plan, new: Plan, was: Goal | StopTrigger | None, now: Goal | StopTrigger | None, alone: Plan
) -> Difference:
    shown = now or was
    assert shown is not None  # one of the two is there, or nothing differs
    metric = (new if now else old).metric(shown.metric)
    (change,) = changes(old, alone)
    return Difference(
        subject=title(metric, shown),
        was=rule(old.metric(was.metric), was) if was else "",
        now=rule(metric, now) if now else "",
        key=shown.key,
        loosens=change.loosens,
        restarts=metric.label if change.restarts else "",
    )


def _window(old: Plan, new: Plan) -> list[Difference]:
    day = timedelta(days=1)
    moments = (
        ("First day", old.window_start, new.window_start, False),
        ("Last day", old.window_end - day, new.window_end - day, False),
        ("First day of the maintenance phase", old.maintenance_from, new.maintenance_from, True),
    )
    found = [
        Difference(
            subject=name, was=_day(was), now=_day(now), loosens=counts and (not now or not was or now < was)
        )
        for name, was, now, counts in moments
        if was != now
    ]
    retires = old.host_retires_on, new.host_retires_on
    if retires[0] != retires[1]:
        was, now = (f"{each:%-d %B %Y}" if each else "not known" for each in retires)
        found.append(Difference(subject="The model's host retires it on", was=was, now=now))
    return found


def _metrics(old: Plan, new: Plan) -> list[Difference]:
    """Fields of metrics. `required` follows from goals and triggers, `counts_from` from the amendments themselves."""
    found = []
    for metric in old.metrics:
        now = next((each for each in new.metrics if each.key == metric.key), None)
        if now is None:
            found.append(Difference(subject=f"Metric {metric.label}", was="measured", now="", loosens=True))
            continue
        now = replace(now, required=metric.required, counts_from=metric.counts_from)
        alone = tuple(now if each.key == metric.key else each for each in old.metrics)
        for change in changes(old, replace(old, metrics=alone)):
            was_text, now_text = _fields(metric, now)
            restarts = metric.label if change.restarts else ""
            subject = f"Metric {metric.label}"
            found.append(
                Difference(
                    subject=subject, was=was_text, now=now_text, loosens=change.loosens, restarts=restarts
                )
            )
    known = {metric.key for metric in old.metrics}
    added = [metric for metric in new.metrics if metric.key not in known]
    return found + [Difference(subject=f"Metric {each.label}", was="", now="measured") for each in added]


def _fields(was: MetricPlan, now: MetricPlan) -> tuple[str, str]:
    before, after = encode(was), encode(now)
    names = [name for name in before if before[name] != after[name]]
    return _listed(before, names), _listed(after, names)


def _listed(values: dict[str, object], names: list[str]) -> str:
    return ", ".join(
        f"{name.replace('_', ' ')} {'none' if values[name] is None else values[name]}" for name in names
    )


def _whole(old: Plan, new: Plan) -> list[Difference]:
    found = []
    for name, words in NAMES.items():
        was, now = getattr(old, name), getattr(new, name)
        if was != now:
            (change,) = changes(old, replace(old, **{name: now}))
            found.append(
                Difference(subject=words, was=str(encode(was)), now=str(encode(now)), loosens=change.loosens)
            )
    return found


def _day(moment: datetime | None) -> str:
    return f"{moment:%-d %B %Y}" if moment else "none"
