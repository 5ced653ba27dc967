"""The minutes of a review as a measurement of the pilot, by the same way as those that scripts send."""

from datetime import datetime
from decimal import Decimal

from django.contrib.auth.models import User

from pilots.actions import measurements
from pilots.models import Sitting
from pilots.models.sitting import Turn
from pilots.queries.review_metrics import UNITS, metric_of

SOURCE = "pilotage.reviews"


def record(*, sitting: Sitting, by: User, now: datetime) -> str:
    """Counts its seconds once, however often it is called. Why they were refused; empty where they count, and where the pilot
    has no metric for them."""
    metric = metric_of(sitting.pilot, Turn(sitting.turn))
    if metric is None:
        return ""
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
