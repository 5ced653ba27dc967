"""Measurements as lines of text, written by the database itself: a hundred thousand in half a second, none kept in memory."""

from collections.abc import Iterator, Sequence
from typing import Any, Literal

import msgspec
from django.db import connection
from django.db.models import QuerySet
from psycopg import errors, generators
from psycopg.abc import PQGen
from psycopg.pq import ExecStatus, TransactionStatus
from psycopg.pq.abc import PGconn
from psycopg.waiting import Wait

from pilots.models import Measurement, Pilot

Shape = Literal["ndjson", "csv"]
CHUNK = 128 * 1024
"""Bytes, at least, of a chunk that is sent on; the last one is smaller."""
MOSTLY_EMPTY = ("unit_id", "segment", "load", "fingerprint", "source")
WORDS = ("phase", "outcome", "provenance")
"""Of which a constraint of the table knows the only ones: none needs an escape."""


def _text(expression: str) -> str:
    return f"to_json({expression}::text)::text"


def _instant(name: str) -> str:
    """The session's time zone is UTC."""
    return f"replace(to_json(m.{name})::text, '+00:00', 'Z')"


METRIC, CANDIDATE = "<metric>", "<candidate>"
FIELDS = {
    "id": "m.id",
    "metric": METRIC,
    "value": "coalesce(trim_scale(m.value)::text, 'null')",
    "observed_at": _instant("observed_at"),
    "recorded_at": _instant("recorded_at"),
    "phase": "",
    "candidate": CANDIDATE,
    "unit_id": "",
    "segment": "",
    "load": "",
    "fingerprint": "",
    "context": "m.context::text",
    "outcome": "",
    "attempts": "m.attempts",
    "provenance": "",
    "external_id": _text("m.external_id"),
    "source": "",
}
FIELDS |= {name: f"""'"' || m.{name} || '"'""" for name in WORDS}
FIELDS |= {
    name: f"""CASE m.{name} WHEN '' THEN '""' ELSE {_text(f"m.{name}")} END""" for name in MOSTLY_EMPTY
}
# Neighbours, as most rows have them, and how they are written then: at once, and not piece by piece.
MOSTLY: dict[tuple[str, ...], tuple[str, str]] = {
    ("unit_id", "segment", "load", "fingerprint"): (
        "m.unit_id = '' AND m.segment = '' AND m.load = '' AND m.fingerprint = ''",
        '"unit_id":"","segment":"","load":"","fingerprint":""',
    ),
    ("context", "outcome", "attempts", "provenance"): (
        "m.context = '{}' AND m.outcome = 'ok' AND m.attempts = 1 AND m.provenance = 'real'",
        '"context":{},"outcome":"ok","attempts":1,"provenance":"real"',
    ),
}


def _joined(pieces: Sequence[str]) -> str:
    """Halves of halves: joined from left to right, the beginning of a line would be copied once for each piece."""
    if len(pieces) == 1:
        return pieces[0]
    middle = len(pieces) // 2
    return f"({_joined(pieces[:middle])} || {_joined(pieces[middle:])})"


def _pieces(names: Sequence[str]) -> list[str]:
    """Text that stays the same, and values in between."""
    written = " || ',' || ".join(f"""'"{name}":' || {FIELDS[name]}""" for name in names)
    return written.replace("' || '", "").split(" || ")


def _neighbours(names: tuple[str, ...]) -> str:
    alike, written = MOSTLY[names]
    return f"CASE WHEN {alike} THEN '{written}' ELSE {_joined(_pieces(names))} END"


OBJECT = _joined(
    [
        "'{'",
        *_pieces(("id", "metric", "value", "observed_at", "recorded_at", "phase", "candidate")),
        *(piece for names in MOSTLY for piece in ("','", _neighbours(names))),
        "','",
        *_pieces(("external_id", "source")),
        "'}'",
    ]
)
COLUMNS = ", ".join(
    {
        "metric": f"{METRIC} AS metric",
        "candidate": f"{CANDIDATE} AS candidate",
        "value": "trim_scale(m.value) AS value",
        **{
            name: f"trim(both '\"' from {_instant(name)}) AS {name}"
            for name in ("observed_at", "recorded_at")
        },
    }.get(name, f"m.{name}")
    for name in FIELDS
)
# Quotes and delimiters that JSON never holds: each line comes out as it is.
COPY = {
    "ndjson": (OBJECT, r"(FORMAT csv, QUOTE E'\x01', DELIMITER E'\x02')"),
    "csv": (COLUMNS, "(FORMAT csv, HEADER)"),
}


def lines(pilot: Pilot, measurements: QuerySet[Measurement], shape: Shape) -> Iterator[bytes]:
    """Of measurements of one pilot, in the order of observation, in chunks of whole lines; CSV begins with a header.

    Rows are put in order while they are narrow, which for a single metric an index has done already; a chunk is sent on
    while the next one is made.
    """
    chosen, parameters = measurements.order_by("observed_at", "id").query.sql_with_params()
    columns, how = COPY[shape]
    names: list[Any] = []
    for place, column, related, name in (
        (METRIC, "metric_id", pilot.metrics, "key"),
        (CANDIDATE, "candidate_id", pilot.candidates, "slug"),
    ):
        known = [(pk, _shown(text, shape)) for pk, text in related.values_list("id", name)]
        columns = columns.replace(
            place, _named(column, name, related.model._meta.db_table, shape, len(known))
        )
        names += [each for pair in known for each in pair]
    statement = f"COPY (SELECT {columns} FROM ({chosen}) AS m) TO STDOUT WITH {how}"  # noqa: S608  constants
    with connection.cursor() as cursor, cursor.copy(statement, [*names, *parameters]) as copied:
        server = copied.connection.pgconn
        while server.transaction_status == TransactionStatus.ACTIVE:
            if chunk := b"".join(copied.connection.wait(_arriving(server))):
                yield chunk


def _shown(name: str, shape: Shape) -> str:
    return msgspec.json.encode(name).decode() if shape == "ndjson" else name


def _named(column: str, name: str, table: str, shape: Shape, known: int) -> str:
    """What a pilot has is named without a look at its table; what was added since is looked up."""
    shown, nothing = (_text(name), "'null'") if shape == "ndjson" else (name, "NULL")
    looked_up = f"coalesce((SELECT {shown} FROM {table} x WHERE x.id = m.{column}), {nothing})"  # noqa: S608
    return f"CASE m.{column}{' WHEN %s THEN %s' * known} ELSE {looked_up} END" if known else looked_up


def _arriving(server: PGconn) -> PQGen[list[memoryview]]:
    """A chunk of rows as the server sends them, until the copy is over. One wait for all of them: psycopg's own way to read
    takes as long for a row as the server takes to make it."""
    rows: list[memoryview] = []
    size = 0
    while size < CHUNK:
        length, row = server.get_copy_data(1)
        if length > 0:
            rows.append(row)
            size += length
        elif length == 0:
            while not (yield Wait.R):
                continue
            server.consume_input()
        else:
            ended = yield from generators.fetch_many(server)
            if ended[-1].status != ExecStatus.COMMAND_OK:
                raise errors.error_from_result(ended[-1])
            break
    return rows
