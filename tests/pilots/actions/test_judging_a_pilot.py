import json
from datetime import timedelta

import pytest

from pilots.actions import measurements, verdicts
from pilots.judging import evidence
from pilots.models import Pilot, Verdict
from tests.copied_rows import copied
from tests.factories import NOW, make_ready_pilot, make_rows, make_running_pilot

pytestmark = pytest.mark.django_db


@pytest.fixture
@copied
def pilot() -> Pilot:
    """Baseline 300 × about 3 minutes, then started."""
    from pilots.actions import pilots

    made = make_ready_pilot()
    before = made.window_start
    start = NOW.replace(year=before.year, month=10, day=20)
    measurements.record(
        pilot=made, rows=make_rows(300, phase="baseline", start=start), now=start, atomic=True
    )
    pilots.start(pilot=made, by=made.owner, now=NOW - timedelta(days=18))
    made.refresh_from_db()
    return made


def test_a_draft_is_not_judged() -> None:
    draft = make_ready_pilot()

    assert verdicts.judge(pilot_id=draft.pk, now=NOW) is None
    assert not Verdict.objects.exists()


def test_a_pilot_without_numbers_is_collecting(pilot: Pilot) -> None:
    verdict = verdicts.judge(pilot_id=pilot.pk, now=NOW)

    assert verdict is not None
    assert verdict.flag == "collecting"


def test_clear_harm_stops_the_pilot_with_the_numbers_in_the_reason(pilot: Pilot) -> None:
    measurements.record(pilot=pilot, rows=make_rows(300, value=5.0), now=NOW, atomic=True)

    verdict = verdicts.judge(pilot_id=pilot.pk, now=NOW)

    assert verdict is not None
    assert (verdict.flag, verdict.code) == ("stop", "HARM")
    assert verdict.reason.startswith("Stop: review minutes 5 min against 3 min before (worse by at least ")
    assert verdict.reason.endswith(", n = 300.")


def test_the_same_inputs_make_one_record_a_day(pilot: Pilot) -> None:
    first = verdicts.judge(pilot_id=pilot.pk, now=NOW)

    second = verdicts.judge(pilot_id=pilot.pk, now=NOW + timedelta(minutes=5))
    next_day = verdicts.judge(pilot_id=pilot.pk, now=NOW + timedelta(days=1))

    assert first is not None
    assert second is None
    assert next_day is not None
    assert (next_day.number, next_day.previous_hash) == (2, first.evidence_hash)


def test_new_numbers_make_a_new_record(pilot: Pilot) -> None:
    verdicts.judge(pilot_id=pilot.pk, now=NOW)
    measurements.record(pilot=pilot, rows=make_rows(10), now=NOW)

    verdict = verdicts.judge(pilot_id=pilot.pk, now=NOW + timedelta(minutes=5))

    assert verdict is not None
    assert verdict.number == 2


def test_a_stored_record_recomputes_to_itself(pilot: Pilot) -> None:
    measurements.record(pilot=pilot, rows=make_rows(120, value=2.5), now=NOW)
    verdict = verdicts.judge(pilot_id=pilot.pk, now=NOW)

    assert verdict is not None
    assert evidence.verify(json.loads(verdict.evidence)) == []
    assert evidence.digest(verdict.evidence.encode()) == verdict.evidence_hash


def test_a_breach_stays_though_later_numbers_are_better(pilot: Pilot) -> None:
    then = NOW - timedelta(days=2)
    measurements.record(pilot=pilot, rows=make_rows(300, value=5.0, start=then), now=then, atomic=True)
    verdicts.judge(pilot_id=pilot.pk, now=then)
    better = make_rows(4000, value=2.0, segment="better")
    better = [
        row | {"observed_at": (NOW - timedelta(seconds=index)).isoformat()}
        for index, row in enumerate(better)
    ]
    measurements.record(pilot=pilot, rows=better, now=NOW, atomic=True)

    verdict = verdicts.judge(pilot_id=pilot.pk, now=NOW)

    assert verdict is not None
    assert (verdict.flag, verdict.code) == ("stop", "HARM")


def test_demo_numbers_do_not_decide_in_a_real_pilot(pilot: Pilot) -> None:
    measurements.record(pilot=pilot, rows=make_rows(300, value=5.0, provenance="demo"), now=NOW, atomic=True)

    verdict = verdicts.judge(pilot_id=pilot.pk, now=NOW)

    assert verdict is not None
    assert verdict.flag == "collecting"
    arms = json.loads(verdict.evidence)["facts"]["arms"]
    assert [arm["phase"] for arm in arms] == ["baseline"]


def test_shuffled_rows_give_the_same_evidence(pilot: Pilot) -> None:
    other = make_running_pilot("other-check")
    other_rows = make_rows(100, value=2.4)
    measurements.record(pilot=pilot, rows=other_rows, now=NOW)
    measurements.record(pilot=other, rows=list(reversed(other_rows)), now=NOW)

    first = verdicts.judge(pilot_id=pilot.pk, now=NOW)
    second = verdicts.judge(pilot_id=other.pk, now=NOW)

    assert first is not None
    assert second is not None
    arms = [
        [arm for arm in json.loads(each.evidence)["facts"]["arms"] if arm["phase"] != "baseline"]
        for each in (first, second)
    ]
    assert arms[0] == arms[1]


def test_repeats_of_a_unit_count_once(pilot: Pilot) -> None:
    rows = [row | {"unit_id": f"item-{index % 20}"} for index, row in enumerate(make_rows(200))]
    measurements.record(pilot=pilot, rows=rows, now=NOW)

    verdict = verdicts.judge(pilot_id=pilot.pk, now=NOW)

    assert verdict is not None
    arms = json.loads(verdict.evidence)["facts"]["arms"]
    assert sum(arm["n"] for arm in arms if arm["phase"] != "baseline") == 20
    assert sum(arm["rows"] for arm in arms if arm["phase"] != "baseline") == 200


def test_a_look_between_settles_nothing_that_the_daily_look_left_open(pilot: Pilot) -> None:
    morning = NOW + timedelta(days=20)
    verdicts.judge(pilot_id=pilot.pk, now=NOW)
    over = verdicts.judge(pilot_id=pilot.pk, now=morning)
    assert over is not None
    assert over.code == "DATA"
    numbers = make_rows(40, start=NOW.replace(day=29))
    measurements.record(pilot=pilot, rows=numbers, now=morning, atomic=True)

    between = verdicts.judge(pilot_id=pilot.pk, now=morning + timedelta(hours=1))
    of_record = verdicts.judge(pilot_id=pilot.pk, now=morning + timedelta(hours=2), of_record=True)

    assert of_record is not None
    assert (between is None) == (of_record.code != "DATA")


def test_late_rows_of_a_signed_pilot_make_a_new_record_and_leave_the_signed_one(pilot: Pilot) -> None:

    from tests.factories import sign

    measurements.record(pilot=pilot, rows=make_rows(50), now=NOW, atomic=True)
    signed = verdicts.judge(pilot_id=pilot.pk, now=NOW)
    assert signed is not None
    sign(pilot)
    late = make_rows(300, value=6.0, start=NOW - timedelta(hours=1), source="late")
    measurements.record(pilot=pilot, rows=late, now=NOW + timedelta(days=2), atomic=True)

    again = verdicts.judge(pilot_id=pilot.pk, now=NOW + timedelta(days=2))
    once_more = verdicts.judge(pilot_id=pilot.pk, now=NOW + timedelta(days=3))

    assert again is not None
    assert (again.as_of, again.flag, again.code) == (NOW, "stop", "HARM")
    assert signed.flag == "collecting"
    assert once_more is None
