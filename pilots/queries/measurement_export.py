"""Measurements as lines of text, written by the database itself: a hundred thousand in half a second, none kept in memory."""

from collections.abc import Iterator
from itertools import islice
from typing import Literal

from django.db import connection
from django.db.models import F, QuerySet

from pilots.models import Measurement

Shape = Literal["ndjson", "csv"]
ROWS_A_CHUNK = 2000
TEXTS = (
    "unit_id",
    "segment",
    "load",
    "fingerprint",
    "outcome",
    "provenance",
    "source",
    "external_id",
    "phase",
)


def _text(name: str) -> str:
    return f"to_json(m.{name}::text)::text"


def _instant(name: str) -> str:
    """The session's time zone is UTC."""
    return f"replace(to_json(m.{name})::text, '+00:00', 'Z')"


FIELDS = {
    "id": "m.id",
    "metric": _text("metric_key"),
    "value": "coalesce(trim_scale(m.value)::text, 'null')",
    "observed_at": _instant("observed_at"),
    "recorded_at": _instant("recorded_at"),
    "phase": _text("phase"),
    "candidate": f"coalesce({_text('candidate_slug')}, 'null')",
    **{name: _text(name) for name in ("unit_id", "segment", "load", "fingerprint")},
    "context": "m.context::text",
    "outcome": _text("outcome"),
    "attempts": "m.attempts",
    **{name: _text(name) for name in ("provenance", "external_id", "source")},
}
OBJECT = " || ',' || ".join(f"""'"{name}":' || {value}""" for name, value in FIELDS.items())
COLUMNS = ", ".join(
    {
        "metric": "m.metric_key AS metric",
        "candidate": "m.candidate_slug AS candidate",
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
    "ndjson": (f"SELECT '{{' || {OBJECT} || '}}'", r"(FORMAT csv, QUOTE E'\x01', DELIMITER E'\x02')"),
    "csv": (f"SELECT {COLUMNS}", "(FORMAT csv, HEADER)"),
}


def lines(measurements: QuerySet[Measurement], shape: Shape) -> Iterator[bytes]:
    """In the order of observation, in chunks of whole lines; CSV begins with a header."""
    chosen = (
        measurements.annotate(metric_key=F("metric__key"), candidate_slug=F("candidate__slug"))
        .order_by("observed_at", "id")
        .values(
            *(
                "id",
                "value",
                "observed_at",
                "recorded_at",
                "attempts",
                "context",
                "metric_key",
                "candidate_slug",
            ),
            *TEXTS,
        )
    )
    inner, parameters = chosen.query.sql_with_params()
    columns, how = COPY[shape]
    statement = f"COPY ({columns} FROM ({inner}) AS m) TO STDOUT WITH {how}"
    with connection.cursor() as cursor, cursor.copy(statement, parameters) as copied:
        rows = iter(copied)
        while chunk := list(islice(rows, ROWS_A_CHUNK)):
            yield b"".join(chunk)
