"""What a verdict costs, by how many measurements the pilot has already, against one pass over all of them."""

from __future__ import annotations

import gc
import logging
import os
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from statistics import median
from time import perf_counter
from typing import Any

from django.db import connection

from pilots.actions import measurements, partitions, rollups, verdicts
from pilots.judging.plan import Plan
from pilots.models import Pilot
from pilots.queries import facts, plans
from tests.bench.report import Figure
from tests.factories import NOW, make_candidate, make_metric, make_ready_pilot

SIZES = (10_000, 100_000, 1_000_000)
FULL = 10_000_000
METRICS = 10
LOOKS = 25
NEW_POINTS = 100

# Twenty days, two segments; a quarter of the rows belong to the baseline, one in a hundred is a time-out.
ROWS = """
INSERT INTO pilots_measurement (pilot_id, metric_id, candidate_id, phase, value, outcome, observed_at, recorded_at,
    unit_id, segment, load, fingerprint, context, attempts, provenance, source, external_id)
SELECT %(pilot)s, (%(metrics)s::bigint[])[1 + i %% 10], CASE WHEN i %% 4 > 0 THEN %(candidate)s END,
    CASE WHEN i %% 4 > 0 THEN 'pilot' ELSE 'baseline' END,
    CASE WHEN i %% 100 <> 7 THEN round((2 + hashint8(i) %% 1000 / 1000.0)::numeric, 3) END,
    CASE WHEN i %% 100 <> 7 THEN 'ok' ELSE 'timeout' END,
    %(now)s::timestamptz - CASE WHEN i %% 4 > 0 THEN interval '19 days' ELSE interval '30 days' END
        * (1 - i::float / %(n)s) - CASE WHEN i %% 4 > 0 THEN interval '0' ELSE interval '30 days' END,
    %(now)s, '', CASE WHEN i %% 20 < 10 THEN 'north' ELSE 'south' END, '', CASE WHEN i %% 4 > 0 THEN 'v1' ELSE '' END,
    '{}', 1, 'real', 'bench', ''
FROM generate_series(1, %(n)s) AS i
"""


PAIRS = (1_000, 10_000)
MOST_PAIRS = 100_000
# Each unit on both sides; the newest hundred are posted by the looks.
PAIRED = """
INSERT INTO pilots_measurement (pilot_id, metric_id, candidate_id, phase, value, outcome, observed_at, recorded_at,
    unit_id, segment, load, fingerprint, context, attempts, provenance, source, external_id)
SELECT %(pilot)s, %(metric)s, side.id, 'pilot', (hashint8(i * side.id) %% 10 < 7)::int, 'ok',
    %(now)s::timestamptz - interval '10 days' * (1 - i::float / %(n)s) - interval '1 hour', %(now)s, 'item ' || i,
    CASE WHEN i %% 2 = 0 THEN 'north' ELSE 'south' END, '', '', '{}', 1, 'real', 'bench', ''
FROM generate_series(1, %(n)s) AS i, unnest(%(sides)s::bigint[]) AS side(id)
"""


# The least that a pass over all rows can do: count, sum and sum of squares of each series of a day.
PASS = """
SELECT metric_id, candidate_id, phase, segment, fingerprint, (observed_at AT TIME ZONE 'UTC')::date, count(*),
    count(*) FILTER (WHERE outcome = 'ok'), sum(value), sum(value * value), min(observed_at), max(observed_at)
FROM pilots_measurement WHERE pilot_id = %s GROUP BY 1, 2, 3, 4, 5, 6
"""


def measure(*, full: bool) -> list[Figure]:
    """All pilots are filled first: each is measured beside the rows of all others, once those are written to disk."""
    logging.disable(logging.WARNING)
    gc.collect()
    gc.freeze()  # as workers do before they fork
    filled = [_filled(size) for size in (*SIZES, *((FULL,) if full else ()))]
    with connection.cursor() as cursor:
        cursor.execute("CHECKPOINT")
    os.sync()
    return looked_at(filled, full=full)


def looked_at(filled: list[Filled], *, full: bool) -> list[Figure]:
    found: list[Figure] = []
    for each in filled:
        found += _at(each)
    for number in (*PAIRS, *((MOST_PAIRS,) if full else ())):
        found += _of_pairs(number)
    return [
        *found,
        _growth(found, "facts of 10 metrics"),
        _growth(found, f"verdict after {NEW_POINTS} new pairs"),
    ]


def _growth(found: list[Figure], name: str) -> Figure:
    """Of the largest pilot against the smallest."""
    first, *_, last = (each.measured for each in found if each.name.startswith(name))
    return Figure(f"{name}, of the largest pilot against the smallest", last / first, "×", 2.0)


@dataclass(frozen=True)
class Filled:
    """A pilot with that many measurements, and the milliseconds that making its statistics from them took."""

    pilot: Pilot
    size: int
    rebuilt_ms: float


def _filled(size: int) -> Filled:
    pilot = _pilot(f"bench-{size}")
    _fill(pilot, size)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE pilots_measurement")  # as autovacuum does within a minute
    _, plan = plans.current(pilot)
    rebuilt = _ms(lambda: rollups.rebuild(pilot=pilot, plan=plan, now=NOW))
    rollups.fold(pilot_id=pilot.pk)
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")
    print(f"a pilot of {size:,} rows is filled", flush=True)
    return Filled(pilot, size, rebuilt)


