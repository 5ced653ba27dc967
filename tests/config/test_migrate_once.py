import psycopg
import pytest
from django.core.management import CommandError, call_command
from django.db import connection

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
