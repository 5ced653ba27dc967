"""Everything of a pilot in one archive: the record as JSON, a CSV a table, and a schema that says what each column is."""

import json
import zipfile
from collections.abc import Iterator
from datetime import date, datetime
from decimal import Decimal
from tempfile import SpooledTemporaryFile
from typing import IO, Any

from django.contrib.auth.models import User
from django.db.models import Model, QuerySet

from pilots.exports.tables import rewritten, written
from pilots.judging.canonical import canonical_json
from pilots.models import Measurement, Pilot
from pilots.queries import charters, measurement_export
from pilots.queries import memo as memos
from pilots.queries.history import told
from pilots.queries.verdicts import newest

SCHEMA = "pilotage.pilot-export/1"
IN_MEMORY = 8 * 2**20
TABLES = (
    "candidates",
    "metrics",
    "plans",
    "verdicts",
    "decisions",
    "first_signatures",
    "answers",
    "memo_comments",
    "usability_scores",
    "proposals",
    "failures",
    "reviews",
    "incidents",
    "amendments",
    "risks",
    "trade_offs",
    "plan_steps",
    "drills",
    "events",
)
"""Relations of a pilot, each a file. Tokens, routes and their secrets are no part of its record."""
LEFT_OUT = {"pilot", "request_id", "active_seconds"}
"""Whose minutes a review took is nobody's business but hers; the metrics of the pilot have them added up."""


def archive(pilot: Pilot, *, now: datetime) -> IO[bytes]:
    """An open file, at its start. What is larger than a few megabytes is on disk, not in memory."""
    kept: IO[bytes] = SpooledTemporaryFile(max_size=IN_MEMORY)  # noqa: SIM115
    tables = {name: _rows(pilot, name) for name in TABLES}
    with zipfile.ZipFile(kept, "w", zipfile.ZIP_DEFLATED, compresslevel=3) as files:
        files.writestr("pilot.json", _record(pilot, now=now))
        files.writestr("schema.json", json.dumps(_schema(tables), indent=2))
        for name, rows in tables.items():
            with files.open(f"{name}.csv", "w") as file:
                for line in written(_lines(rows)):
                    file.write(line)
        with files.open("measurements.csv", "w") as file:
            measured = Measurement.objects.filter(pilot=pilot)
            for chunk in rewritten(measurement_export.lines(pilot, measured, "csv")):
                file.write(chunk)
        for signed in pilot.decisions.filter(memo__isnull=False).select_related("memo"):
            files.writestr(f"memos/decision-{signed.pk}.json", signed.memo.data)
            files.writestr(f"memos/decision-{signed.pk}.persons.json", json.dumps(signed.memo.persons))
            files.writestr(f"memos/decision-{signed.pk}.pdf", bytes(signed.memo.pdf))
    kept.seek(0)
    return kept


def _record(pilot: Pilot, *, now: datetime) -> bytes:
    verdict = newest(pilot)
    memo = memos.load(pilot, now=now)
    return canonical_json(
        {
            "schema": SCHEMA,
            "exported_at": now,
            "pilot": pilot.slug,
            "state": pilot.state,
            "is_demo": pilot.is_demo,
            "charter": charters.document(pilot),
            "evidence": json.loads(verdict.evidence) if verdict else None,
            "evidence_hash": verdict.evidence_hash if verdict else "",
            "memo": memo.to_json(),
            "memo_fingerprint": memo.fingerprint,
            "persons": memo.persons,
        }
    )


def _rows(pilot: Pilot, name: str) -> QuerySet[Any]:
    rows: QuerySet[Any] = told(pilot) if name == "events" else getattr(pilot, name).all()
    people = [field.name for field in _fields(rows.model) if field.related_model is User]
    return rows.order_by("pk").select_related(*people) if people else rows.order_by("pk")


def _fields(model: type[Model]) -> list[Any]:
    return [field for field in model._meta.concrete_fields if field.name not in LEFT_OUT]


def _lines(rows: QuerySet[Any]) -> Iterator[list[str]]:
    fields = _fields(rows.model)
    yield [field.name for field in fields]
    for row in rows.iterator(chunk_size=500):
        yield [_text(row, field) for field in fields]


def _text(row: Model, field: Any) -> str:
    if field.related_model is User:
        person = getattr(row, field.name)
        return person.get_username() if person else ""
    value = getattr(row, field.attname)
    if value is None:
        return ""
    if isinstance(value, dict | list):
        return json.dumps(value, ensure_ascii=False)
    if isinstance(value, Decimal):
        return f"{value.normalize():f}"
    return value.isoformat() if isinstance(value, date | datetime) else str(value)


def _schema(tables: dict[str, QuerySet[Any]]) -> dict[str, Any]:
    described = {
        f"{name}.csv": [
            {"name": field.name, "type": field.get_internal_type(), "about": str(field.help_text)}
            for field in _fields(rows.model)
        ]
        for name, rows in tables.items()
    }
    described["measurements.csv"] = [
        {"name": name, "type": "", "about": "As the API has it."} for name in measurement_export.FIELDS
    ]
    return {
        "schema": SCHEMA,
        "cells": "A text that begins with = + - @, a tab or a return has an apostrophe before it.",
        "tables": described,
    }
