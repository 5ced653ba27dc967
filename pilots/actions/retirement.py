"""Months of measurements that nobody needs any more: proven, sealed, dropped.

The running statistics stay, so no figure of a verdict changes. What went is kept as a seal: how many rows of each series
counted, and the sum of their digests. A pilot under trial keeps its rows, because an amendment may count them anew.
"""

from dataclasses import dataclass
from datetime import date, datetime

from django.db import connection, transaction

from pilots.actions import audit, partitions, rollups
from pilots.actions.rollups import locks, sealing
from pilots.judging.plan import Design
from pilots.models import Pilot, RetiredMonth
from pilots.queries import plans

PATIENCE = "5s"
"""How long dropping waits for readers; meanwhile nobody else gets at the table."""


@dataclass(frozen=True)
class Kept:
    """A month that stays, and why."""

    month: date
    reason: str


def retire_due(*, now: datetime, months: int) -> list[RetiredMonth | Kept]:
    """Each month that ended more than `months` ago; with 0, none. A month that must stay does not stop the others."""
    if months <= 0:
        return []
    last = partitions.first_day(now)
    for _ in range(months + 1):
        last = partitions.before(last)
    return [retire(month=month, now=now) for month in sorted(partitions.existing()) if month <= last]


def retire(*, month: date, now: datetime) -> RetiredMonth | Kept:
    """Proves the statistics of every pilot with rows in the month against its rows, then seals and drops them.

    Nothing is dropped where a pilot is under trial, its statistics do not answer for it, or differ.
    """
    if month >= partitions.first_day(now):
        return Kept(month, "it has not ended")
    if month not in partitions.existing():
        return Kept(month, "there are no measurements of it")
    measured = _measured(month)
    for pilot in measured:
        if reason := _needed(pilot, now=now):
            return Kept(month, reason)
    with transaction.atomic():
        for pilot in measured:
            locks.alone(pilot.pk)
        if [each.pk for each in _measured(month)] != [each.pk for each in measured]:
            return Kept(month, "measurements came in meanwhile: try again")
        retired = RetiredMonth.objects.create(month=month, rows=_rows(month), retired_at=now)
        for pilot in measured:
            sealed = sealing.seal(pilot=pilot, month=retired)
            audit.record(
                verb="measurements.retired", pilot=pilot, now=now, after={"month": str(month), "rows": sealed}
            )
        _drop(month)
    partitions.forget()
    return retired


def _needed(pilot: Pilot, *, now: datetime) -> str:
    """Why the rows of a pilot must stay; empty when they need not."""
    if not pilot.is_settled:
        return f"{pilot.slug} is not decided yet"
    _, plan = plans.current(pilot)
    if any(metric.design is Design.PAIRED for metric in plan.metrics):
        return f"{pilot.slug} compares pairs, whose order is proven by the rows"
    found = rollups.recount(pilot=pilot, now=now)
    if not found.answers:
        return f"{pilot.slug} is read from its rows: its statistics do not answer for its plan"
    return f"the statistics of {pilot.slug} differ from its rows" if found.differences else ""


def _measured(month: date) -> list[Pilot]:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT DISTINCT pilot_id FROM {partitions.table(month)}")  # noqa: S608  a name of our own
        found = [pk for (pk,) in cursor.fetchall()]
    return list(Pilot.objects.filter(pk__in=found).order_by("pk"))


def _rows(month: date) -> int:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT count(*) FROM {partitions.table(month)}")  # noqa: S608
        return int(cursor.fetchone()[0])


def _drop(month: date) -> None:
    table = partitions.table(month)
    with connection.cursor() as cursor:
        cursor.execute(f"SET LOCAL lock_timeout = '{PATIENCE}'")
        cursor.execute(f"ALTER TABLE pilots_measurement DETACH PARTITION {table}")
        cursor.execute(f"DROP TABLE {table}")
