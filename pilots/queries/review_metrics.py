"""Which metric of a pilot the minutes of its reviews belong to."""

from pilots.judging.kit import Part, part_of, place_of
from pilots.judging.plan import Estimand
from pilots.models import Metric, Pilot
from pilots.models.sitting import Turn

UNITS = {
    "min": 60,
    "mins": 60,
    "minute": 60,
    "minutes": 60,
    "s": 1,
    "sec": 1,
    "second": 1,
    "seconds": 1,
    "h": 3600,
}
PARTS = {Turn.FIRST: Part.REVIEW, Turn.SECOND: Part.SECOND_CHECKS}
"""An anchor measures who judges, not the item: its minutes are no cost of an item."""


def metric_of(pilot: Pilot, turn: Turn) -> Metric | None:
    """None where it has none, or none in a unit of time."""
    found = [
        metric
        for metric in Metric.objects.filter(pilot=pilot).exclude(estimand=Estimand.RATE)
        if part_of(metric.key) is PARTS.get(turn, "") and metric.unit.lower() in UNITS
    ]
    return min(found, key=lambda metric: (place_of(metric.key), metric.pk), default=None)
