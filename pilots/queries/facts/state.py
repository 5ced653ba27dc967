"""Facts from the running statistics: one statement, so one snapshot, whatever the number of measurements."""

import json
from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from types import SimpleNamespace
from typing import Any

from django.db import connection

from pilots.judging.codec import decimal_text
from pilots.judging.facts import ArmFacts, DayFacts, Epoch, Phase
from pilots.judging.plan import Plan
from pilots.models import Candidate, Metric, Pilot
from pilots.models.rollup import LIMITS
from pilots.queries.facts import epochs, frames

OUTCOMES = ("abstained", "escalated", "refused", "blocked", "timeout", "error", "infra_error")
BEYOND = tuple(f"beyond_{number}" for number in range(1, LIMITS + 1))
COUNTS = ("rows", "units", "n", "ones", "averaged", *OUTCOMES, *BEYOND, "doubts")
EXACT = ("total", "squares", "digest")
SUMS = (*COUNTS, *EXACT)
SERIES_SUMS = ", ".join(
    (*(f"sum({name})::bigint AS {name}" for name in COUNTS), *(f"sum({name}) AS {name}" for name in EXACT))
)
SERIES = "metric_id, candidate, phase, epoch"

# Infrastructure errors after the last row that was none: rare, and found by an index of their own.
STATE = f"""
WITH day AS (
    SELECT {SERIES}, segment, day, {SERIES_SUMS},
        min(first_at) AS first_at, max(last_at) AS last_at, max(good_at) AS good_at, max(seen_at) AS seen_at
    FROM pilots_rollup WHERE pilot_id = %(pilot)s GROUP BY {SERIES}, segment, day
), good AS (
    SELECT {SERIES}, max(good_at) AS good_at FROM day GROUP BY {SERIES}
), frame AS (
    SELECT f.metric_id, f.signature, t.* FROM pilots_rollupframe f,
        jsonb_to_record(f.signature) AS t(maintenance_from timestamptz, counts_from timestamptz, provenances jsonb)
    WHERE f.pilot_id = %(pilot)s
), span AS (
    SELECT candidate, fingerprint, min(first_at) AS first_at, max(last_at) AS last_at
    FROM pilots_rollupspan WHERE pilot_id = %(pilot)s GROUP BY candidate, fingerprint
), epoch AS (
    SELECT candidate, fingerprint, first_at,
        row_number() OVER (PARTITION BY candidate ORDER BY first_at, fingerprint COLLATE "C") - 1 AS index
    FROM span
), broken AS (
    SELECT m.metric_id, coalesce(m.candidate_id, 0) AS candidate, m.observed_at,
        CASE WHEN m.phase = 'baseline' THEN 'baseline'
             WHEN m.observed_at >= frame.maintenance_from THEN 'maintenance' ELSE 'first_use' END AS phase,
        CASE WHEN m.phase = 'baseline' THEN 0
             WHEN m.fingerprint <> '' THEN own.index
             ELSE coalesce((SELECT max(e.index) FROM epoch e
                 WHERE e.candidate = m.candidate_id AND e.first_at <= m.observed_at), 0) END AS epoch
    FROM pilots_measurement m JOIN frame USING (metric_id)
    LEFT JOIN epoch own ON own.candidate = m.candidate_id AND own.fingerprint = m.fingerprint
    WHERE m.pilot_id = %(pilot)s AND m.outcome = 'infra_error' AND m.observed_at <= %(as_of)s
        AND frame.provenances ? m.provenance
        AND (m.phase = 'baseline' OR frame.counts_from IS NULL OR m.observed_at >= frame.counts_from)
)
SELECT 'arm' AS kind, {SERIES}, CASE WHEN grouping(segment) = 1 THEN '' ELSE segment END AS segment,
    CASE WHEN grouping(day) = 0 THEN day END AS day,
    {SERIES_SUMS},
    count(DISTINCT day) FILTER (WHERE units > 0) AS days,
    CASE WHEN grouping(day) = 1 THEN min(first_at) END AS first_at,
    CASE WHEN grouping(day) = 1 THEN max(last_at) END AS last_at, NULL::timestamptz AS seen_at, NULL::jsonb AS signature
FROM day GROUP BY GROUPING SETS (({SERIES}), ({SERIES}, segment), ({SERIES}, day))
HAVING grouping(segment) = 1 OR segment <> ''
UNION ALL
SELECT 'infra', b.metric_id, b.candidate, b.phase, b.epoch, '', NULL, count(*),
    {", ".join("NULL" for _ in SUMS[1:])}, NULL, NULL, NULL, NULL, NULL
FROM broken b LEFT JOIN good USING ({SERIES})
WHERE good.good_at IS NULL OR b.observed_at > good.good_at GROUP BY b.metric_id, b.candidate, b.phase, b.epoch
UNION ALL
SELECT 'span', NULL, candidate, NULL, NULL, fingerprint, NULL,
    {", ".join("NULL" for _ in SUMS)}, NULL, first_at, last_at, last_at, NULL
FROM span
UNION ALL
SELECT 'frame', metric_id, NULL, NULL, NULL, NULL, NULL,
    {", ".join("NULL" for _ in SUMS)}, NULL, NULL, NULL, NULL, signature
FROM frame
UNION ALL
SELECT 'horizon', NULL, NULL, NULL, NULL, NULL, NULL,
    {", ".join("NULL" for _ in SUMS)}, NULL,
    (SELECT min(observed_at) FROM pilots_rollupwaiting WHERE pilot_id = %(pilot)s), NULL, max(seen_at), NULL
FROM day
"""  # noqa: S608  constants

