"""When each candidate was measured with which configuration: what a batch adds to it, and all of it from the rows."""

from collections.abc import Iterable, Sequence
from datetime import datetime

import msgspec
from django.db import connection

from pilots.actions import server_bound
from pilots.actions.journeys import Asked
from pilots.actions.measurement_row import Row
from pilots.actions.rollups import statements
from pilots.models import RollupSpan
from pilots.queries.facts import spans
from pilots.queries.facts.row import SOUND
from pilots.queries.facts.spans import Span

TOLD = """
INSERT INTO pilots_rollupspan (pilot_id, candidate, fingerprint, first_at, last_at)
SELECT %s, * FROM unnest(%s::bigint[], %s::text[], %s::timestamptz[], %s::timestamptz[])
"""


def epochs_json(known: Iterable[Span]) -> str:
    """As statements.MEASURED takes them."""
    epochs = [
        {
            "candidate": span.candidate,
            "index": index,
            "fingerprint": span.fingerprint,
            "opened_at": span.first.isoformat(),
        }
        for span, index in spans.indices(known)
    ]
    return msgspec.json.encode(epochs).decode()


def rebuild_spans(pilot_id: int) -> None:
    """From the rows; the caller has the pilot alone, or casts doubt on it."""
    RollupSpan.objects.filter(pilot_id=pilot_id).delete()
    with connection.cursor() as cursor:
        cursor.execute(
            f"""INSERT INTO pilots_rollupspan (pilot_id, candidate, fingerprint, first_at, last_at)
            SELECT pilot_id, candidate_id, fingerprint, min(observed_at), max(observed_at) FROM pilots_measurement m
            WHERE pilot_id = %s AND fingerprint <> '' AND candidate_id IS NOT NULL
                AND {statements.ALL_DUE} AND {SOUND}
            GROUP BY 1, 2, 3""",  # noqa: S608  a constant
            [pilot_id],
        )


def are_changed(added: Iterable[Span], known: Iterable[Span]) -> bool:
    """Whether a configuration is new, or turns out to be older than was known."""
    first = {(span.candidate, span.fingerprint): span.first for span in known}
    return any(
        (span.candidate, span.fingerprint) not in first
        or span.first < first[span.candidate, span.fingerprint]
        for span in added
    )


def untold(added: Iterable[Span], known: Iterable[Span]) -> list[Span]:
    """Those of which more is known now than was written down."""
    written = {(span.candidate, span.fingerprint): span for span in known}
    return [span for span in added if not _covers(written.get((span.candidate, span.fingerprint)), span)]


def told(pilot_id: int, added: Sequence[Span]) -> Asked:
    """What writes them down."""
    return TOLD, [
        pilot_id,
        server_bound.numbers(span.candidate for span in added),
        server_bound.texts([span.fingerprint for span in added]),
        server_bound.instants(span.first for span in added),
        server_bound.instants(span.last for span in added),
    ]


def of_rows(rows: Iterable[Row]) -> list[Span]:
    found: dict[tuple[int, str], list[datetime]] = {}
    for row in rows:
        if row.fingerprint and row.candidate_id and row.phase != "baseline":
            key = row.candidate_id, row.fingerprint
            if key in found:
                found[key].append(row.observed_at)
            else:
                found[key] = [row.observed_at]
    return sorted(Span(key[0], min(moments), key[1], max(moments)) for key, moments in found.items())


def _covers(known: Span | None, span: Span) -> bool:
    return known is not None and known.first <= span.first and span.last <= known.last
