"""Posted streams of past weeks: seeded, so that every instance shows the same numbers."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from random import Random
from typing import Any


@dataclass(frozen=True)
class Stream:
    """One metric's numbers: `before` draws the baseline's, `after` the pilot's, so many a day."""

    metric: str
    before: Callable[[Random], float] | None
    after: Callable[[Random], float]
    baseline_n: int = 300
    per_day: int = 20
    segments: tuple[str, ...] = ("",)


def minutes(mean: float, sd: float) -> Callable[[Random], float]:
    """Right-skewed durations: a gamma distribution with this mean and standard deviation, in minutes (or money)."""
    shape = (mean / sd) ** 2
    return lambda random: round(random.gammavariate(shape, mean / shape), 2)


def share(probability: float) -> Callable[[Random], float]:
    """Ones with this probability."""
    return lambda random: float(random.random() < probability)


def baseline_rows(stream: Stream, *, until: date, seed: int) -> Iterator[dict[str, Any]]:
    """The baseline of one metric, spread over the four weeks before `until`."""
    if stream.before is None:
        return
    random = Random(f"{seed}-{stream.metric}-before")
    for index in range(stream.baseline_n):
        day = until - timedelta(days=1 + index % 28)
        yield _row(stream, index, stream.before(random), day=day, random=random, phase="baseline")


def day_rows(stream: Stream, *, day: date, first: date, seed: int) -> Iterator[dict[str, Any]]:
    """One day of the pilot of one metric; the numbers depend on how far it is from the first day, not on the date."""
    random = Random(f"{seed}-{stream.metric}-{(day - first).days}")
    for index in range(stream.per_day):
        yield _row(stream, index, stream.after(random), day=day, random=random, phase="pilot")


def _row(
    stream: Stream, index: int, value: float, *, day: date, random: Random, phase: str
) -> dict[str, Any]:
    at = datetime.combine(day, time(8), tzinfo=UTC) + timedelta(
        minutes=index * 30 % 540, seconds=random.randrange(600)
    )
    return {
        "metric": stream.metric,
        "value": value,
        "observed_at": at.isoformat(),
        "phase": phase,
        "segment": stream.segments[index % len(stream.segments)],
        "provenance": "demo",
        "source": "demo",
        "external_id": f"{phase}-{stream.metric}-{day.isoformat()}-{index}",
    }
