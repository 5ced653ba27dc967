"""What keeps a draft from starting, point by point, and what its owner chose to start without."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from pilots.judging.power import Power
from pilots.models import Metric, Override, Pilot
from pilots.queries.readiness import charter, mistakes, parts, provable
from pilots.queries.readiness.point import Missing


@dataclass(frozen=True)
class Checklist:
    """`open` keeps the pilot from starting; `overridden` are points left open, each with who chose so and why.

    `forecast` says how likely each goal and trigger is settled in the window, if the owner's expectations hold.
    """

    open: list[Missing]
    overridden: list[tuple[Missing, Override]]
    forecast: tuple[Power, ...]

    @property
    def overridable(self) -> list[Missing]:
        return [point for point in self.open if point.overridable]


def checklist(pilot: Pilot) -> Checklist:
    """Reads the pilot and its parts in a fixed number of queries."""
    chosen = {row.code: row for row in pilot.overrides.select_related("overridden_by")}
    metrics = list(pilot.metrics.select_related("goal", "stop_trigger"))
    forecast = provable.forecast(pilot, metrics)
    points = [*_points(pilot, metrics), *provable.points(forecast)]
    left = [(point, chosen[point.code]) for point in points if point.overridable and point.code in chosen]
    return Checklist(
        open=[point for point in points if not (point.overridable and point.code in chosen)],
        overridden=left,
        forecast=forecast,
    )


def missing(pilot: Pilot) -> list[Missing]:
    """Empty when the pilot can start."""
    return checklist(pilot).open


def _points(pilot: Pilot, metrics: Sequence[Metric]) -> Iterator[Missing]:
    candidates = list(pilot.candidates.select_related("deployment__model", "deployment__host"))
    yield from charter.points(pilot)
    yield from parts.of_candidates(candidates)
    yield from parts.of_metrics(metrics)
    yield from mistakes.points(pilot, metrics)
    yield from parts.of_kit(pilot, metrics)


__all__ = ["Checklist", "Missing", "checklist", "missing"]
