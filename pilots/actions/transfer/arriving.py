"""An archive of a pilot read without trust: whole or not at all, under keys of this instance, and proven afterwards."""

import hashlib
import json
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import IO, Any

from django.apps import apps
from django.contrib.auth.models import User
from django.db import DatabaseError, connection, transaction
from django.db.models import ForeignKey, Model

from pilots.actions import audit, partitions, rollups
from pilots.actions.transfer import matching
from pilots.actions.transfer.leaving import versions
from pilots.actions.transfer.tables import FORMAT, SHARED, TransferRefused, moved
from pilots.models import EvaluationSchedule, Pilot, PlanVersion
from pilots.queries import chains, plans

LARGEST_WHOLE = 16 * 2**30  # bytes, unpacked
LARGEST_LINE = 64 * 2**20
LARGEST_MANIFEST = 64 * 2**20
BATCH = 1_000
MEASUREMENT, KEY = "pilots.measurement", "pilots.measurementkey"
NAMED_BY_NUMBER = ("evaluations.result", "evaluations.run", "pilots.sitting")
"""Measurements of Pilotage itself are called by the number of what they came from, and that name is under the digests of the
statistics: it stays. So what comes after must have a higher number than all that came along."""
HIGHEST = 10**15
OF = {"result": "evaluations.result", "run": "evaluations.run"}
EVIDENCE = {
    "run": "evaluations.run",
    "risk": "pilots.risk",
    "tradeoff": "pilots.tradeoff",
    "drill": "pilots.drill",
}
"""Texts that name a row by its number, and the table of it."""


class _OnlyLooked(Exception):
    """Everything was tried; nothing is kept."""


@dataclass
class Arrived:
    """Rows by table that are new here; `placeholders` are people who cannot sign in until an administrator lets them."""

    slug: str = ""
    rows: dict[str, int] = field(default_factory=dict)
    placeholders: list[str] = field(default_factory=list)
    records: int = 0


def arrive(stream: IO[bytes], *, now: datetime, dry_run: bool = False) -> Arrived:
    """The pilot of the archive, in one transaction; with `dry_run` it is undone at its end. Raises TransferRefused.

    Its schedules are off: this instance has not been told that it may ask those models.
    """
    found = Arrived()
    try:
        with zipfile.ZipFile(stream) as archive:
            files = _Files(archive)
            _check(files.manifest)
            partitions.cover(files.moments())
            with transaction.atomic():
                _Importing(files, found, now).run()
                if dry_run:
                    raise _OnlyLooked
    except _OnlyLooked:
        pass
    except (zipfile.BadZipFile, ValueError, KeyError, TypeError, OSError, EOFError) as error:
        raise TransferRefused(f"This is no whole archive of a pilot: {error}") from error
    except DatabaseError as error:
        raise TransferRefused(f"The archive does not fit: {str(error).splitlines()[0]}") from error
    return found


class _Files:
    """The archive, with every byte counted while it is unpacked: what it says of its sizes is not believed."""

    def __init__(self, archive: zipfile.ZipFile) -> None:
        self._archive, self._left = archive, LARGEST_WHOLE
        with archive.open("manifest.json") as file:
            text = file.read(LARGEST_MANIFEST + 1)
        if len(text) > LARGEST_MANIFEST:
            raise TransferRefused("The manifest of the archive is too large.")
        self.manifest: dict[str, Any] = json.loads(text)

    def rows(self, label: str) -> Iterator[dict[str, Any]]:
        """Raises TransferRefused when they are not those of the manifest."""
        told, digest, count = self.manifest["files"][label], hashlib.sha256(), 0
        with self._archive.open(f"rows/{label}.jsonl") as file:
            while line := file.readline(LARGEST_LINE + 1):
                self._left -= len(line)
                if len(line) > LARGEST_LINE or self._left < 0:
                    raise TransferRefused("The archive unpacks to more than a pilot can hold.")
                digest.update(line)
                count += 1
                yield json.loads(line)
        if (count, digest.hexdigest()) != (told["rows"], told["sha256"]):
            raise TransferRefused(f"The rows of {label} are not those that were exported.")

    def moments(self) -> list[datetime]:
        days = {row["observed_at"][:10] for row in self.rows(MEASUREMENT)}
        return [datetime.fromisoformat(f"{day}T12:00:00+00:00") for day in sorted(days)]


