"""The minutes of a review as a measurement of the pilot, by the same way as those that scripts send."""

from datetime import datetime
from decimal import Decimal

from django.contrib.auth.models import User

from pilots.actions import measurements
from pilots.judging.kit import Part, part_of, place_of
from pilots.judging.plan import Estimand
from pilots.models import Metric, Sitting
from pilots.models.sitting import Turn

SOURCE = "pilotage.reviews"
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


def record(*, sitting: Sitting, by: User, now: datetime) -> str:
    """Counts its seconds once, however often it is called; why they count nowhere, else empty."""
    turn = Turn(sitting.turn)
    if turn not in PARTS:
        return ""
    metric = _metric(sitting, PARTS[turn])
    if metric is None:
        what = "review minutes" if turn is Turn.FIRST else "minutes of second checks"
        return f"This pilot has no metric for {what}: the time is kept with the review alone."
    result = sitting.result
    row = {
        "metric": metric.key,
        "value": (sitting.active_seconds / UNITS[metric.unit.lower()]).quantize(Decimal("1e-4")),
        "candidate": result.target.key,
        "phase": "pilot",
        "observed_at": now.isoformat(),
        "unit_id": result.case.unit_id or result.case.key,
        "segment": result.case.scenario,
        "fingerprint": result.target.fingerprint,
        "provenance": result.case.provenance,
        "source": SOURCE,
        "external_id": f"review-{sitting.pk}-{metric.key}",
        "context": {"run": result.target.run_id, "result": result.pk, "timed_by": sitting.timed_by},
    }
    report = measurements.record(pilot=sitting.pilot, rows=[row], now=now, by=by, only_batch=True)
    faults = report.items[0].errors if report.items[0].status == "rejected" else []
    return " ".join(fault["message"] for fault in faults)


def _metric(sitting: Sitting, part: Part) -> Metric | None:
    found = [
        metric
        for metric in Metric.objects.filter(pilot=sitting.pilot).exclude(estimand=Estimand.RATE)
        if part_of(metric.key) is part and metric.unit.lower() in UNITS
    ]
    return min(found, key=lambda metric: (place_of(metric.key), metric.pk), default=None)
