"""What each metric was before the pilot: how much of it there is, how old, when it was entered, and whether it still is
what was frozen."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import connection

from pilots.models import Baseline, Metric, Pilot
from pilots.models.metric import Design

ENTERED_LATE_DAYS = 2
OLD = timedelta(days=90)
FEW = 30
ROWS = """
SELECT metric_id, count(*), count(*) FILTER (WHERE recorded_at - observed_at > make_interval(days => %(late)s)), avg(value),
       min(observed_at), max(observed_at),
       encode(sha256(convert_to(string_agg(
           concat_ws('|', extract(epoch FROM observed_at), unit_id, trim_scale(value), outcome, provenance, segment),
           E'\\n' ORDER BY observed_at, unit_id, value, id), 'UTF8')), 'hex')
FROM pilots_measurement WHERE pilot_id = %(pilot)s AND phase = 'baseline' GROUP BY metric_id
"""


@dataclass(frozen=True)
class Found:
    """The rows as they are. `mean` is None where none has a value."""

    rows: int
    retrospective: int
    mean: float | None
    first_at: datetime
    last_at: datetime
    digest: str


@dataclass(frozen=True)
class Line:
    """`found` is None without rows; `frozen` until the first comparison. `warnings` are sentences."""

    metric: Metric
    found: Found | None
    frozen: Baseline | None
    warnings: tuple[str, ...]


def of_pilot(pilot: Pilot) -> list[Line]:
    """One for each metric that is compared with a before, and each that has one. Three queries."""
    rows, frozen = found(pilot), {row.metric_id: row for row in Baseline.objects.filter(pilot=pilot)}
    return [
        Line(
            metric, rows.get(metric.pk), frozen.get(metric.pk), tuple(_warnings(pilot, metric, rows, frozen))
        )
        for metric in pilot.metrics.all()
        if metric.design == Design.BEFORE_AFTER or metric.pk in rows or metric.pk in frozen
    ]


def found(pilot: Pilot) -> dict[int, Found]:
    """By the metric's id. One query."""
    with connection.cursor() as cursor:
        cursor.execute(ROWS, {"pilot": pilot.pk, "late": ENTERED_LATE_DAYS})
        return {
            row[0]: Found(row[1], row[2], None if row[3] is None else float(row[3]), *row[4:])
            for row in cursor.fetchall()
        }


def _warnings(pilot: Pilot, metric: Metric, rows: dict[int, Found], frozen: dict[int, Baseline]) -> list[str]:
    here, kept = rows.get(metric.pk), frozen.get(metric.pk)
    if here is None:
        return [] if kept else ["There is no before yet: enter it, or post it with the phase baseline."]
    said = []
    if here.rows < FEW:
        said.append(f"Only {here.rows} values: a difference is hard to prove.")
    if here.retrospective:
        share: Any = "All" if here.retrospective == here.rows else f"{here.retrospective} of {here.rows}"
        said.append(f"Retrospective: {share} were entered days after they happened.")
    age = (pilot.window_start - here.last_at.date()).days
    if age > OLD.days:
        said.append(f"It ended {age} days before the pilot began: the work may have changed since.")
    if kept and kept.digest != here.digest:
        said.append(
            f"Its rows are not those that were frozen on {kept.frozen_at:%-d %B %Y}: "
            "do not rely on it before you know why."
        )
    return said
