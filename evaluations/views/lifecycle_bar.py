"""The days of a lifecycle as places on a bar. The template draws it; the same days stand beside it as text."""

from dataclasses import dataclass
from datetime import date, timedelta

from evaluations.queries.lifecycle import Lifecycle

WIDTH = 300
MARGIN = timedelta(days=60)


@dataclass(frozen=True)
class Mark:
    x: float
    kind: str
    words: str


@dataclass(frozen=True)
class Bar:
    """`passed`: width up to today. `end`: where the line of life stops."""

    passed: float
    end: float
    today: float
    marks: tuple[Mark, ...]
    description: str
    width: int = WIDTH


def bar(cycle: Lifecycle, *, today: date) -> Bar | None:
    """None when no day is known."""
    if not cycle.known:
        return None
    days = [day for day, _, _ in _days(cycle)]
    first, last = min([*days, today]) - MARGIN, max([*days, today]) + MARGIN

    def place(day: date) -> float:
        return round(WIDTH * (day - first).days / (last - first).days, 1)

    end = place(cycle.retires_on) if cycle.retires_on else float(WIDTH)
    return Bar(
        passed=min(place(today), end),
        end=end,
        today=place(today),
        marks=tuple(Mark(place(day), kind, words) for day, kind, words in _days(cycle)),
        description="; ".join(f"{words} {day:%-d %B %Y}" for day, _, words in _days(cycle)),
    )


def _days(cycle: Lifecycle) -> list[tuple[date, str, str]]:
    known = [
        (cycle.announced_on, "note", "end announced on"),
        (cycle.deprecated_on, "warn", "deprecated on"),
        (cycle.not_before, "note", "kept at least until"),
        (cycle.retires_on, "end", "ends on"),
        *((day, "other", "another source says") for day in cycle.other_ends),
    ]
    return sorted((day, kind, words) for day, kind, words in known if day)
