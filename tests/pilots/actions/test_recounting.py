"""A recount proves the running statistics, and names what is wrong with them."""

from datetime import timedelta
from io import StringIO
from types import SimpleNamespace

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from pilots.actions import measurements, rollups
from pilots.models import Event, Pilot, Rollup
from pilots.queries import alarms
from tests.copied_rows import copied
from tests.factories import NOW, make_owner, make_rows, make_running_pilot, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def clock(monkeypatch: pytest.MonkeyPatch) -> None:
    """The command asks what time it is; the rows are of that day."""
    monkeypatch.setattr("pilots.management.commands.recount.timezone", SimpleNamespace(now=lambda: NOW))


@copied
def begun_early() -> Pilot:
    return make_running_pilot(now=NOW - timedelta(days=18))


@pytest.fixture
def pilot() -> Pilot:
    made = begun_early()
    rollups.recount(pilot=made, now=NOW)
    measurements.record(pilot=made, rows=make_rows(40), now=NOW, atomic=True)
    return made


def spoil() -> None:
    with connection.cursor() as cursor:
        cursor.execute("UPDATE pilots_rollup SET total = total + 0.0000000001 WHERE rows > 0")


def test_sound_statistics_hold(pilot: Pilot) -> None:
    out = StringIO()

    call_command("recount", "clause-check", stdout=out)

    assert out.getvalue() == "clause-check: 40 rows, statistics hold\n"
    assert not Event.objects.filter(verb="statistics.differ").exists()


def test_one_wrong_digit_is_named_logged_and_ends_in_exit_code_1(pilot: Pilot) -> None:
    Rollup.objects.filter(rows=0).delete()
    rollups.fold(pilot_id=pilot.pk)
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE pilots_rollup SET total = total + 0.0000000001 WHERE id = (SELECT min(id) FROM pilots_rollup)"
        )
    err = StringIO()

    with pytest.raises(CommandError) as failed:
        call_command("recount", "clause-check", stderr=err, stdout=StringIO())

    assert failed.value.returncode == 1
    assert (
        "review_minutes of primary, maintenance, epoch 0: total: "
        "the statistics say '120.0000000001', the rows say '120'" in err.getvalue()
    )
    event = Event.objects.get(verb="statistics.differ")
    assert (event.pilot, event.after) == (pilot, {"repaired": False})


def test_repair_makes_the_statistics_anew(pilot: Pilot) -> None:
    spoil()
    with pytest.raises(CommandError):
        call_command("recount", "clause-check", repair=True, stderr=StringIO(), stdout=StringIO())

    found = rollups.recount(pilot=pilot, now=NOW)

    assert (found.answers, found.rows, found.differences) == (True, 40, [])


def test_an_alarm_stands_from_the_first_difference_until_a_recount_without_one(pilot: Pilot) -> None:
    spoil()
    for hour in (0, 1):
        rollups.recount(pilot=pilot, now=NOW + timedelta(hours=hour))
    stands = alarms.of_pilot(pilot)

    rollups.recount(pilot=pilot, now=NOW + timedelta(hours=2), repair=True)

    assert stands == alarms.Alarm(pilot, NOW)
    assert alarms.of_pilot(pilot) is None
    assert Event.objects.filter(verb="statistics.hold").count() == 1


def test_an_alarm_concerns_who_runs_the_pilot_and_administrators(pilot: Pilot) -> None:
    spoil()
    rollups.recount(pilot=pilot, now=NOW)
    root = make_user("root", is_superuser=True)

    seen = [
        len(alarms.that_concern(each)) for each in (pilot.owner, root, pilot.decider, make_owner("other"))
    ]

    assert seen == [1, 1, 0, 0]


def test_the_nightly_sample_raises_the_alarm(pilot: Pilot) -> None:
    spoil()

    rollups.recount_sample(now=NOW)

    assert Event.objects.filter(verb="statistics.differ", pilot=pilot).count() == 1


def test_a_lost_row_of_measurements_is_found(pilot: Pilot) -> None:
    pilot.measurements.order_by("id").first().delete()

    found = rollups.recount(pilot=pilot, now=NOW)

    assert "review_minutes of primary, maintenance, epoch 0: rows" in {
        each.place for each in found.differences
    }


def test_an_unknown_pilot_is_refused_by_name() -> None:
    with pytest.raises(CommandError, match="There is no started pilot nowhere"):
        call_command("recount", "nowhere")
