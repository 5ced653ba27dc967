"""Statistics made anew from the rows: at the start, after an amendment, after a doubt."""

from collections.abc import Iterable
from datetime import datetime

from django.db import connection, transaction

from pilots.actions import measurement_table
from pilots.actions.rollups import locks, sealing
from pilots.actions.rollups.epochs import rebuild_spans
from pilots.actions.rollups.intake import Intake, count_all
from pilots.judging.plan import Plan
from pilots.models import Metric, Pilot, RollupFrame, RollupWaiting
from pilots.queries.facts import frames, spans

FIGURES = (
    *("pilots_rollup", "pilots_rolluphistogram", "pilots_rollupunit", "pilots_rollupframe"),
    *("pilots_rolluppair", "pilots_rolluppairdue", "pilots_rolluppairday", "pilots_rollupbet"),
)
"""Tables of what was counted for a metric."""


class Sealed(Exception):
    """Figures whose rows are gone are not thrown away."""


@transaction.atomic
def rebuild(*, pilot: Pilot, plan: Plan, now: datetime, metrics: Iterable[str] | None = None) -> None:
    """Counts the named metrics (all of the plan, when left out) from their rows, under the plan's bounds and limits.

    Has the pilot alone meanwhile: batches wait, none is missed or counted twice. Costs one pass over the rows.
    """
    locks.alone(pilot.pk)
    if sealing.is_sealed(pilot):
        raise Sealed(
            f"Measurements of {pilot.slug} were retired: its statistics cannot be made anew from the rows."
        )
    wanted = frames.wanted(pilot, plan) or {}
    keys = set(wanted) if metrics is None else set(metrics) & set(wanted)
    ids = dict(Metric.objects.filter(pilot=pilot, key__in=keys).values_list("key", "pk"))
    stale = list(ids.values())
    if metrics is None:
        rebuild_spans(pilot.pk)
        stale += RollupFrame.objects.filter(pilot=pilot).values_list("metric_id", flat=True)
    _forget(pilot, stale)
    RollupFrame.objects.bulk_create(
        RollupFrame(metric_id=pk, pilot=pilot, signature=wanted[key], built_at=now) for key, pk in ids.items()
    )
    count_all(pilot.pk, metrics=ids.values(), known=spans.load(pilot.pk))


@transaction.atomic
def refresh(*, pilot: Pilot, plan: Plan, now: datetime) -> None:
    """Makes the statistics answer for this plan at this moment: rows whose time has come are counted, and metrics that
    are in doubt or were counted under other bounds are rebuilt. Two queries when there is nothing to do."""
    due = RollupWaiting.objects.filter(pilot=pilot, observed_at__lte=now)
    if not due.exists() and not frames.stale(pilot, plan):
        return
    locks.alone(pilot.pk)
    taken = _take(list(due.values_list("pk", flat=True)))
    intake = Intake(pilot.pk, now=now, known=spans.load(pilot.pk))
    intake.count(measurement_table.waiting(pilot.pk, sorted(taken), until=now))
    if stale := frames.stale(pilot, plan):
        rebuild(pilot=pilot, plan=plan, now=now, metrics=stale)


def _take(due: list[int]) -> set[int]:
    """Those that nobody else has taken."""
    with connection.cursor() as cursor:
        cursor.execute(
            "DELETE FROM pilots_rollupwaiting WHERE measurement_id = ANY(%s) RETURNING measurement_id", [due]
        )
        return {row[0] for row in cursor.fetchall()}


def _forget(pilot: Pilot, metrics: list[int]) -> None:
    with connection.cursor() as cursor:
        for table in FIGURES:
            cursor.execute(
                f"DELETE FROM {table} WHERE pilot_id = %s AND metric_id = ANY(%s)",  # noqa: S608
                [pilot.pk, metrics],
            )
