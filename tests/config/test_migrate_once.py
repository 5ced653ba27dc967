import psycopg
import pytest
from django.core.management import CommandError, call_command
from django.db import connection, transaction

from config.management.commands import migrate_once
from config.management.commands.migrate_once import LOCK


def other_session() -> psycopg.Connection:
    here = connection.settings_dict
    return psycopg.connect(
        host=here["HOST"],
        port=here["PORT"],
        user=here["USER"],
        password=here["PASSWORD"],
        dbname=here["NAME"],
        autocommit=True,
    )


@pytest.mark.django_db
def test_a_start_waits_for_the_one_that_migrates_and_gives_up_in_time() -> None:
    with other_session() as other:
        other.execute("SELECT pg_advisory_lock(%s)", [LOCK])

        with pytest.raises(CommandError, match="Another start still migrates"):
            call_command("migrate_once", "--patience", "0")


@pytest.mark.django_db
def test_it_goes_on_when_the_other_is_done(capsys: pytest.CaptureFixture[str]) -> None:
    call_command("migrate_once")

    assert capsys.readouterr().out == "The database is at this version.\n"
    with other_session() as other:
        assert other.execute("SELECT pg_try_advisory_lock(%s)", [LOCK]).fetchone() == (True,)


@pytest.mark.django_db
def test_a_table_in_use_makes_nobody_wait_behind_the_migration_which_tries_again(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    tries = []

    def migrate(*args: object, **options: object) -> None:
        tries.append(args[0])
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("LOCK TABLE pilots_event IN ACCESS EXCLUSIVE MODE")

    monkeypatch.setattr(migrate_once.Command, "_is_behind", lambda self: True)
    monkeypatch.setattr(migrate_once, "call_command", migrate)
    monkeypatch.setattr(migrate_once, "LOCKS_WITHIN", "10ms")
    with other_session() as other:
        other.execute("BEGIN")
        other.execute("LOCK TABLE pilots_event IN SHARE MODE")
        monkeypatch.setattr(migrate_once.time, "sleep", lambda seconds: other.execute("COMMIT"))

        call_command("migrate_once")

    assert tries == ["migrate", "migrate"]
    assert "tried again in a moment" in capsys.readouterr().out
    with connection.cursor() as cursor:
        cursor.execute("SHOW lock_timeout")
        assert cursor.fetchone() == ("0",)
