"""A pilot written into an archive: a file of rows a table, with its hash in the manifest."""

import hashlib
import json
import zipfile
from collections.abc import Iterator
from datetime import datetime
from typing import IO, Any

from django.contrib.auth.models import User
from django.db import connection, transaction
from django.db.migrations.recorder import MigrationRecorder

from pilots.actions import audit
from pilots.actions.rollups import sealing
from pilots.actions.transfer.tables import FORMAT, TransferRefused, moved, rows_of
from pilots.models import EvaluationSchedule, Pilot, PilotRun, Token
from pilots.queries import chains

READ_AT_ONCE = 2_000


@transaction.atomic
def leave(pilot: Pilot, into: IO[bytes], *, now: datetime) -> dict[str, int]:
    """Rows by table. Secrets, routes and messages stay. Raises TransferRefused.

    Everything is read in one snapshot where the caller has begun no transaction.
    """
    if len(connection.savepoint_ids) == 0:
        with connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
    _check(pilot)
    files: dict[str, dict[str, Any]] = {}
    with zipfile.ZipFile(into, "w", zipfile.ZIP_DEFLATED, compresslevel=3) as archive:
        for label in moved():
            digest, count = hashlib.sha256(), 0
            with archive.open(f"rows/{label}.jsonl", "w", force_zip64=True) as file:
                for line in _lines(pilot, label):
                    digest.update(line)
                    file.write(line)
                    count += 1
            files[label] = {"rows": count, "sha256": digest.hexdigest()}
        archive.writestr("manifest.json", json.dumps(_manifest(pilot, files, now), indent=1))
    counts = {label: each["rows"] for label, each in files.items() if each["rows"]}
    audit.record(verb="pilot.exported", pilot=pilot, now=now, after={"rows": sum(counts.values())})
    return counts


def versions() -> dict[str, str]:
    """The newest migration of each app whose tables move: the tables of both instances must be the same."""
    applied = MigrationRecorder(connection).applied_migrations()
    newest: dict[str, str] = {}
    for app, name in sorted(applied):
        if app in ("evaluations", "pilots") and "squashed" not in name:
            newest[app] = max(name, newest.get(app, ""))
    return newest


def _check(pilot: Pilot) -> None:
    if sealing.is_sealed(pilot):
        raise TransferRefused(
            f"Measurements of {pilot.slug} were retired, so its statistics could not be made anew elsewhere. It stays here; "
            "its record is exported from its page."
        )
    if PilotRun.objects.filter(pilot=pilot, run__state__in=["queued", "running"]).exists():
        raise TransferRefused(f"An evaluation run of {pilot.slug} is under way. Wait, or cancel it.")


def _manifest(pilot: Pilot, files: dict[str, dict[str, Any]], now: datetime) -> dict[str, Any]:
    people = User.objects.in_bulk()
    tokens = Token.objects.in_bulk()
    return {
        "format": FORMAT,
        "pilot": pilot.slug,
        "made_at": now.isoformat(),
        "versions": versions(),
        "chain": chains.heads().get(pilot.slug),
        "readers": list(pilot.readers.values_list("pk", flat=True)),
        "asked_of": {
            str(each.pk): list(each.candidates.values_list("pk", flat=True))
            for each in EvaluationSchedule.objects.filter(pilot=pilot)
        },
        "people": {
            str(pk): {
                "username": person.username,
                "email": person.email,
                "first_name": person.first_name,
                "last_name": person.last_name,
            }
            for pk, person in people.items()
            if pk in _named(pilot, User)
        },
        "tokens": {
            str(pk): {"name": token.name, "scopes": list(token.scopes)}
            for pk, token in tokens.items()
            if pk in _named(pilot, Token)
        },
        "files": files,
    }


def _named(pilot: Pilot, kind: type[Any]) -> set[int]:
    """Numbers of the people or tokens that any row names."""
    found: set[int] = set()
    for label in moved():
        rows = rows_of(pilot, label)
        for field in rows.model._meta.concrete_fields:
            if field.related_model is kind:
                named = rows.order_by().values_list(field.attname, flat=True).distinct()
                found |= {pk for pk in named if pk is not None}
    return found | (set(pilot.readers.values_list("pk", flat=True)) if kind is User else set())


def _lines(pilot: Pilot, label: str) -> Iterator[bytes]:
    """As the database writes them: nothing is rounded, nothing is left out."""
    rows = rows_of(pilot, label)
    model = rows.model
    order = ", ".join(f"t.{field.column}" for field in model._meta.pk_fields)
    chosen, params = rows.order_by().values("pk").query.sql_with_params()
    names = ", ".join(field.column for field in model._meta.pk_fields)
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT to_jsonb(t)::text FROM {model._meta.db_table} t"  # noqa: S608  names of our own
            f" WHERE ({names}) IN ({chosen}) ORDER BY {order}",
            params,
        )
        while found := cursor.fetchmany(READ_AT_ONCE):
            for (line,) in found:
                yield line.encode() + b"\n"
