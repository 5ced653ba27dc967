"""All that was done to a pilot, an act a line, with the values before and after: the audit log as its people read it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Q

from pilots.models import Pilot
from pilots.queries.history import author, title, told

SHOWN = 50
KINDS = {
    "charter": ("Charter and plan", ("pilot.", "plan.", "checklist.", "baseline.")),
    "notes": ("Journal", ("journal.",)),
    "decision": ("Memo and decision", ("memo.", "decision.", "removal.")),
}
"""What the log is narrowed to: its name, and how the verbs begin."""

MAKES_VERSIONS = ("pilot.", "plan.")


@dataclass(frozen=True)
class Value:
    """One value that an act changed. Empty is what was or is not there."""

    name: str
    before: str
    after: str


@dataclass(frozen=True)
class Line:
    """`version` is the number that the charter has since this act, if the act made a new one."""

    at: datetime
    title: str
    by: str
    why: str
    version: int | None
    values: tuple[Value, ...]


@dataclass(frozen=True)
class Page:
    lines: tuple[Line, ...]
    has_older: bool


def load(pilot: Pilot, *, kind: str = "", page: int = 1) -> Page:
    """The newest first, fifty a page. Two queries."""
    events = told(pilot).select_related("actor", "token").order_by("-at", "-id")
    if kind in KINDS:
        wanted = Q()
        for start in KINDS[kind][1]:
            wanted |= Q(verb__startswith=start)
        events = events.filter(wanted)
    first = (page - 1) * SHOWN
    found = list(events[first : first + SHOWN + 1])
    versions = dict(
        pilot.charters.filter(written_at__in={event.at for event in found}).values_list(
            "written_at", "number"
        )
    )
    lines = tuple(
        Line(
            at=event.at,
            title=title(event),
            by=author(event),
            why=event.reason,
            version=versions.get(event.at) if event.verb.startswith(MAKES_VERSIONS) else None,
            values=tuple(_values(event.before, event.after)),
        )
        for event in found[:SHOWN]
    )
    return Page(lines=lines, has_older=len(found) > SHOWN)


def _values(before: Mapping[str, Any], after: Mapping[str, Any]) -> Iterator[Value]:
    old, new = dict(_flat(before)), dict(_flat(after))
    for name in dict.fromkeys([*old, *new]):
        yield Value(_words(name), old.get(name, ""), new.get(name, ""))


def _flat(values: Mapping[str, Any], prefix: str = "") -> Iterator[tuple[str, str]]:
    """Rows of the charter hold values of their own: `metrics.quality` and `cap` are `metrics.quality.cap`."""
    for name, value in values.items():
        if isinstance(value, Mapping):
            yield from _flat(value, f"{prefix}{name}.")
        elif isinstance(value, list):
            yield f"{prefix}{name}", ", ".join(_text(each) for each in value)
        else:
            yield f"{prefix}{name}", _text(value)


def _text(value: Any) -> str:
    if isinstance(value, Mapping):
        return "; ".join(f"{_words(name)} {text}" for name, text in _flat(value) if text)
    if isinstance(value, bool):
        return "yes" if value else "no"
    return "" if value is None else str(value)


def _words(name: str) -> str:
    return name.replace("_", " ").replace(".", ": ").capitalize()
