"""Among millions of measurements: those of a pilot, or the one with an external id. Neither reads them all."""

from django.db import connection
from django.db.models import QuerySet

from pilots.models import Measurement, Pilot

MOST = 100
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


def found(measurements: QuerySet[Measurement], words: str) -> QuerySet[Measurement]:
    """By the slug of a pilot or an external id, written in full; at most a hundred of the same external id."""
    pilot = Pilot.objects.filter(slug=words).first()
    if pilot is not None:
        return measurements.filter(pilot=pilot)
    with connection.cursor() as cursor:
        cursor.execute(KEYS, [words, MOST])
        places = cursor.fetchall()
    return measurements.filter(pk__in=[pk for pk, _ in places], observed_at__in={at for _, at in places})
