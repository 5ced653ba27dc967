from collections.abc import Iterable
from datetime import datetime

from django.db import connection

from pilots.judging.facts import Epoch
from pilots.models import Pilot
from pilots.queries.facts.row import SOUND

# A fingerprint's own stretch; rows without one belong to whatever was in force, so they open nothing.
SPANS = f"""
    SELECT c.slug, m.fingerprint, min(m.observed_at), max(m.observed_at)
    FROM pilots_measurement m JOIN pilots_candidate c ON c.id = m.candidate_id
    WHERE m.pilot_id = %s AND m.fingerprint <> '' AND m.observed_at <= %s AND {SOUND}
    GROUP BY c.slug, m.fingerprint
    ORDER BY c.slug, min(m.observed_at), m.fingerprint COLLATE "C"
"""  # noqa: S608  a constant


def load(pilot: Pilot, *, as_of: datetime) -> list[Epoch]:
    """One epoch for each fingerprint of a candidate, in the order in which they were first seen.

    An epoch is mixed when an earlier fingerprint comes back after it has begun.
    """
    with connection.cursor() as cursor:
        cursor.execute(SPANS, [pilot.pk, as_of])
        return of_spans(cursor.fetchall())


def of_spans(spans: Iterable[tuple[str, str, datetime, datetime]]) -> list[Epoch]:
    """From (candidate, fingerprint, first, last), in the order of candidate and first."""
    found: list[Epoch] = []
    latest_seen: dict[str, datetime] = {}
    for candidate, fingerprint, first, last in spans:
        index = sum(epoch.candidate == candidate for epoch in found)
        found.append(
            Epoch(
                candidate=candidate,
                index=index,
                fingerprint=fingerprint,
                opened_at=first,
                mixed=index > 0 and latest_seen[candidate] >= first,
            )
        )
        latest_seen[candidate] = max(last, latest_seen.get(candidate, last))
    return found
