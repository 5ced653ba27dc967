"""When each source was last heard, and that somebody notices when one falls silent."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from decimal import Decimal
from functools import partial

from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import F, Q

from pilots import permissions
from pilots.actions import audit, verdicts
from pilots.actions.journeys import Asked
from pilots.actions.measurement_row import BASELINE, Row
from pilots.actions.refusals import NotAllowed, Refused
from pilots.models import Pilot, Source
from pilots.models.pilot import State
from pilots.queries.sources import allowed, interval

EVERY = timedelta(seconds=5)
"""A source that posts without a pause is written down so often."""

LATELY = "14 days"
MOST = 200
"""Sources of one pilot: a script that invents a name for each post is not watched beyond them."""

# A pause that was told as silence teaches nothing; one from long ago is forgotten at the next pause.
HEARD = """
INSERT INTO pilots_source AS s (pilot_id, name, first_seen_at, seen_at, newest_at, metrics)
SELECT %(pilot)s::bigint, %(name)s::text, %(now)s::timestamptz, %(now)s, %(newest)s::timestamptz, %(metrics)s::bigint[]
WHERE (SELECT count(*) FROM pilots_source WHERE pilot_id = %(pilot)s AND name <> %(name)s::text) < %(most)s::integer
ON CONFLICT (pilot_id, name) DO UPDATE SET
    longest_gap = CASE WHEN %(teaches)s THEN excluded.seen_at - s.seen_at ELSE s.longest_gap END,
    longest_gap_at = CASE WHEN %(teaches)s THEN excluded.seen_at ELSE s.longest_gap_at END,
    seen_at = greatest(s.seen_at, excluded.seen_at),
    newest_at = greatest(s.newest_at, excluded.newest_at),
    metrics = ARRAY(SELECT DISTINCT unnest(s.metrics || excluded.metrics) ORDER BY 1)
""".replace(
    "%(teaches)s",
    """(s.silent_since IS NULL AND excluded.seen_at > s.seen_at AND (s.longest_gap IS NULL
        OR excluded.seen_at - s.seen_at >= s.longest_gap OR s.longest_gap_at < excluded.seen_at - %(lately)s::interval))""",
)

_written: dict[tuple[int, str], tuple[datetime, datetime, frozenset[int]]] = {}


def heard(*, pilot: Pilot, rows: Iterable[Row], now: datetime) -> list[Asked]:
    """To be asked last in the transaction that stores the rows: nobody then waits for us while holding what we need.

    Rows of the baseline are left out: who imported it promised nothing for later."""
    counted = [row for row in rows if row.phase != BASELINE]
    asked: list[Asked] = []
    for name in sorted({row.source for row in counted}):
        of_source = [row for row in counted if row.source == name]
        metrics = {row.metric_id for row in of_source}
        newest = min(max([row.observed_at for row in of_source]), now)
        at, until, known = _written.get((pilot.pk, name), (now - EVERY, now, frozenset()))
        if now - EVERY < at <= now and newest < until + EVERY and metrics <= known:
            continue
        told = {"pilot": pilot.pk, "name": name, "now": now, "newest": newest, "metrics": sorted(metrics)}
        asked.append((HEARD, {**told, "most": MOST, "lately": LATELY}))
        transaction.on_commit(partial(_remember, (pilot.pk, name), now, newest, known | metrics))
    return asked


def _remember(key: tuple[int, str], at: datetime, newest: datetime, metrics: frozenset[int]) -> None:
    if len(_written) > 10_000:
        _written.clear()
    _written[key] = at, newest, metrics


@transaction.atomic
def expect(*, source: Source, hours: Decimal | None, by: User, now: datetime) -> None:
    """Sets after how many hours without a row a source counts as silent; None: learn it. Raises NotAllowed, Refused."""
    if not permissions.may_run(by, source.pilot):
        raise NotAllowed("Only the owner or the deputy says how often a source posts.")
    if hours is not None and hours <= 0:
        raise Refused("Give a number of hours above zero, or leave it empty.", code="hours_not_positive")
    before = source.expected_hours
    source.expected_hours = hours
    source.save(update_fields=["expected_hours"])
    audit.record(
        verb="source.expected",
        pilot=source.pilot,
        by=by,
        now=now,
        before={"source": source.name, "hours": None if before is None else str(before)},
        after={"source": source.name, "hours": None if hours is None else str(hours)},
    )


def watch(*, now: datetime) -> None:
    """Each source that fell silent, and each one heard again: one event a change, and a new look at the pilot."""
    for source in Source.objects.filter(
        Q(silent_since__isnull=False) | Q(pilot__state=State.RUNNING)
    ).select_related("pilot"):
        if source.silent_since is not None:
            if source.seen_at > source.silent_since or source.pilot.state != State.RUNNING:
                _heard_again(source, now=now)
        elif now - max(source.seen_at, source.pilot.started_at or now) > allowed(source):
            _fell_silent(source, now=now)


@transaction.atomic
def _fell_silent(source: Source, *, now: datetime) -> None:
    claimed = Source.objects.filter(pk=source.pk, silent_since__isnull=True, seen_at=source.seen_at)
    if not claimed.update(silent_since=F("seen_at")):
        return
    audit.record(
        verb="source.silent",
        pilot=source.pilot,
        now=now,
        reason=f"{source} has not posted since {source.seen_at:%-d %B %Y, %H:%M} UTC; {interval(source)}.",
        after={"source": source.name, "seen_at": source.seen_at.isoformat()},
    )
    verdicts.request(pilot=source.pilot)


@transaction.atomic
def _heard_again(source: Source, *, now: datetime) -> None:
    if not Source.objects.filter(pk=source.pk, silent_since=source.silent_since).update(silent_since=None):
        return
    if source.pilot.state != State.RUNNING:
        return
    audit.record(
        verb="source.heard",
        pilot=source.pilot,
        now=now,
        reason=f"{source} posts again.",
        before={
            "source": source.name,
            "silent_since": source.silent_since.isoformat() if source.silent_since else "",
        },
    )
    verdicts.request(pilot=source.pilot)
