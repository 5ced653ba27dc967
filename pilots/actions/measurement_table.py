"""Rows into the table of measurements and out of it: by COPY, by key, by hand for a correction."""

import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime
from itertools import count
from operator import attrgetter
from typing import Any

import msgspec
from django.db import connection

from pilots.actions import server_bound
from pilots.actions.journeys import Asked
from pilots.actions.measurement_row import Row
from pilots.models import MeasurementKey

COLUMNS = (
    "id, pilot_id, metric_id, candidate_id, phase, value, outcome, observed_at, recorded_at, unit_id, segment, load,"
    " fingerprint, context, attempts, provenance, source, external_id"
)
READ = (
    "m.metric_id, m.candidate_id, m.phase, trunc(m.value * 10000000000)::text, m.outcome, m.observed_at, m.unit_id,"
    " m.segment, m.load, m.fingerprint, m.context::text, m.attempts, m.provenance, m.source, m.external_id, m.id"
)
NULL = r"\N"
ESCAPED = ("unit_id", "segment", "load", "fingerprint", "context", "source", "external_id")
ESCAPES = str.maketrans({"\\": r"\\", "\t": r"\t", "\n": r"\n", "\r": r"\r"})
IDENTITY = attrgetter("source", "external_id")
WORTH_A_COPY = 100
"""Rows from which on a COPY is cheaper than a statement in the company of others."""

# Keys are taken in the order of their bytes, so that two batches with the same ones wait for each other and never for
# ever.
ALIKE = ("pilot_id", "recorded_at")
"""Of all rows of a batch."""
TYPES = {
    "id": "bigint",
    "metric_id": "bigint",
    "candidate_id": "bigint",
    "value": "numeric",
    "attempts": "smallint",
    "observed_at": "timestamptz",
    "context": "jsonb",
}
INSERT = f"""
INSERT INTO pilots_measurement ({COLUMNS})
SELECT {", ".join(f"%({name})s" if name in ALIKE else name for name in COLUMNS.split(", "))}
FROM jsonb_to_recordset(%(rows)s::jsonb) AS t(
    {", ".join(f"{name} {TYPES.get(name, 'text')}" for name in COLUMNS.split(", ") if name not in ALIKE)})
"""  # noqa: S608  constants

KEY_COLUMNS = "pilot_id, source, external_id, measurement_id, observed_at"
CLAIM = f"""
INSERT INTO pilots_measurementkey ({KEY_COLUMNS})
SELECT %s, source, external_id, id, observed_at
FROM (
    SELECT *, nextval('pilots_measurement_id_seq') AS id
    FROM unnest(%s::text[], %s::text[], %s::timestamptz[]) AS t(source, external_id, observed_at) OFFSET 0
) AS numbered
ORDER BY source COLLATE "C", external_id COLLATE "C"
ON CONFLICT DO NOTHING RETURNING source, external_id, measurement_id
"""  # noqa: S608  constants

STORED = f"""
WITH held AS (
    SELECT k.* FROM pilots_measurementkey k JOIN unnest(%s::text[], %s::text[]) AS t(source, external_id)
        ON k.pilot_id = %s AND k.source = t.source AND k.external_id = t.external_id
    ORDER BY k.source COLLATE "C", k.external_id COLLATE "C" FOR UPDATE OF k
)
SELECT held.source, held.external_id, {READ}
FROM held LEFT JOIN pilots_measurement m ON m.id = held.measurement_id AND m.observed_at = held.observed_at
"""  # noqa: S608  constants

# Numbers in a row are told by the first of them.
NUMBERS = """
SELECT min(id), CASE WHEN max(id) - min(id) >= count(*) THEN array_agg(id) END
FROM (SELECT nextval('pilots_measurement_id_seq') AS id FROM generate_series(1, %s)) AS t
"""

WAITING = f"SELECT {READ} FROM pilots_measurement m WHERE m.pilot_id = %s AND m.id = ANY(%s) AND m.observed_at <= %s"  # noqa: S608


