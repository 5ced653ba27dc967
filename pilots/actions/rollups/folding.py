"""Many shares of one series and day become one row. Readers see the same sums before, meanwhile and after."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection, transaction

from pilots.actions.rollups import locks
from pilots.actions.rollups.statements import SUMS, TIMES
from pilots.models import Rollup, RollupSpan

KEY = "pilot_id, metric_id, candidate, epoch, segment, phase, day"
LEAST = "first_at"

# Rows that somebody else is folding are left to him: two workers never wait for each other, and a row that was left
# is added up by readers as before.
FOLD = f"""
WITH fresh AS (
    SELECT DISTINCT {KEY} FROM pilots_rollup WHERE pilot_id = %(pilot)s AND NOT folded
), held AS (
    SELECT r.id FROM pilots_rollup r JOIN fresh USING ({KEY}) WHERE r.pilot_id = %(pilot)s FOR UPDATE OF r SKIP LOCKED
), gone AS (
    DELETE FROM pilots_rollup r WHERE r.id = ANY(ARRAY(SELECT id FROM held)) RETURNING r.*
)
INSERT INTO pilots_rollup ({KEY}, folded, {", ".join(SUMS)}, {", ".join(TIMES)})
SELECT {KEY}, true, {", ".join(f"sum({name})" for name in SUMS)},
    {", ".join(f"{'min' if name == LEAST else 'max'}({name})" for name in TIMES)}
FROM gone GROUP BY {KEY}
"""  # noqa: S608  constants

FOLD_HISTOGRAMS = f"""
WITH fresh AS (
    SELECT DISTINCT {KEY} FROM pilots_rolluphistogram WHERE pilot_id = %(pilot)s AND NOT folded
), held AS (
    SELECT r.id FROM pilots_rolluphistogram r JOIN fresh USING ({KEY})
    WHERE r.pilot_id = %(pilot)s FOR UPDATE OF r SKIP LOCKED
), gone AS (
    DELETE FROM pilots_rolluphistogram r WHERE r.id = ANY(ARRAY(SELECT id FROM held)) RETURNING r.*
)
INSERT INTO pilots_rolluphistogram ({KEY}, folded, bins, counts)
SELECT {KEY}, true, array_agg(bin), array_agg(n) FROM (
    SELECT {KEY}, bin, sum(n) AS n FROM gone, unnest(bins, counts) AS each(bin, n) GROUP BY {KEY}, bin HAVING sum(n) <> 0
) AS counted GROUP BY {KEY}
"""  # noqa: S608

SPANS = """
WITH held AS (
    SELECT id FROM pilots_rollupspan WHERE pilot_id = %(pilot)s FOR UPDATE
), gone AS (
    DELETE FROM pilots_rollupspan s USING held WHERE s.id = held.id RETURNING s.*
)
INSERT INTO pilots_rollupspan (pilot_id, candidate, fingerprint, first_at, last_at)
SELECT pilot_id, candidate, fingerprint, min(first_at), max(last_at) FROM gone GROUP BY 1, 2, 3
"""


def fold(*, pilot_id: int) -> None:
    """May run at any time, twice at once, or never: it changes how many rows are added up, not what they add up to."""
    with transaction.atomic():
        locks.share(pilot_id)
        with _by_hashing():
            _execute(FOLD, pilot_id)
            _execute(FOLD_HISTOGRAMS, pilot_id)
    spans = RollupSpan.objects.filter(pilot_id=pilot_id)
    if spans.count() > spans.order_by().values("candidate", "fingerprint").distinct().count():
        with transaction.atomic():
            locks.alone(pilot_id)
            _execute(SPANS, pilot_id)


def fold_all() -> None:
    """Every pilot with something new."""
    found = Rollup.objects.filter(folded=False).order_by("pilot_id").values_list("pilot_id", flat=True)
    for pilot_id in found.distinct():
        fold(pilot_id=pilot_id)


@contextmanager
def _by_hashing() -> Iterator[None]:
    """Of a pilot that is new since the tables were last analysed PostgreSQL expects one row, and joins tens of thousands
    to each other row by row, or by the metric alone: minutes, where hashing the whole key takes a second."""
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_nestloop = off; SET LOCAL enable_mergejoin = off")
        yield
        cursor.execute("SET LOCAL enable_nestloop = on; SET LOCAL enable_mergejoin = on")


def _execute(statement: str, pilot_id: int) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement, {"pilot": pilot_id})
