"""What a quarantine would change is weighed by a worker: once, whoever is killed, and its answer is kept."""

from datetime import timedelta
from unittest.mock import patch

import pytest
from django.core.cache import cache
from django.db import OperationalError

from pilots.actions import measurements, quarantines, weighings
from pilots.actions.refusals import NotAllowed, Refused
from pilots.models import FaultyStretch, Pilot, Quarantine, QuarantineAct, Weighing
from pilots.queries.weighings import STEP, newest
from tests.copied_rows import copied
from tests.factories import NOW, make_running_pilot, make_user

pytestmark = pytest.mark.django_db

START = NOW - timedelta(days=12)
FAULTY = START + timedelta(days=3)


@copied
def begun_early() -> Pilot:
    return make_running_pilot(now=START)


@pytest.fixture
def pilot() -> Pilot:
    pilot = begun_early()
    rows = [
        {
            "metric": "review_minutes",
            "value": 2.5 + index / 10,
            "source": "desk",
            "observed_at": (FAULTY + timedelta(hours=index)).isoformat(),
        }
        for index in range(6)
    ]
    measurements.record(pilot=pilot, rows=rows, now=NOW, atomic=True)
    return pilot


def ask(pilot: Pilot, **changes) -> Weighing:
    given = {
        "pilot": pilot,
        "source": "desk",
        "starts_at": FAULTY,
        "ends_at": FAULTY + timedelta(days=1),
        "reason": "The clock ran wild.",
        "by": pilot.owner,
        "now": NOW,
    }
    return weighings.ask(**given | changes)


def test_a_worker_marks_what_was_asked_for_and_tells_how_far_it_is(pilot: Pilot):
    asked = ask(pilot)
    assert not Quarantine.objects.exists()
    steps: list[object] = []

    with patch.object(cache, "set", lambda key, step, timeout: steps.append((key, step))):
        weighed = weighings.weigh(weighing_id=asked.pk, now=NOW)

    assert steps == [(STEP.format(asked.pk), step) for step in (1, 2, 3, 4)]
    assert weighed is not None
    assert (weighed.state, weighed.quarantine) == ("done", Quarantine.objects.get())
    assert weighed.quarantine.rows == 6


def test_a_repeated_task_marks_nothing_twice(pilot: Pilot):
    asked = ask(pilot)
    weighings.weigh(weighing_id=asked.pk, now=NOW)

    again = weighings.weigh(weighing_id=asked.pk, now=NOW)

    assert again is None
    assert Quarantine.objects.count() == 1


def test_what_a_killed_worker_left_is_weighed_a_minute_later_and_not_sooner(pilot: Pilot):
    asked = ask(pilot)
    with (
        patch.object(quarantines, "_judged_now", side_effect=KeyboardInterrupt),
        pytest.raises(KeyboardInterrupt),
    ):
        weighings.weigh(weighing_id=asked.pk, now=NOW)
    weighings.weigh_waiting(now=NOW + timedelta(seconds=59))
    left = Weighing.objects.get()

    weighings.weigh_waiting(now=NOW + timedelta(seconds=61))

    assert (left.state, Quarantine.objects.count()) == ("waiting", 1)


def test_what_never_ends_is_answered_after_three_hours(pilot: Pilot):
    asked = ask(pilot)

    with patch.object(quarantines, "_judged_now", side_effect=OperationalError):
        with pytest.raises(OperationalError):
            weighings.weigh_waiting(now=NOW + timedelta(minutes=179))
        weighings.weigh_waiting(now=NOW + timedelta(minutes=181))

    asked.refresh_from_db()
    assert (asked.state, asked.refusal) == ("refused", weighings.OUR_FAULT)


def test_what_changed_meanwhile_is_refused_with_what_to_do(pilot: Pilot):
    asked = ask(pilot)
    Pilot.objects.filter(pk=pilot.pk).update(owner=make_user("successor"))

    weighings.weigh(weighing_id=asked.pk, now=NOW)

    told = newest(pilot, now=NOW)
    assert told is not None
    assert told.refused == "Not marked: Only the owner or the deputy marks measurements as faulty."
    assert newest(pilot, now=NOW + timedelta(days=2)) is None


def test_a_fault_of_ours_becomes_an_answer_and_marks_nothing(pilot: Pilot):
    asked = ask(pilot)

    with patch.object(quarantines, "_judged_now", side_effect=ZeroDivisionError):
        weighings.weigh(weighing_id=asked.pk, now=NOW)

    assert Weighing.objects.get().refusal == weighings.OUR_FAULT
    assert not Quarantine.objects.exists()


def test_one_stretch_is_weighed_at_a_time_and_only_for_who_runs_the_pilot(pilot: Pilot):
    ask(pilot)

    with pytest.raises(Refused) as refusal:
        ask(pilot)
    with pytest.raises(NotAllowed):
        ask(pilot, by=pilot.decider)

    assert refusal.value.code == "being_weighed"


def test_agreeing_and_releasing_are_done_by_a_worker_and_refused_at_once_where_that_is_known(pilot: Pilot):
    weighings.weigh(weighing_id=ask(pilot).pk, now=NOW)
    quarantine = Quarantine.objects.get()
    release = {"quarantine": quarantine, "reason": "It was right.", "by": pilot.owner, "now": NOW}
    with pytest.raises(Refused) as answered:
        weighings.ask_second(quarantine=quarantine, by=pilot.decider, now=NOW)

    asked = weighings.ask_release(**release)
    in_force_meanwhile = FaultyStretch.objects.exists()
    told = newest(pilot, now=NOW)
    with pytest.raises(Refused) as again:
        weighings.ask_release(**release)
    steps: list[int] = []
    with patch.object(weighings, "_tell", lambda pk, step: steps.append(step)):
        weighings.weigh(weighing_id=asked.pk, now=NOW)

    assert (answered.value.code, again.value.code) == ("answered", "being_weighed")
    assert (told.title, told.steps, told.sentence) == ("Being counted again", 2, "It waits for a worker.")
    assert (steps, in_force_meanwhile, FaultyStretch.objects.exists()) == ([1, 2], True, False)
    assert list(QuarantineAct.objects.values_list("kind", flat=True)) == ["applied", "released"]
    with pytest.raises(Refused) as released:
        weighings.ask_release(**release)
    assert released.value.code == "not_in_force"
