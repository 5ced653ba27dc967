"""Pilots whose running statistics were found to differ from their rows, until a recount found them equal again."""

from dataclasses import dataclass
from datetime import datetime
from typing import cast

from django.db.models import QuerySet

from pilots import permissions
from pilots.models import Event, Pilot
from pilots.models.event import HOLD, STATISTICS


@dataclass(frozen=True)
class Alarm:
    pilot: Pilot
    since: datetime


def of_pilot(pilot: Pilot) -> Alarm | None:
    """One query."""
    return next(iter(_standing(Event.objects.filter(pilot=pilot))), None)


def that_concern(person: permissions.Person) -> list[Alarm]:
    """Of the pilots that this person runs; of all of them, for an administrator. One query at most."""
    if not person.has_perm("pilots.run_pilot"):
        return []
    return [alarm for alarm in _standing(Event.objects.all()) if permissions.may_run(person, alarm.pilot)]


def _standing(events: QuerySet[Event]) -> list[Alarm]:
    found: dict[int, Alarm] = {}
    told = events.filter(verb__in=STATISTICS, pilot__isnull=False)
    for event in told.select_related("pilot").order_by("at", "id"):
        pilot = cast(Pilot, event.pilot)
        if event.verb == HOLD:
            found.pop(pilot.pk, None)
        else:
            found.setdefault(pilot.pk, Alarm(pilot, event.at))
    return list(found.values())
