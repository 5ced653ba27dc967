"""Rows into the table of measurements and out of it: by COPY, by key, by hand for a correction."""

import json
from collections.abc import Iterable, Sequence
from datetime import datetime
from re import compile as pattern
from typing import Any

from django.db import connection

from pilots.actions import server_bound
from pilots.actions.measurement_rows import Row
from pilots.models import MeasurementKey

COLUMNS = (
    "id, pilot_id, metric_id, candidate_id, phase, value, outcome, observed_at, recorded_at, unit_id, segment, load,"
    " fingerprint, context, attempts, provenance, source, external_id"
)
READ = (
    "m.metric_id, m.candidate_id, m.phase, trunc(m.value * 10000000000)::text, m.outcome, m.observed_at, m.unit_id,"
    " m.segment, m.load, m.fingerprint, m.context::text, m.attempts, m.provenance, m.source, m.external_id, m.id"
)
SPECIAL = pattern(r"[\\\t\n\r]")
ESCAPES = str.maketrans({"\\": r"\\", "\t": r"\t", "\n": r"\n", "\r": r"\r"})

NUMBERS = "SELECT nextval(pg_get_serial_sequence('pilots_measurement', 'id')) FROM generate_series(1, %s)"

# Keys are taken in their order, so that two batches with the same ones wait for each other and never for ever.
CLAIM = """
INSERT INTO pilots_measurementkey (pilot_id, source, external_id, measurement_id, observed_at)
SELECT %s, source, external_id, measurement_id, observed_at
FROM unnest(%s::text[], %s::text[], %s::bigint[], %s::timestamptz[])
    AS t(source, external_id, measurement_id, observed_at)
ORDER BY source, external_id
ON CONFLICT DO NOTHING RETURNING measurement_id
"""

STORED = f"""
WITH held AS (
    SELECT k.* FROM pilots_measurementkey k JOIN unnest(%s::text[], %s::text[]) AS t(source, external_id)
        ON k.pilot_id = %s AND k.source = t.source AND k.external_id = t.external_id
    ORDER BY k.source, k.external_id FOR UPDATE OF k
)
SELECT held.source, held.external_id, {READ}
FROM held LEFT JOIN pilots_measurement m ON m.id = held.measurement_id AND m.observed_at = held.observed_at
"""  # noqa: S608  constants

WAITING = f"SELECT {READ} FROM pilots_measurement m WHERE m.pilot_id = %s AND m.id = ANY(%s) AND m.observed_at <= %s"  # noqa: S608


def number(rows: Sequence[Row]) -> None:
    """Gives each its id."""
    if rows:
        for row, (pk,) in zip(rows, server_bound.execute(NUMBERS, [len(rows)]), strict=True):
            row.id = pk


def claim(pilot_id: int, rows: Sequence[Row]) -> set[tuple[str, str]]:
    """Takes the rows' external ids; returns those that were taken before. Waits for whoever is about to take one."""
    if not rows:
        return set()
    taken = server_bound.execute(
        CLAIM,
        [
            pilot_id,
            server_bound.texts([row.source for row in rows]),
            server_bound.texts([row.external_id for row in rows]),
            server_bound.numbers(row.id for row in rows),
            server_bound.instants(row.observed_at for row in rows),
        ],
    )
    if len(taken) == len(rows):
        return set()
    ours = {pk for (pk,) in taken}
    return {row.identity for row in rows if row.id not in ours}


def stored(pilot_id: int, identities: Iterable[tuple[str, str]]) -> dict[tuple[str, str], Row | None]:
    """What is stored under known external ids, held against other corrections; None where the row itself was retired."""
    wanted = sorted(identities)
    if not wanted:
        return {}
    found = server_bound.execute(
        STORED, [[source for source, _ in wanted], [external for _, external in wanted], pilot_id]
    )
    return {(source, external): _row(rest) if rest[-1] else None for source, external, *rest in found}


def waiting(pilot_id: int, ids: Sequence[int], *, until: datetime) -> list[Row]:
    return [_row(values) for values in server_bound.execute(WAITING, [pilot_id, list(ids), until])]


def write(pilot_id: int, rows: Sequence[Row], *, now: datetime) -> None:
    """One COPY, whatever the number of rows."""
    if not rows:
        return
    recorded = now.isoformat()
    lines = []
    for row in rows:
        texts = (
            row.unit_id,
            row.segment,
            row.load,
            row.fingerprint,
            row.context,
            row.source,
            row.external_id,
        )
        if SPECIAL.search("".join(texts)):
            texts = tuple(text.translate(ESCAPES) for text in texts)  # type: ignore[assignment]
        unit, segment, load, fingerprint, context, source, external = texts
        lines.append(
            f"{row.id}\t{pilot_id}\t{row.metric_id}\t{row.candidate_id or NULL}\t{row.phase}\t"
            f"{NULL if row.scaled is None else f'{row.scaled}e-10'}\t{row.outcome}\t"
            f"{row.observed_at.isoformat()}\t{recorded}\t"
            f"{unit}\t{segment}\t{load}\t{fingerprint}\t{context}\t"
            f"{row.attempts}\t{row.provenance}\t{source}\t{external}\n"
        )
    with (
        connection.cursor() as cursor,
        cursor.copy(f"COPY pilots_measurement ({COLUMNS}) FROM STDIN") as into,
    ):
        into.write("".join(lines))


NULL = r"\N"


def correct(pilot_id: int, before: Row, after: Row, *, now: datetime) -> None:
    """The row under its key becomes another; the key follows it in time."""
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE pilots_measurement SET metric_id = %s, candidate_id = %s, phase = %s, value = %s, outcome = %s,"
            " observed_at = %s, unit_id = %s, segment = %s, load = %s, fingerprint = %s, context = %s, attempts = %s,"
            " provenance = %s, recorded_at = %s WHERE id = %s AND observed_at = %s",
            [
                *(after.metric_id, after.candidate_id, after.phase, after.value, after.outcome),
                *(after.observed_at, after.unit_id, after.segment, after.load, after.fingerprint),
                *(after.context, after.attempts, after.provenance, now, before.id, before.observed_at),
            ],
        )
    if after.observed_at != before.observed_at:
        MeasurementKey.objects.filter(
            pilot_id=pilot_id, source=before.source, external_id=before.external_id
        ).update(observed_at=after.observed_at)


def same_context(one: Row, other: Row) -> bool:
    return one.context == other.context or json.loads(one.context) == json.loads(other.context)


def _row(values: Sequence[Any]) -> Row:
    metric_id, candidate_id, phase, scaled, *rest = values
    return Row(metric_id, candidate_id, phase, None if scaled is None else int(scaled), *rest)
