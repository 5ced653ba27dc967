"""What the lists of the admin cost beside millions of measurements: processor time of the web process, and its waits."""

from statistics import median
from time import perf_counter, process_time
from typing import Any

from django.conf import settings
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from pilots.actions import partitions
from tests.bench import board
from tests.bench.report import Figure
from tests.factories import NOW, make_user

MEASUREMENTS, FULL = 1_000_000, 10_000_000
VISITS = 7
GOAL_MS = 150
# Spread over all pilots and four weeks; each has an external id, as scripts give them.
ROWS = """
WITH pilot AS (
    SELECT p.id, m.id AS metric, c.id AS candidate, row_number() OVER (ORDER BY p.id) AS number
    FROM pilots_pilot p JOIN pilots_metric m ON m.pilot_id = p.id JOIN pilots_candidate c ON c.pilot_id = p.id
)
INSERT INTO pilots_measurement (pilot_id, metric_id, candidate_id, phase, value, outcome, observed_at, recorded_at,
    unit_id, segment, load, fingerprint, context, attempts, provenance, source, external_id)
SELECT pilot.id, pilot.metric, pilot.candidate, 'pilot', 2 + i %% 1000 / 1000.0, 'ok',
    %(now)s::timestamptz - interval '28 days' * (1 - i::float / %(n)s), %(now)s, '', '', '', '', '{}', 1, 'real',
    'bench', 'item-' || i
FROM generate_series(1, %(n)s) AS i JOIN pilot ON pilot.number = 1 + i %% %(pilots)s
"""
KEYS = """
INSERT INTO pilots_measurementkey (pilot_id, source, external_id, measurement_id, observed_at)
SELECT pilot_id, source, external_id, id, observed_at FROM pilots_measurement
"""
LISTS = {
    "your pilots": ("/admin/", 6),
    "pilots": ("/admin/pilots/pilot/", 7),
    "pilots, stopped ones": ("/admin/pilots/pilot/?flag=stop", 7),
    "pilots, by a word": ("/admin/pilots/pilot/?q=pilot", 7),
    "verdicts": ("/admin/pilots/verdict/", 7),
    "measurements": ("/admin/pilots/measurement/", 6),
    "measurements that timed out": ("/admin/pilots/measurement/?outcome__exact=timeout", 6),
    "measurements of a pilot": ("/admin/pilots/measurement/?q=pilot-7", 7),
    "a measurement by its external id": ("/admin/pilots/measurement/?q=item-4711", 6),
    "a measurement that is not there": ("/admin/pilots/measurement/?q=nothing", 6),
    "events": ("/admin/pilots/event/", 6),
}
"""Each list, and the queries that one visit may cost, the session's included."""


def measure(*, full: bool) -> list[Figure]:
    rows = FULL if full else MEASUREMENTS
    _fill(rows)
    settings.ALLOWED_HOSTS, settings.WHITENOISE_AUTOREFRESH = ["*"], True
    client = Client()
    client.force_login(make_user("bench", is_staff=True, is_superuser=True))
    beside = f"beside {board.PILOTS:,} pilots and {rows:,} measurements"
    return [
        each
        for name, (path, most) in LISTS.items()
        for each in _of_list(client, f"{name}, {beside}", path, most)
    ]


def _of_list(client: Client, name: str, path: str, most: int) -> list[Figure]:
    client.get(path)  # templates are loaded
    spent = [_ms(client, path) for _ in range(VISITS)]
    with CaptureQueriesContext(connection) as queries:
        client.get(path)
    return [
        Figure(name, median(spent), "ms", goal=GOAL_MS),
        Figure(f"queries of {name}", len(queries), "", goal=most),
    ]


def _ms(client: Client, path: str) -> float:
    """Processor time of the web process, and the time that it waited for the database."""
    waited = 0.0

    def timed(execute: Any, *arguments: Any) -> Any:
        nonlocal waited
        begun, busy = perf_counter(), process_time()
        try:
            return execute(*arguments)
        finally:
            waited += max(0.0, perf_counter() - begun - (process_time() - busy))

    busy = process_time()
    with connection.execute_wrapper(timed):
        response = client.get(path)
    assert response.status_code == 200, (path, response.status_code)
    return (process_time() - busy + waited) * 1000


def _fill(rows: int) -> None:
    board.fill()
    partitions.make_ahead(now=NOW)
    with connection.cursor() as cursor:
        cursor.execute(ROWS, {"now": NOW, "n": rows, "pilots": board.PILOTS})
        cursor.execute(KEYS)
        cursor.execute("VACUUM ANALYZE")
