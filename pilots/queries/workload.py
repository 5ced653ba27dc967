"""How the referee keeps up, in a few cheap counts: for those who operate it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db import connection
from django.db.models import Count, Max, Min, OuterRef, Subquery

from pilots.models import Delivery, Pilot, Source, Verdict
from pilots.models.notification import DeliveryState
from pilots.models.pilot import State

WRITTEN = """
SELECT coalesce(sum(n_tup_ins), 0) FROM pg_stat_user_tables
WHERE relid IN (SELECT inhrelid FROM pg_inherits WHERE inhparent = 'pilots_measurement'::regclass)
   OR relname = 'pilots_measurement'
"""


@dataclass(frozen=True, slots=True)
class Workload:
    """`pilots` by state, `flags` of pilots under trial by their last verdict ("none" without one).

    `verdict_lag_s`: how long the pilot that waits longest has had facts newer than its last verdict; 0 when none has.
    `oldest_undelivered_s`: since the oldest message that people still wait for was written.
    `written`: rows of measurements written since the database's own statistics began.
    """

    pilots: Mapping[str, int]
    flags: Mapping[str, int]
    verdict_lag_s: float
    verdicts: int
    written: int
    silent_sources: int
    undelivered: int
    oldest_undelivered_s: float


def workload(*, now: datetime) -> Workload:
    pilots = dict(Pilot.objects.order_by().values_list("state").annotate(Count("pk")))
    flags, lag = _under_trial(now)
    waiting = Delivery.objects.filter(state__in=[DeliveryState.WAITING, DeliveryState.SENDING])
    oldest = waiting.aggregate(Min("notice__made_at"))["notice__made_at__min"]
    with connection.cursor() as cursor:
        cursor.execute(WRITTEN)
        written = int(cursor.fetchone()[0])
    return Workload(
        pilots={state: pilots.get(state, 0) for state in State.values},
        flags=flags,
        verdict_lag_s=lag,
        verdicts=Verdict.objects.count(),
        written=written,
        silent_sources=Source.objects.filter(
            silent_since__isnull=False, pilot__state__in=[State.RUNNING, State.PAUSED]
        ).count(),
        undelivered=waiting.count(),
        oldest_undelivered_s=(now - oldest).total_seconds() if oldest else 0.0,
    )


def _under_trial(now: datetime) -> tuple[dict[str, int], float]:
    newest = Verdict.objects.filter(pilot=OuterRef("pk")).order_by("-number")
    heard = Source.objects.filter(pilot=OuterRef("pk")).order_by().values("pilot").annotate(at=Max("seen_at"))
    rows = (
        Pilot.objects.filter(state__in=[State.RUNNING, State.PAUSED])
        .annotate(
            flag=Subquery(newest.values("flag")[:1]),
            looked=Subquery(newest.values("created_at")[:1]),
            heard=Subquery(heard.values("at")),
        )
        .values_list("flag", "looked", "heard")
    )
    flags: dict[str, int] = {}
    lag = 0.0
    for flag, looked, at in rows:
        flags[flag or "none"] = flags.get(flag or "none", 0) + 1
        if at is not None and (looked is None or at > looked):
            lag = max(lag, (now - (looked or at)).total_seconds())
    return flags, lag
