"""Measurements as lines of text, written by the database itself: a hundred thousand in half a second, none kept in memory."""

from collections.abc import Iterator
from itertools import islice
from typing import Literal

from django.db import connection
from django.db.models import QuerySet

from pilots.models import Measurement

Shape = Literal["ndjson", "csv"]
ROWS_A_CHUNK = 2000
MOSTLY_EMPTY = ("unit_id", "segment", "load", "fingerprint", "source")
WORDS = ("phase", "outcome", "provenance")
"""Of which a constraint of the table knows the only ones: none needs an escape."""


def _text(expression: str) -> str:
    return f"to_json({expression}::text)::text"


def _instant(name: str) -> str:
    """The session's time zone is UTC."""
    return f"replace(to_json(m.{name})::text, '+00:00', 'Z')"


FIELDS = {
    "id": "m.id",
    "metric": "x.key",
    "value": "coalesce(trim_scale(m.value)::text, 'null')",
    "observed_at": _instant("observed_at"),
    "recorded_at": _instant("recorded_at"),
    "phase": "",
    "candidate": "coalesce(c.slug, 'null')",
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
OBJECT = " || ',' || ".join(f"""'"{name}":' || {value}""" for name, value in FIELDS.items()).replace(
    "' || '", ""
)
COLUMNS = ", ".join(
    {
        "metric": "x.key AS metric",
        "candidate": "c.slug AS candidate",
        "value": "trim_scale(m.value) AS value",
        **{
            name: f"trim(both '\"' from {_instant(name)}) AS {name}"
            for name in ("observed_at", "recorded_at")
        },
    }.get(name, f"m.{name}")
    for name in FIELDS
)
# Names are quoted once each, before they are joined: OFFSET keeps it there.
QUOTED = f"(SELECT id, {_text('{name}')} AS {{name}} FROM {{table}} OFFSET 0)"  # noqa: S608  constants
# Quotes and delimiters that JSON never holds: each line comes out as it is.
COPY = {
    "ndjson": (
        f"SELECT '{{' || {OBJECT} || '}}'",
        QUOTED.format(name="key", table="pilots_metric"),
        QUOTED.format(name="slug", table="pilots_candidate"),
        r"(FORMAT csv, QUOTE E'\x01', DELIMITER E'\x02')",
    ),
    "csv": (f"SELECT {COLUMNS}", "pilots_metric", "pilots_candidate", "(FORMAT csv, HEADER)"),
}


def lines(measurements: QuerySet[Measurement], shape: Shape) -> Iterator[bytes]:
    """In the order of observation, in chunks of whole lines; CSV begins with a header.

    Lines are made before they are put in order, so that the database may use several processors for it.
    """
    inner, parameters = measurements.order_by().query.sql_with_params()
    columns, metrics, candidates, how = COPY[shape]
    statement = (
        f"COPY ({columns} FROM ({inner}) AS m JOIN {metrics} AS x ON x.id = m.metric_id"
        f" LEFT JOIN {candidates} AS c ON c.id = m.candidate_id ORDER BY m.observed_at, m.id) TO STDOUT WITH {how}"
    )
    with connection.cursor() as cursor, cursor.copy(statement, parameters) as copied:
        rows = iter(copied)
        while chunk := list(islice(rows, ROWS_A_CHUNK)):
            yield b"".join(chunk)
