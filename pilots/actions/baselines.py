"""The numbers from before: entered by hand or as a file, and frozen once they are compared with."""

import csv
import io
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from hashlib import sha256
from typing import Any

from django.contrib.auth.models import User
from django.db import transaction

from pilots import permissions
from pilots.actions import audit, measurements
from pilots.actions.measurement_report import Report
from pilots.actions.refusals import NotAllowed, Refused
from pilots.models import Baseline, Measurement, Metric, Pilot
from pilots.models.measurement import Phase
from pilots.models.pilot import UNDER_TRIAL
from pilots.queries import baselines

SOURCE = "baseline by hand"
MOST = 5000
COLUMNS = ("value", "observed_at", "unit_id", "segment", "outcome")


def enter(
    *,
    pilot: Pilot,
    metric: Metric,
    text: str,
    first: date,
    last: date,
    by: User,
    now: datetime,
    dry_run: bool = False,
) -> Report:
    """Values one a line, or CSV with a head (`value`, and any of `observed_at`, `unit_id`, `segment`, `outcome`). What names
    no time is spread evenly over the days from `first` to `last`. All or nothing; the same lines twice count once.

    Raises NotAllowed, Refused, or RejectedBatch with what is wrong in which row.
    """
    if not permissions.may_run(by, pilot):
        raise NotAllowed("Only the owner, the deputy or an administrator may do that.")
    if last < first or last > now.date():
        raise Refused("The days must be in order, and not in the future.", code="days")
    rows = list(_rows(metric, text, first=first, last=last, now=now))
    if not rows:
        raise Refused("Paste at least one value.", code="empty")
    if len(rows) > MOST:
        raise Refused(f"At most {MOST} values at once; a script posts more.", code="too_many")
    report = measurements.record(pilot=pilot, rows=rows, now=now, by=by, atomic=True, dry_run=dry_run)
    if report.created and not dry_run:
        audit.record(
            verb="baseline.entered",
            pilot=pilot,
            by=by,
            now=now,
            after={"metric": metric.key, "rows": report.created, "first": str(first), "last": str(last)},
        )
    return report


def freeze_compared(*, now: datetime) -> None:
    """Keeps the baseline of each metric that the pilot's own numbers are held against by now. No row can be added since
    the first of them, so what is hashed is what was compared."""
    for pilot in Pilot.objects.filter(state__in=UNDER_TRIAL).order_by("pk"):
        _freeze(pilot, now=now)


@transaction.atomic
def _freeze(pilot: Pilot, *, now: datetime) -> None:
    open_ones = [metric for metric in pilot.metrics.filter(baseline__isnull=True) if _is_compared(metric)]
    if not open_ones:
        return
    Pilot.objects.select_for_update(no_key=True).get(pk=pilot.pk)
    known, done = (
        baselines.found(pilot),
        set(Baseline.objects.filter(pilot=pilot).values_list("metric_id", flat=True)),
    )
    for metric in open_ones:
        if metric.pk in done or (found := known.get(metric.pk)) is None:
            continue
        row = Baseline.objects.create(
            pilot=pilot,
            metric=metric,
            rows=found.rows,
            retrospective=found.retrospective,
            first_at=found.first_at,
            last_at=found.last_at,
            digest=found.digest,
            frozen_at=now,
        )
        after = {
            "metric": metric.key,
            "rows": row.rows,
            "digest": row.digest,
            "retrospective": found.retrospective,
        }
        audit.record(verb="baseline.frozen", pilot=pilot, now=now, after=after)


def _is_compared(metric: Metric) -> bool:
    measured = Measurement.objects.filter(pilot=metric.pilot_id, metric=metric).order_by()
    return all(measured.filter(phase=phase).exists() for phase in (Phase.PILOT, Phase.BASELINE))


def _rows(metric: Metric, text: str, *, first: date, last: date, now: datetime) -> Iterator[dict[str, Any]]:
    lines = [line for line in text.splitlines() if line.strip()]
    start = datetime.combine(first, time(), tzinfo=UTC)
    end = min(datetime.combine(last + timedelta(days=1), time(), tzinfo=UTC), now)
    for number, row in enumerate(_parsed(lines)):
        at = start + (end - start) * ((number + 0.5) / max(len(lines), 1))
        given = {name: value for name, value in row.items() if value}
        known = repr((metric.pk, number, sorted(given.items()), first, last))
        yield {
            "metric": metric.key,
            "phase": Phase.BASELINE.value,
            "source": SOURCE,
            "external_id": f"hand-{sha256(known.encode()).hexdigest()[:24]}",
            "observed_at": at.isoformat(),
            **given,
        }


def _parsed(lines: list[str]) -> Iterator[dict[str, str]]:
    """Raises Refused for a head with unknown columns."""
    if not lines or "value" not in lines[0].lower():
        yield from ({"value": _plain(line)} for line in lines)
        return
    delimiter = ";" if ";" in lines[0] else "\t" if "\t" in lines[0] else ","
    reader = csv.DictReader(io.StringIO("\n".join(lines)), delimiter=delimiter)
    head = [name.strip().lower() for name in reader.fieldnames or ()]
    if unknown := [name for name in head if name not in COLUMNS]:
        raise Refused(
            f"Unknown column {', '.join(unknown)}. Known are {', '.join(COLUMNS)}.", code="unknown_column"
        )
    for row in reader:
        read = {(name or "").strip().lower(): (value or "").strip() for name, value in row.items() if name}
        yield {**read, "value": _plain(read.get("value", ""))}


def _plain(value: str) -> str:
    """A comma as the decimal mark is fine where no column could be meant by it."""
    return value.strip().replace(",", ".") if value.count(",") == 1 and "." not in value else value.strip()
