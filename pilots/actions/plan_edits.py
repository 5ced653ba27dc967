"""Metrics, goals, stop triggers and candidates: a draft is simply edited, a plan in force is amended in the open."""

from collections.abc import Iterator
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.contrib.auth.models import User
from django.db import models, transaction

from pilots import permissions
from pilots.actions import amendments, charters, plans, rules
from pilots.actions.changes import Changes, Kind
from pilots.actions.refusals import NotAllowed
from pilots.judging.codec import decimal_text
from pilots.models import Amendment, Candidate, Goal, Metric, Pilot, StopTrigger, Token

Values = dict[str, Any]


@transaction.atomic
def edit(
    *, pilot: Pilot, changes: Changes, reason: str, by: User, now: datetime, token: Token | None = None
) -> Amendment | None:
    """Writes a draft's rows at once and returns None; proposes an amendment once the plan is frozen.

    Raises NotAllowed, WrongState or Refused; nothing is written then.
    """
    pilot = Pilot.objects.select_for_update(no_key=True).get(pk=pilot.pk)
    if pilot.is_frozen:
        return amendments.propose(pilot=pilot, changes=changes, reason=reason, by=by, now=now, token=token)
    if not permissions.may_change(by, pilot, token):
        raise NotAllowed("Only the owner, the deputy or an administrator edits this pilot.")
    before = dict(_touched(pilot, changes))
    rules.put(pilot=pilot, changes=changes)
    rules.check(
        plans.drafted(pilot, now=now),
        keys={f"{'goal' if rule.kind is Kind.GOAL else 'stop'}:{rule.metric}" for rule in changes.rules},
        metrics={metric.key for metric in changes.metrics},
    )
    after = dict(_touched(pilot, changes))
    was, now_is = _differing(before, after)
    charters.record_change(pilot=pilot, by=by, token=token, now=now, reason=reason, before=was, after=now_is)
    return None


def _touched(pilot: Pilot, changes: Changes) -> Iterator[tuple[str, Values]]:
    """Name of the part and its values, for each part that there is."""
    for metric in changes.metrics:
        if row := Metric.objects.filter(pilot=pilot, key=metric.key).first():
            yield f"metrics.{metric.key}", _values(row)
    for rule in changes.rules:
        model: type[Goal] | type[StopTrigger] = Goal if rule.kind is Kind.GOAL else StopTrigger
        if found := model.objects.filter(metric__pilot=pilot, metric__key=rule.metric).first():
            yield f"metrics.{rule.metric}.{rule.kind}", _values(found)
    for candidate in changes.candidates:
        if one := Candidate.objects.filter(pilot=pilot, slug=candidate.slug).first():
            yield f"candidates.{candidate.slug}", _values(one)


def _values(row: models.Model) -> Values:
    owned = ("id", "pilot", "metric")
    return {
        field.name: _plain(field.value_from_object(row))
        for field in row._meta.concrete_fields
        if field.name not in owned
    }


def _plain(value: Any) -> Any:
    if isinstance(value, Decimal):
        return decimal_text(value)
    return value


def _differing(before: dict[str, Values], after: dict[str, Values]) -> tuple[Values, Values]:
    """Changed values only. A part that was not there has nothing before."""
    was: Values = {}
    now: Values = {}
    for name, values in after.items():
        old = before.get(name)
        changed = [key for key in values if old is None or old[key] != values[key]]
        if changed:
            was[name] = {key: old[key] for key in changed} if old is not None else None
            now[name] = {key: values[key] for key in changed}
    return was, now