class Claim:
    """Gives each of these rows its id and takes their external ids, of which the first row of the batch has each.

    Many are taken by COPY, at half the price, where a single one that is taken raises IntegrityError; with `one_by_one` not.
    """

    def __init__(self, pilot_id: int, rows: Sequence[Row], *, one_by_one: bool) -> None:
        self.pilot_id = pilot_id
        keyed = [row for row in reversed(rows) if row.external_id]
        self.first = dict(zip(map(IDENTITY, keyed), keyed, strict=True))
        self.repeats = len(keyed) > len(self.first)
        self.is_small = one_by_one or len(keyed) < WORTH_A_COPY
        self._numbered = [row for row in rows if not row.external_id] if self.is_small else rows

    @property
    def asked(self) -> list[Asked]:
        """To be asked once the pilot is locked. Waits for whoever is about to take one of the external ids."""
        found: list[Asked] = []
        if self._numbered:
            found.append((NUMBERS, [len(self._numbered)]))
        if self.first and self.is_small:
            found.append((CLAIM, [self.pilot_id, *self._columns()]))
        return found

    def taken(self, told: Sequence[list[tuple[Any, ...]]]) -> set[tuple[str, str]]:
        """After what was told: those that somebody else had taken before. Their rows have no id, or one that is not used."""
        if self._numbered:
            ((first, scattered),), *told = told
            for row, pk in zip(self._numbered, scattered or count(first), strict=False):
                row.id = pk
        if not self.first:
            return set()
        if not self.is_small:
            self._copy()
            return set()
        (ours,) = told
        for source, external_id, pk in ours:
            self.first[source, external_id].id = pk
        if len(ours) == len(self.first):
            return set()
        return self.first.keys() - {(source, external_id) for source, external_id, _ in ours}

    def _copy(self) -> None:
        ordered = sorted(self.first.values(), key=IDENTITY)
        _copy("pilots_measurementkey", KEY_COLUMNS, ordered, lambda rows: _key_lines(self.pilot_id, rows))

    def _columns(self) -> list[str]:
        rows = list(reversed(self.first.values()))  # ids go up in the order of arrival
        return [
            server_bound.texts([row.source for row in rows]),
            server_bound.texts([row.external_id for row in rows]),
            server_bound.instants(row.observed_at for row in rows),
        ]


def _key_lines(pilot_id: int, rows: Sequence[Row]) -> list[str]:
    return [
        f"{pilot_id}\t{row.source}\t{row.external_id}\t{row.id}\t{stamp}\n" for row, stamp in _stamped(rows)
    ]


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


def inserted(pilot_id: int, rows: Sequence[Row], *, now: datetime) -> list[Asked]:
    """What writes a few rows together with whatever else is asked; nothing for as many as are worth a `write`."""
    if not 0 < len(rows) < WORTH_A_COPY:
        return []
    written = msgspec.json.encode([_object(row) for row in rows]).decode()
    return [(INSERT, {"pilot_id": pilot_id, "recorded_at": now, "rows": written})]


def _object(row: Row) -> dict[str, Any]:
    return {
        "id": row.id,
        "metric_id": row.metric_id,
        "candidate_id": row.candidate_id,
        "phase": row.phase,
        "value": None if row.scaled is None else f"{row.scaled}e-10",
        "outcome": row.outcome,
        "observed_at": row.observed_at,
        "unit_id": row.unit_id,
        "segment": row.segment,
        "load": row.load,
        "fingerprint": row.fingerprint,
        "context": msgspec.Raw(row.context),
        "attempts": row.attempts,
        "provenance": row.provenance,
        "source": row.source,
        "external_id": row.external_id,
    }


def write(pilot_id: int, rows: Sequence[Row], *, now: datetime) -> None:
    """One COPY, whatever the number of rows."""
    (recorded,) = _stamps([now])
    nulls = sum([(row.candidate_id is None) + (row.scaled is None) for row in rows])
    _copy("pilots_measurement", COLUMNS, rows, lambda rows: _lines(pilot_id, rows, recorded), nulls=nulls)


def _lines(pilot_id: int, rows: Sequence[Row], recorded: str) -> list[str]:
    return [
        f"{row.id}\t{pilot_id}\t{row.metric_id}\t{row.candidate_id or NULL}\t{row.phase}\t"
        f"{NULL if row.scaled is None else f'{row.scaled}e-10'}\t{row.outcome}\t"
        f"{stamp}\t{recorded}\t"
        f"{row.unit_id}\t{row.segment}\t{row.load}\t{row.fingerprint}\t{row.context}\t"
        f"{row.attempts}\t{row.provenance}\t{row.source}\t{row.external_id}\n"
        for row, stamp in _stamped(rows)
    ]


def _stamped(rows: Sequence[Row]) -> Iterator[tuple[Row, str]]:
    return zip(rows, _stamps([row.observed_at for row in rows]), strict=True)


def _stamps(moments: list[datetime]) -> list[str]:
    """As PostgreSQL itself writes them, which it reads in two thirds of the time that `T` and `Z` take it."""
    written = msgspec.json.encode(moments)[2:-2].decode()
    return written.replace("T", " ").replace("Z", "+00").split('","')


def _copy(
    table: str,
    columns: str,
    rows: Sequence[Row],
    lines: Callable[[Sequence[Row]], list[str]],
    *,
    nulls: int = 0,
) -> None:
    """Whether a text must be escaped is told by counting over all lines at once, not by a look at each text."""
    if not rows:
        return
    text = "".join(lines(rows))
    separators = len(rows) * columns.count(",")
    found = [text.count(special) for special in ("\t", "\n", "\\", "\r")]
    if found != [separators, len(rows), nulls, 0]:
        text = "".join(lines([_escaped(row) for row in rows]))
    statement = f"COPY {table} ({columns}) FROM STDIN"
    with connection.wrap_database_errors, connection.cursor() as cursor, cursor.copy(statement) as into:
        into.write(text)


def _escaped(row: Row) -> Row:
    return msgspec.structs.replace(row, **{name: getattr(row, name).translate(ESCAPES) for name in ESCAPED})


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