def _check(manifest: dict[str, Any]) -> None:
    if manifest["format"] != FORMAT:
        raise TransferRefused(f"The archive is of the format {manifest['format']}, not {FORMAT}.")
    if manifest["versions"] != versions():
        raise TransferRefused(
            "The archive comes from another version of Pilotage. Bring both instances to the same one first."
        )
    if set(manifest["files"]) != set(moved()):
        raise TransferRefused("The archive does not hold the tables of a pilot.")
    matching.refuse_a_known_one(manifest["pilot"])


class _Importing:
    def __init__(self, files: _Files, found: Arrived, now: datetime) -> None:
        self.files, self.found, self.now = files, found, now
        self.numbers: dict[str, dict[Any, Any]] = {}

    def run(self) -> None:
        manifest = self.files.manifest
        self.found.slug = manifest["pilot"]
        with connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL DEFERRED")
        self.numbers["auth.user"], self.found.placeholders = matching.people(manifest["people"])
        for label in SHARED:
            self._match(label)
        own = [label for label in moved() if label not in SHARED]
        for label in own:
            self._number(label)
        (pilot_id,) = self.numbers["pilots.pilot"].values()
        self.numbers["pilots.token"] = matching.tokens(manifest["tokens"], pilot_id, now=self.now)
        for label in own:
            self._insert(label, self.files.rows(label))
        self._relate(manifest, pilot_id)
        self._prove(manifest, Pilot.objects.get(pk=pilot_id))

    def _match(self, label: str) -> None:
        """Small tables, row by row: each may be here already."""
        numbers = self.numbers.setdefault(label, {})
        for row in self.files.rows(label):
            old = row["id"]
            self._rewrite(label, row)
            known = matching.MATCHED[label](row)
            if known is None:
                row["id"] = self._fresh(label, 1)[0]
                self._write(label, [row])
            numbers[old] = row["id"] if known is None else known.pk

    def _number(self, label: str) -> None:
        """New numbers for all rows at once, in their order, so that rows may refer to each other either way."""
        model = apps.get_model(label)
        pk = model._meta.pk
        if label == KEY or isinstance(pk, ForeignKey) or pk.get_internal_type() == "UUIDField":
            return
        old = [row[pk.column] for row in self.files.rows(label)]
        if label in NAMED_BY_NUMBER and old:
            self._begin_beyond(model, max(old))
        self.numbers[label] = dict(zip(old, self._fresh(label, len(old)), strict=True))

    def _begin_beyond(self, model: type[Model], highest: int) -> None:
        if not 0 < highest < HIGHEST:
            raise TransferRefused(f"{highest} is no number of a row.")
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT setval(pg_get_serial_sequence(%s, 'id'), greatest(%s, nextval(pg_get_serial_sequence(%s, 'id'))))",
                [model._meta.db_table, highest, model._meta.db_table],
            )

    def _fresh(self, label: str, count: int) -> list[int]:
        table = apps.get_model(label)._meta.db_table
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT nextval(pg_get_serial_sequence(%s, 'id')) FROM generate_series(1, %s)", [table, count]
            )
            return [number for (number,) in cursor.fetchall()]

    def _insert(self, label: str, rows: Iterator[dict[str, Any]]) -> None:
        batch: list[dict[str, Any]] = []
        for row in rows:
            self._rewrite(label, row)
            if label in self.numbers:
                row["id"] = self.numbers[label][row["id"]]
            batch.append(row)
            if len(batch) == BATCH:
                self._write(label, batch)
                batch = []
        self._write(label, batch)

    def _write(self, label: str, rows: list[dict[str, Any]]) -> None:
        if not rows:
            return
        model = apps.get_model(label)
        names = ", ".join(f'"{each.column}"' for each in model._meta.concrete_fields if each.column)
        table = model._meta.db_table
        with connection.cursor() as cursor:
            cursor.execute(
                f"INSERT INTO {table} ({names}) SELECT {names} FROM jsonb_populate_recordset(NULL::{table}, %s)",  # noqa: S608
                [json.dumps(rows)],
            )
        self.found.rows[label] = self.found.rows.get(label, 0) + len(rows)

    def _rewrite(self, label: str, row: dict[str, Any]) -> None:
        """Every reference becomes that of the same thing here. What the archive does not bring along cannot be named."""
        for each in apps.get_model(label)._meta.concrete_fields:
            if isinstance(each, ForeignKey) and row[each.column] is not None:
                row[each.column] = self._here(each.related_model, row[each.column])
        if label == KEY:
            row["measurement_id"] = self.numbers[MEASUREMENT][row["measurement_id"]]
        if label == MEASUREMENT:
            for name in ("run", "result"):
                number = row["context"].get(name)
                row["context"] |= (
                    {name: self.numbers[OF[name]][number]} if number in self.numbers.get(OF[name], {}) else {}
                )
        if label == "pilots.answer":
            row["evidence"] = [self._evidence(key) for key in row["evidence"]]
        if label == "pilots.evaluationschedule":
            row["enabled"] = False

    def _here(self, model: type[Model], number: Any) -> Any:
        label = model._meta.label_lower
        try:
            return self.numbers[label][number]
        except KeyError:
            raise TransferRefused(
                f"A row refers to {label} {number}, which the archive does not hold."
            ) from None

    def _evidence(self, key: str) -> str:
        kind, _, number = key.partition(":")
        known = self.numbers.get(EVIDENCE.get(kind, ""), {})
        return f"{kind}:{known[int(number)]}" if number.isdecimal() and int(number) in known else key

    def _relate(self, manifest: dict[str, Any], pilot_id: int) -> None:
        readers = Pilot.readers.through._default_manager
        for number in manifest["readers"]:
            readers.create(pilot_id=pilot_id, user_id=self._here(User, number))
        asked = EvaluationSchedule.candidates.through._default_manager
        for schedule, candidates in manifest["asked_of"].items():
            for candidate in candidates:
                asked.create(
                    evaluationschedule_id=self.numbers["pilots.evaluationschedule"][int(schedule)],
                    candidate_id=self.numbers["pilots.candidate"][candidate],
                )

    def _prove(self, manifest: dict[str, Any], pilot: Pilot) -> None:
        """The statistics are made anew from the rows; then the chain must hold, and end as it ended there."""
        with connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        if PlanVersion.objects.filter(pilot=pilot).exists():
            _, plan = plans.current(pilot)
            rollups.rebuild(pilot=pilot, plan=plan, now=self.now)
            wrong = [str(each) for each in rollups.recount(pilot=pilot, now=self.now).differences]
        else:
            wrong = []
        report = chains.verify(pilot)
        head, told = chains.heads().get(pilot.slug), manifest["chain"]
        if wrong or report.differences or (list(head) if head else None) != told:
            raise TransferRefused(
                f"The evidence does not hold: {'; '.join([*report.differences, *wrong][:5]) or 'its chain ends otherwise.'}"
            )
        self.found.records = report.records
        audit.record(
            verb="pilot.imported",
            pilot=pilot,
            now=self.now,
            reason=f"From another instance, as it was there on {manifest['made_at'][:10]}.",
            after={"rows": sum(self.found.rows.values()), "placeholders": len(self.found.placeholders)},
        )


__all__ = ["Arrived", "arrive"]
