"""The drill: what was backed up comes back whole into an empty database, or the restore says what is wrong."""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from io import StringIO
from pathlib import Path
from typing import Any

import psycopg
import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from psycopg import sql

from config import backup
from config.local.postgres import DATABASE
from pilots.actions import measurements, verdicts
from pilots.models import Measurement, Pilot
from tests.factories import NOW, make_rows, make_running_pilot

Drill = Callable[[str], Any]


@pytest.fixture(scope="module")
def drill(django_db_setup: None, django_db_blocker: Any) -> Iterator[Drill]:
    """`drill(name)` moves the connection to a database of the drill: `full` with a judged pilot, the others empty."""
    made: list[str] = []
    server = psycopg.connect(**_address(), dbname="postgres", autocommit=True)
    before = connection.settings_dict["NAME"]

    def create(name: str, template: str) -> None:
        made.append(name)
        server.execute(
            sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(sql.Identifier(name), sql.Identifier(template))
        )

    @contextmanager
    def inside(name: str) -> Iterator[None]:
        full = f"drill_{name}_{before}"
        if full not in made:
            create(full, "template0")
        connection.close()
        connection.settings_dict["NAME"] = full
        try:
            yield
        finally:
            connection.close()
            connection.settings_dict["NAME"] = before

    with django_db_blocker.unblock():
        create(f"drill_full_{before}", DATABASE)
        with inside("full"):
            pilot = make_running_pilot()
            measurements.record(pilot=pilot, rows=make_rows(30, start=NOW), now=NOW, atomic=True)
            verdicts.judge(pilot_id=pilot.pk, now=NOW)
        yield inside
    for name in made:
        server.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))
    server.close()


@pytest.fixture(scope="module")
def archive(drill: Drill, tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = StringIO()
    with drill("full"):
        call_command("backup", tmp_path_factory.mktemp("backups"), stdout=out)
    return Path(out.getvalue().strip())


def _address() -> dict[str, Any]:
    here = connection.settings_dict
    return {"host": here["HOST"], "port": here["PORT"], "user": here["USER"], "password": here["PASSWORD"]}


def test_all_of_it_comes_back_and_is_proven(drill: Drill, archive: Path) -> None:
    out = StringIO()

    with drill("restored"):
        call_command("restore", archive, stdout=out)
        back = (Pilot.objects.count(), Measurement.objects.count())
        with connection.cursor() as cursor, pytest.raises(Exception, match="append-only"):
            cursor.execute("UPDATE pilots_verdict SET reason = 'another'")  # its guards came back with it

    assert back == (1, 30)
    assert re.search(r"\d+ rows and 1 evidence chains of .* are back, each as it was", out.getvalue())


def test_an_archive_is_for_nobody_else_and_its_manifest_holds_no_secret(archive: Path) -> None:
    assert archive.stat().st_mode & 0o077 == 0
    assert _address()["password"] not in backup.manifest_of(archive).read_text()


def test_restore_does_not_touch_a_database_that_holds_something(drill: Drill, archive: Path) -> None:
    with drill("full"), pytest.raises(CommandError, match="Restore goes into an empty one"):
        call_command("restore", archive)


def test_an_archive_that_was_cut_is_refused(drill: Drill, archive: Path, tmp_path: Path) -> None:
    cut = tmp_path / archive.name
    cut.write_bytes(archive.read_bytes()[:-100])
    backup.manifest_of(cut).write_text(backup.manifest_of(archive).read_text())

    with drill("empty"), pytest.raises(CommandError, match="changed or cut"):
        call_command("restore", cut)


def test_what_differs_from_the_manifest_is_named(drill: Drill, archive: Path) -> None:
    found = backup.Manifest.read(backup.manifest_of(archive))
    other = backup.Manifest(
        **{
            **vars(found),
            "rows": {**found.rows, "pilots_pilot": 2},
            "chains": {"clause-check": (2, "0" * 64)},
        }
    )

    with drill("full"):
        said = backup.differences(other)

    assert [each.split(":")[0] for each in said] == ["pilots_pilot", "clause-check"]


def test_a_program_too_old_for_the_server_is_not_taken(
    drill: Drill, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    old = tmp_path / "pg_dump"
    old.write_text("#!/bin/sh\necho 'pg_dump (PostgreSQL) 14.2'\n")
    old.chmod(0o700)
    monkeypatch.setattr(backup, "_places", lambda name: iter([str(old)]))

    with drill("full"), pytest.raises(backup.BackupFailed, match="or newer is needed"):
        backup.find_program("pg_dump")
