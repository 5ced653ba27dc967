"""The sources of a pilot: who posts, how often, and who is silent."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from pilots.judging.facts import Silence
from pilots.judging.plan import Plan
from pilots.judging.wording import duration
from pilots.models import Metric, Pilot, Source
from pilots.models.pilot import State

PATIENCE_HOURS = 48
"""Of a source whose pace is not known yet, and whose metrics are gone."""

LEAST = timedelta(hours=1)
"""A pace is learned from pauses; a burst of posts does not make an hour of quiet a silence."""


@dataclass(frozen=True)
class Line:
    """One source as a page shows it. `silent` only in a running pilot."""

    source: Source
    interval: str
    silent: bool


def allowed(source: Source, hours: Mapping[int, int] | None = None) -> timedelta:
    """How long it may be quiet: as the owner set, else twice the longest usual pause, else as its metrics allow (`hours`
    by id, where a page has read them already)."""
    if source.expected_hours is not None:
        return timedelta(hours=float(source.expected_hours))
    if source.longest_gap is not None:
        return max(2 * source.longest_gap, LEAST)
    known = _hours(source.pilot_id) if hours is None else hours
    return timedelta(
        hours=max((known[each] for each in source.metrics if each in known), default=PATIENCE_HOURS)
    )


def _hours(pilot_id: int) -> dict[int, int]:
    return dict(Metric.objects.filter(pilot=pilot_id).values_list("pk", "max_age_hours"))


def interval(source: Source, hours: Mapping[int, int] | None = None) -> str:
    """In words, starting in lower case."""
    words = duration(round(allowed(source, hours).total_seconds()))
    if source.expected_hours is not None:
        return f"expected within {words}"
    if source.longest_gap is not None:
        return f"learned: quiet for {words} at most"
    return f"not learned yet: {words} as its metrics allow"


def of_pilot(pilot: Pilot) -> list[Line]:
    """By name. Two queries."""
    running, hours = pilot.state == State.RUNNING, _hours(pilot.pk)
    return [
        Line(source, interval(source, hours), running and _is_silent(source))
        for source in Source.objects.filter(pilot=pilot).order_by("name")
    ]


def silences(pilot: Pilot, plan: Plan, *, as_of: datetime) -> tuple[Silence, ...]:
    """One for each metric of a running pilot whose every source is silent: the source that fell silent last."""
    if pilot.state != State.RUNNING:
        return ()
    known = list(Source.objects.filter(pilot=pilot, seen_at__lte=as_of).order_by("seen_at", "name"))
    if not any(_is_silent(source) for source in known):
        return ()
    keys = dict(Metric.objects.filter(pilot=pilot).values_list("key", "pk"))
    found = []
    for metric in plan.metrics:
        sources = [source for source in known if keys.get(metric.key) in source.metrics]
        if sources and all(map(_is_silent, sources)):
            last = sources[-1]
            found.append(
                Silence(
                    metric=metric.key,
                    source=last.name,
                    since=last.seen_at,
                    allowed_seconds=round(allowed(last).total_seconds()),
                )
            )
    return tuple(found)


def _is_silent(source: Source) -> bool:
    """A row since is news that the watch has not seen yet."""
    return source.silent_since is not None and source.seen_at <= source.silent_since