def _at(filled: Filled) -> list[Figure]:
    pilot, size = filled.pilot, filled.size
    _, plan = plans.current(pilot)
    loaded = median(_ms(lambda: facts.load(pilot, plan, as_of=NOW)) for _ in range(LOOKS))
    passed = median(_ms(lambda: _pass(pilot)) for _ in range(3))
    posted, judged = _look(pilot)
    rows = f"{size:,} rows"
    return [
        Figure(f"facts of 10 metrics, {rows}", loaded, "ms", 10),
        Figure(f"verdict after {NEW_POINTS} new points, {rows}", judged, "ms", 50),
        Figure(f"{NEW_POINTS} new points posted, {rows}", posted, "ms"),
        Figure(f"one pass of SQL over all rows, {rows}", passed, "ms"),
        Figure(
            f"facts against that pass, {rows}",
            passed / loaded,
            "×",
            30 if size >= 1_000_000 else None,
            at_most=False,
        ),
        Figure(f"statistics made anew from the rows, {rows}", filled.rebuilt_ms, "ms"),
    ]


def _pass(pilot: Pilot) -> None:
    with connection.cursor() as cursor:
        cursor.execute(PASS, [pilot.pk])
        cursor.fetchall()


def _of_pairs(size: int) -> list[Figure]:
    """A verdict that finds new pairs, against making all of them, and against the rows."""
    pilot, plan = _paired_pilot(size)
    first = _ms(lambda: rollups.pair_up(pilot=pilot, plan=plan))
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")
    judged = []
    for look in range(LOOKS):
        at = NOW + timedelta(minutes=look)
        _post_pairs(pilot, range(size + look * NEW_POINTS, size + (look + 1) * NEW_POINTS), at)
        judged.append(_ms(lambda at=at: verdicts.judge(pilot_id=pilot.pk, now=at, of_record=True)))
    now = NOW + timedelta(minutes=LOOKS)
    whole = _ms(lambda: facts.from_rows(pilot, plan, as_of=now))
    name = f"{size:,} pairs"
    return [
        Figure(f"verdict after {NEW_POINTS} new pairs, {name}", median(judged), "ms", 50),
        Figure(f"all pairs made and bet on, {name}", first, "ms"),
        Figure(f"facts by a pass over all rows, {name}", whole, "ms"),
    ]


def _paired_pilot(size: int) -> tuple[Pilot, Plan]:
    from pilots.actions import pilots

    pilot = make_ready_pilot(f"pairs-{size}")
    people = make_candidate(pilot, "people", role="non_ai", deployment=None)
    metric = make_metric(
        pilot, "right", estimand="rate", design="paired", direction="higher", unit="", cap=None, floor=None
    )
    pilots.start(pilot=pilot, by=pilot.owner, now=NOW - timedelta(days=19))
    pilot.refresh_from_db()
    sides = [pilot.candidates.get(slug="primary").pk, people.pk]
    partitions.cover(NOW - timedelta(days=day) for day in range(61))
    with connection.cursor() as cursor:
        cursor.execute(
            PAIRED, {"pilot": pilot.pk, "metric": metric.pk, "sides": sides, "now": NOW, "n": size}
        )
    _, plan = plans.current(pilot)
    rollups.rebuild(pilot=pilot, plan=plan, now=NOW)
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")
    return pilot, plan


def _post_pairs(pilot: Pilot, numbers: range, at: datetime) -> None:
    rows: list[dict[str, Any]] = [
        {
            "metric": "right",
            "candidate": side,
            "unit_id": f"item {number}",
            "value": number % 2,
            "observed_at": at.isoformat(),
        }
        for number in numbers
        for side in ("primary", "people")
    ]
    measurements.record(pilot=pilot, rows=rows, now=at, atomic=True)


def _pilot(slug: str) -> Pilot:
    from pilots.actions import pilots

    pilot = make_ready_pilot(slug)
    for number in range(1, METRICS):
        make_metric(pilot, f"metric_{number}", margin="0.5")
    pilots.start(pilot=pilot, by=pilot.owner, now=NOW - timedelta(days=19))
    pilot.refresh_from_db()
    return pilot


def _fill(pilot: Pilot, size: int) -> None:
    metrics = list(pilot.metrics.order_by("id").values_list("pk", flat=True))
    candidate = pilot.candidates.get().pk
    partitions.cover(NOW - timedelta(days=day) for day in range(61))
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")  # rows that refer to nothing unknown
        cursor.execute(
            ROWS, {"pilot": pilot.pk, "metrics": metrics, "candidate": candidate, "now": NOW, "n": size}
        )
        cursor.execute("RESET session_replication_role")
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO pilots_rollupspan (pilot_id, candidate, fingerprint, first_at, last_at)"
            " VALUES (%s, %s, 'v1', %s, %s)",
            [pilot.pk, candidate, NOW - timedelta(days=19), NOW],
        )


def _look(pilot: Pilot) -> tuple[float, float]:
    """Medians of posting new points, and of the look that follows, with its record written."""
    posted, judged = [], []
    verdicts.judge(pilot_id=pilot.pk, now=NOW)
    for look in range(1, LOOKS + 1):
        now = NOW + timedelta(seconds=look)
        rows: list[dict[str, Any]] = [
            {
                "metric": f"metric_{1 + index % 9}",
                "value": 2.5,
                "fingerprint": "v1",
                "observed_at": now.isoformat(),
            }
            for index in range(NEW_POINTS)
        ]
        posted.append(
            _ms(lambda rows=rows, now=now: measurements.record(pilot=pilot, rows=rows, now=now, atomic=True))
        )
        judged.append(_ms(lambda now=now: verdicts.judge(pilot_id=pilot.pk, now=now)))
    return median(posted), median(judged)


def _ms(work: Callable[[], object]) -> float:
    started = perf_counter()
    work()
    return (perf_counter() - started) * 1000
