"""Runs of scripts that speak MLflow: their metrics become measurements, each once, however often it is sent."""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from django.db import transaction

from pilots.actions import measurements
from pilots.actions.measurement_report import Report
from pilots.actions.refusals import Refused
from pilots.models import Pilot, Token, TrackedRun
from pilots.models.tracked_run import TrackedRunStatus

SOURCE = "mlflow"
LABEL = "pilotage."
LABELS = frozenset({"candidate", "unit_id", "segment", "load", "phase", "provenance", "fingerprint"})
IGNORE_UNKNOWN = f"{LABEL}ignore_unknown"
MOST_KEPT = 1000
LATEST_MS = 253_402_300_799_000


@dataclass(frozen=True)
class Point:
    """A metric as logged; a value that is no number is left to the measurement's own check to name."""

    key: str
    value: float | str
    at_ms: int
    step: int


@transaction.atomic
def start(
    *,
    pilot: Pilot,
    token: Token,
    name: str,
    started_by: str,
    tags: Mapping[str, str],
    at_ms: int,
    now: datetime,
) -> TrackedRun:
    """A new run. `at_ms` 0: now."""
    return TrackedRun.objects.create(
        pilot=pilot,
        token=token,
        run_id=uuid.uuid4().hex,
        name=name[:250],
        started_by=started_by[:250],
        started_at=_instant(at_ms) if at_ms else now,
        tags=dict(tags),
    )


def log(*, run: TrackedRun, points: Sequence[Point], token: Token, now: datetime) -> None:
    """All points or none. The run's tags `pilotage.candidate`, `pilotage.segment` and so on say what they belong to.

    Raises Refused that names each fault. With the tag `pilotage.ignore_unknown` set to true, metrics that the pilot does
    not have stay with the run and are not measured.
    """
    counted = list(points)
    if run.tags.get(IGNORE_UNKNOWN, "").lower() == "true":
        known = set(run.pilot.metrics.values_list("key", flat=True))
        counted = [point for point in points if point.key in known]
    if counted:
        labels = {
            name.removeprefix(LABEL): value
            for name, value in run.tags.items()
            if name.startswith(LABEL) and name.removeprefix(LABEL) in LABELS
        }
        rows = [_row(run, point, labels) for point in counted]
        try:
            measurements.record(pilot=run.pilot, rows=rows, now=now, source_token=token, atomic=True)
        except measurements.RejectedBatch as batch:
            raise Refused(_faults(batch.report, counted), code="rejected") from None
    _keep_newest(run, points)


@transaction.atomic
def note(
    *, run: TrackedRun, tags: Mapping[str, str] | None = None, params: Mapping[str, str] | None = None
) -> None:
    """Keeps tags and parameters with the run. Raises Refused when there are too many."""
    run = TrackedRun.objects.select_for_update().get(pk=run.pk)
    run.tags |= tags or {}
    run.params |= params or {}
    if len(run.tags) > MOST_KEPT or len(run.params) > MOST_KEPT:
        raise Refused(f"A run keeps at most {MOST_KEPT} tags and {MOST_KEPT} parameters.", code="too_many")
    run.save(update_fields=["tags", "params"])


@transaction.atomic
def update(*, run: TrackedRun, status: str, name: str, at_ms: int) -> TrackedRun:
    """Changes what is given; empty and 0 leave it. Raises Refused for an unknown status."""
    if status and status not in TrackedRunStatus.values:
        raise Refused(f"status is one of {', '.join(TrackedRunStatus.values)}.", code="unknown_status")
    run = TrackedRun.objects.select_for_update().get(pk=run.pk)
    run.status = status or run.status
    run.name = name[:250] or run.name
    run.ended_at = _instant(at_ms) if at_ms else run.ended_at
    run.save(update_fields=["status", "name", "ended_at"])
    return run


def _instant(at_ms: int) -> datetime:
    """Raises Refused for a time that no calendar has."""
    if not 0 <= at_ms <= LATEST_MS:
        raise Refused("Send times in milliseconds since 1970.", code="bad_time")
    return datetime.fromtimestamp(at_ms // 1000, UTC).replace(microsecond=at_ms % 1000 * 1000)


def _row(run: TrackedRun, point: Point, labels: Mapping[str, str]) -> dict[str, Any]:
    return {
        **labels,
        "metric": point.key,
        "value": point.value,
        "observed_at": _instant(point.at_ms).isoformat(),
        "source": SOURCE,
        "external_id": f"{run.run_id}:{point.key}:{point.step}:{point.at_ms}:{point.value}",
    }


def _faults(report: Report, points: Sequence[Point]) -> str:
    told = [
        f"{points[item.index].key[:60]}: {item.errors[0]['message']}" for item in report.items if item.errors
    ]
    return " ".join(dict.fromkeys(told[:5])) + " Nothing of this call was stored."


@transaction.atomic
def _keep_newest(run: TrackedRun, points: Sequence[Point]) -> None:
    """MLflow's own order: the highest step, then the latest time."""
    run = TrackedRun.objects.select_for_update().get(pk=run.pk)
    for point in points:
        before = run.newest.get(point.key)
        if before is None or (before["step"], before["timestamp"]) <= (point.step, point.at_ms):
            run.newest[point.key] = {"value": point.value, "timestamp": point.at_ms, "step": point.step}
    if len(run.newest) > MOST_KEPT:
        raise Refused(f"A run keeps at most {MOST_KEPT} metrics.", code="too_many")
    run.save(update_fields=["newest"])
