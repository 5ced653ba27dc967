"""Charters as rows of a table, one pilot a line: what is exported, and what may come back changed."""

import json
from collections.abc import Collection, Iterable, Iterator
from datetime import date
from decimal import Decimal
from typing import Any

from django.contrib.auth.models import User
from django.db.models import Q, QuerySet

from pilots import permissions
from pilots.models import Pilot

NOT_COLUMNS = {
    *("id", "state", "is_demo", "created_at", "started_at", "started_by", "ownerless_since", "overdue_since"),
    "silent_failure_trigger",
}
"""Not written by people, or the number of a row that another pilot does not have."""
FIRST = ("slug", "name", "workflow", "owner", "deputy", "decider")
READERS = "readers"
COLUMNS = (
    *FIRST,
    *(field.name for field in Pilot._meta.concrete_fields if field.name not in NOT_COLUMNS.union(FIRST)),
    READERS,
)
PEOPLE = ("owner", "deputy", "decider")
YES, NO = "yes", "no"


def exported_by(person: User) -> QuerySet[Pilot]:
    """The pilots a person runs; every pilot for auditors and administrators."""
    pilots = Pilot.objects.select_related(*PEOPLE).prefetch_related(READERS).order_by("slug")
    return pilots if permissions.may_audit(person) else pilots.filter(Q(owner=person) | Q(deputy=person))


def lines(pilots: QuerySet[Pilot]) -> Iterator[list[str]]:
    yield list(COLUMNS)
    for pilot in pilots.iterator(chunk_size=500):
        yield list(cells(pilot, COLUMNS).values())


def cells(pilot: Pilot, columns: Collection[str]) -> dict[str, str]:
    return {name: _readers(pilot) if name == READERS else _text(getattr(pilot, name)) for name in columns}


def _readers(pilot: Pilot) -> str:
    return names(pilot.readers.all()) if pilot.pk else ""


def names(people: Iterable[User]) -> str:
    return " ".join(sorted(person.get_username() for person in people))


def _text(value: Any) -> str:
    """People by user name, days as 2026-11-28, truth as yes and no, numbers without zeros that say nothing."""
    if value is None:
        return ""
    if isinstance(value, User):
        return value.get_username()
    if isinstance(value, bool):
        return YES if value else NO
    if isinstance(value, Decimal):
        return f"{value.normalize():f}"
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, list) and all(isinstance(each, str) for each in value):
        return " ".join(value)
    return json.dumps(value, ensure_ascii=False) if isinstance(value, dict | list) else str(value)
