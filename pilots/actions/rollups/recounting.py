"""The proof of the running statistics: everything counted again from the rows."""

from datetime import datetime

import structlog
from django.db import connection, transaction

from pilots.actions import audit
from pilots.actions.rollups import locks, sealing
from pilots.actions.rollups.rebuilding import rebuild, refresh
from pilots.models import Pilot, RollupFrame
from pilots.models.event import DIFFER, HOLD
from pilots.queries import alarms, plans
from pilots.queries.facts import differences
from pilots.queries.facts.differences import Recount

NAMED = 20
"""Differences kept in the audit log; the command names all of them."""

log = structlog.get_logger()


def recount(*, pilot: Pilot, now: datetime, repair: bool = False) -> Recount:
    """Counts the rows of a started pilot again and names each figure that is not the same.

    A difference is an error of ours: it is logged and kept in the audit log, and an alarm stands on the pages until a
    recount finds none. With `repair` the statistics are then made anew from the rows and counted once more. Where months
    were retired, the rows that are left and the seals of the others are held against the statistics, which are all there
    is: nothing is repaired, and the answer says what is not proven.
    Raises PlanVersion.DoesNotExist for a draft, which has no statistics.
    """
    if sealing.is_sealed(pilot):
        with transaction.atomic():
            locks.alone(pilot.pk)
            found = sealing.recount(pilot)
        if found.differences:
            _raise_alarm(pilot, found, repaired=False, now=now)
        else:
            _end_alarm(pilot, now=now)
        return found
    _, plan = plans.current(pilot)
    with transaction.atomic():
        refresh(pilot=pilot, plan=plan, now=now)
    with transaction.atomic():
        _one_moment(pilot)
        found = differences.recount(pilot, plan, as_of=now)
    if found.differences:
        _raise_alarm(pilot, found, repaired=repair, now=now)
        if repair:
            rebuild(pilot=pilot, plan=plan, now=now)
            recount(pilot=pilot, now=now)
    elif found.answers:
        _end_alarm(pilot, now=now)
    return found


def recount_sample(*, now: datetime, size: int = 5) -> None:
    """Another few pilots every night, at random."""
    chosen = RollupFrame.objects.order_by().values("pilot").distinct()
    for pilot in Pilot.objects.filter(pk__in=chosen).order_by("?")[:size]:
        recount(pilot=pilot, now=now)


def _one_moment(pilot: Pilot) -> None:
    """The statistics and the rows are read by several statements, and must be of one moment. Inside a transaction that
    has begun already (a test) nobody is let in meanwhile instead."""
    if len(connection.savepoint_ids) == 0:
        with connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
    else:
        locks.alone(pilot.pk)


def _raise_alarm(pilot: Pilot, found: Recount, *, repaired: bool, now: datetime) -> None:
    named = [str(each) for each in found.differences[:NAMED]]
    log.error(
        "statistics differ from their rows",
        pilot=pilot.slug,
        differences=len(found.differences),
        first=named[0],
    )
    audit.record(
        verb=DIFFER,
        pilot=pilot,
        now=now,
        reason="A recount of the rows gave other figures than the running statistics.",
        before={"differences": named, "of": len(found.differences)},
        after={"repaired": repaired},
    )


def _end_alarm(pilot: Pilot, *, now: datetime) -> None:
    if alarms.of_pilot(pilot) is not None:
        audit.record(
            verb=HOLD,
            pilot=pilot,
            now=now,
            reason="A recount of the rows gave the same figures as the statistics.",
        )
