"""Among millions of measurements: those of a pilot, or the one with an external id. Neither reads them all."""

from datetime import UTC, datetime

from django.db import connection
from django.db.models import QuerySet

from pilots.models import Measurement, Metric

MOST = 100
NOWHERE = 0, datetime(2000, 1, 1, tzinfo=UTC)
"""Of no measurement."""
# The index of keys is by pilot, then sender, then external id: each pilot and sender there is, one step of the index from the
# last, and one look for the id in each.
KEYS = """
WITH RECURSIVE place AS (
    (SELECT pilot_id, source FROM pilots_measurementkey ORDER BY pilot_id, source LIMIT 1)
    UNION ALL
    SELECT next.pilot_id, next.source FROM place, LATERAL (
        SELECT k.pilot_id, k.source FROM pilots_measurementkey k
        WHERE (k.pilot_id, k.source) > (place.pilot_id, place.source) ORDER BY k.pilot_id, k.source LIMIT 1
    ) AS next
)
SELECT k.measurement_id, k.observed_at FROM place JOIN pilots_measurementkey k USING (pilot_id, source)
WHERE k.external_id = %s LIMIT %s
"""
KEYS_OF_PILOT = """
WITH RECURSIVE pilot AS (SELECT id FROM pilots_pilot WHERE slug = %(pilot)s), sender AS (
    (SELECT k.source FROM pilots_measurementkey k WHERE k.pilot_id = (SELECT id FROM pilot) ORDER BY k.source LIMIT 1)
    UNION ALL
    SELECT next.source FROM sender, LATERAL (
        SELECT k.source FROM pilots_measurementkey k
        WHERE k.pilot_id = (SELECT id FROM pilot) AND k.source > sender.source ORDER BY k.source LIMIT 1
    ) AS next
)
SELECT k.measurement_id, k.observed_at FROM sender JOIN pilots_measurementkey k USING (source)
WHERE k.pilot_id = (SELECT id FROM pilot) AND k.external_id = %(external_id)s
"""


def with_external_id(
    measurements: QuerySet[Measurement], external_id: str, *, pilot: str
) -> QuerySet[Measurement]:
    """Of the pilot with that slug: one for each sender who has given the id."""
    with connection.cursor() as cursor:
        cursor.execute(KEYS_OF_PILOT, {"pilot": pilot, "external_id": external_id})
        return _at(measurements, cursor.fetchall() or [NOWHERE])


def found(measurements: QuerySet[Measurement], words: str, *, wanted: int) -> QuerySet[Measurement]:
    """By the slug of a pilot, its `wanted` newest, or by an external id, at most a hundred; both written in full."""
    metrics = Metric.objects.filter(pilot__slug=words).values_list("pilot", "pk").order_by("pk")
    if places := list(metrics):
        return _at(measurements, _newest(measurements, places, wanted)).order_by("-observed_at", "-id")
    with connection.cursor() as cursor:
        cursor.execute(KEYS, [words, MOST])
        return _at(measurements, cursor.fetchall())


def _newest(
    measurements: QuerySet[Measurement], metrics: list[tuple[int, int]], wanted: int
) -> list[tuple[int, datetime]]:
    """Of each metric the newest by the index of its series, then of all. In order of their ids a pilot that has been
    quiet for long would be looked for among all that came since."""
    each = [
        measurements.filter(pilot=pilot, metric=metric)
        .order_by("-observed_at", "-id")
        .values_list("pk", "observed_at")[:wanted]
        for pilot, metric in metrics
    ]
    rows = each[0].union(*each[1:], all=True) if len(each) > 1 else each[0]
    return sorted(rows, key=lambda row: (row[1], row[0]), reverse=True)[:wanted]


def _at(measurements: QuerySet[Measurement], places: list[tuple[int, datetime]]) -> QuerySet[Measurement]:
    """The days tell in which months they are."""
    return measurements.filter(pk__in=[pk for pk, _ in places], observed_at__in={at for _, at in places})