COLUMNS = (
    *("kind", "metric_id", "candidate", "phase", "epoch", "segment", "day"),
    *SUMS,
    *("days", "first_at", "last_at", "seen_at", "signature"),
)
Place = tuple[int, int, str, int]


@dataclass(frozen=True)
class State:
    """What the running statistics say of a pilot."""

    arms: tuple[ArmFacts, ...]
    epochs: tuple[Epoch, ...]


def load(pilot: Pilot, plan: Plan, *, as_of: datetime) -> State | None:
    """None when the statistics cannot answer and the rows must: they were counted for another plan, a metric is in
    doubt, or rows later than `as_of` are among them."""
    wanted = frames.wanted(pilot, plan)
    if wanted is None:
        return None
    kinds: dict[str, list[Any]] = defaultdict(list)
    with connection.cursor() as cursor:
        cursor.execute(STATE, {"pilot": pilot.pk, "as_of": as_of})
        for values in cursor.fetchall():
            row = SimpleNamespace(**dict(zip(COLUMNS, values, strict=True)))
            kinds[row.kind].append(row)
    keys = dict(Metric.objects.filter(pilot=pilot).values_list("pk", "key"))
    kept = {keys[row.metric_id]: _signature(row.signature) for row in kinds["frame"]}
    if any(kept.get(key) != signature for key, signature in wanted.items()) or not _whole(kinds, as_of):
        return None
    slugs = dict(Candidate.objects.filter(pilot=pilot).values_list("pk", "slug")) | {0: ""}
    return State(
        arms=_arms(
            [row for row in kinds["arm"] if keys[row.metric_id] in wanted], kinds["infra"], keys, slugs, kept
        ),
        epochs=tuple(_epochs(kinds["span"], slugs)),
    )


def _signature(value: Any) -> Any:
    return json.loads(value) if isinstance(value, str) else value


def _whole(kinds: dict[str, list[Any]], as_of: datetime) -> bool:
    if any(row.doubts for row in kinds["arm"]):
        return False
    (horizon,) = kinds["horizon"]
    seen = [row.seen_at for row in (horizon, *kinds["span"]) if row.seen_at]
    waiting = horizon.first_at
    return max(seen, default=as_of) <= as_of and (waiting is None or waiting > as_of)


def _epochs(rows: list[Any], slugs: dict[int, str]) -> list[Epoch]:
    found = [(slugs[row.candidate], row.first_at, row.segment, row.last_at) for row in rows]
    return epochs.of_spans((slug, name, first, last) for slug, first, name, last in sorted(found))


def _arms(
    rows: list[Any],
    broken: list[Any],
    keys: dict[int, str],
    slugs: dict[int, str],
    kept: dict[str, frames.Signature],
) -> tuple[ArmFacts, ...]:
    infra: dict[Place, int] = {_place(row): int(row.rows) for row in broken}
    daily: dict[Place, list[DayFacts]] = defaultdict(list)
    for row in rows:
        if row.day is not None and row.units and row.phase != Phase.BASELINE:
            daily[_place(row)].append(_day(row))
    return tuple(
        _arm(
            row,
            metric=keys[row.metric_id],
            candidate=slugs[row.candidate],
            limits=frames.limits(kept[keys[row.metric_id]]),
            infra_run=0 if row.segment else infra.get(_place(row), 0),
            daily=[] if row.segment else daily[_place(row)],
        )
        for row in rows
        if row.day is None and row.rows
    )


def _place(row: Any) -> Place:
    return row.metric_id, row.candidate, row.phase, row.epoch


def _day(row: Any) -> DayFacts:
    return DayFacts(
        day=row.day,
        n=int(row.n),
        total=row.total,
        squares=row.squares,
        yes=int(row.ones),
        failed=int(row.timeout + row.error),
    )


def _arm(
    row: Any, *, metric: str, candidate: str, limits: list[str], infra_run: int, daily: list[DayFacts]
) -> ArmFacts:
    outcomes = {"ok": int(row.n)} | {name: int(getattr(row, name)) for name in OUTCOMES}
    return ArmFacts(
        metric=metric,
        candidate=candidate,
        phase=Phase(row.phase),
        epoch=row.epoch,
        segment=row.segment,
        n=int(row.n),
        total=row.total,
        squares=row.squares,
        yes=None if row.averaged else int(row.ones),
        averaged=bool(row.averaged),
        beyond={text: int(getattr(row, name)) for text, name in zip(limits, BEYOND, strict=False)},
        outcomes={name: count for name, count in outcomes.items() if count},
        rows=int(row.rows),
        days=row.days,
        first_at=row.first_at,
        last_at=row.last_at,
        infra_run=infra_run,
        daily=tuple(sorted(daily, key=lambda each: each.day)),
        digest=decimal_text(Decimal(row.digest)),
    )
