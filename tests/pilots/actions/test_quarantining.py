"""Faulty measurements leave the statistics by the same path as they came, and a breach only with a second person."""

import json
from datetime import timedelta

import pytest
from django.db import DatabaseError, transaction

from pilots.actions import measurements, quarantines, rollups, verdicts
from pilots.actions.refusals import NotAllowed, Refused
from pilots.models import (
    Event,
    FaultyStretch,
    Pilot,
    PlanVersion,
    Quarantine,
    QuarantineAct,
    RetiredMonth,
    Seal,
)
from pilots.models.quarantine import QuarantineActKind
from pilots.queries import chains, facts, plans
from pilots.queries.verdicts import newest
from tests.copied_rows import copied
from tests.factories import NOW, make_running_pilot

START = NOW - timedelta(days=12)
BAD_DAY = START + timedelta(days=3)


@copied
def begun_early() -> Pilot:
    return make_running_pilot(now=START)


@pytest.fixture
def pilot(db: None) -> Pilot:
    """Harmless for eleven days, but for one in which a broken clock reported huge times."""
    pilot = begun_early()
    good = [row(day, 2.5 + (index % 7) / 10) for day in range(12) for index in range(12)]
    before = [row(-20, 3 + (index % 7) / 10) | {"phase": "baseline"} for index in range(120)]
    measurements.record(pilot=pilot, rows=[*before, *good], now=NOW, atomic=True)
    return pilot


def row(day: int, value: float, source: str = "desk") -> dict:
    at = START + timedelta(days=day, hours=1)
    return {"metric": "review_minutes", "value": value, "source": source, "observed_at": at.isoformat()}


def break_clock(pilot: Pilot) -> None:
    bad = [row(3, 60 + index % 9, source="stopwatch") for index in range(200)]
    measurements.record(pilot=pilot, rows=bad, now=NOW, atomic=True)


def propose(pilot: Pilot, source: str = "stopwatch", days: int = 1, **more):
    given = {
        "pilot": pilot,
        "source": source,
        "starts_at": BAD_DAY,
        "ends_at": BAD_DAY + timedelta(days=days),
    }
    return quarantines.propose(**given, reason="The clock ran wild.", by=pilot.owner, now=NOW, **more)


def same_as_rows(pilot: Pilot) -> bool:
    _, plan = plans.current(pilot)
    return (
        facts.load(pilot, plan, as_of=NOW).to_json() == facts.from_rows(pilot, plan, as_of=NOW).to_json()
        and rollups.recount(pilot=pilot, now=NOW).differences == []
    )


def test_a_breach_by_faulty_data_is_taken_back_by_a_second_person_and_comes_back_with_the_data(pilot):
    break_clock(pilot)
    first = verdicts.judge(pilot_id=pilot.pk, now=NOW - timedelta(seconds=1))
    assert (first.flag, first.code) == ("stop", "HARM")

    proposed = propose(pilot)
    assert (proposed.needs_second, proposed.lifts, proposed.rows) == (True, ["stop:review_minutes"], 200)
    assert newest(pilot) == first
    with pytest.raises(NotAllowed):
        quarantines.second(quarantine=proposed, by=pilot.owner, now=NOW)

    quarantines.second(quarantine=proposed, by=pilot.decider, now=NOW)

    lifted = newest(pilot)
    assert lifted.flag != "stop"
    record = json.loads(lifted.evidence)
    assert record["verdict"]["breached"] == []
    assert record["facts"]["corrections"][0]["approved_by"] == "a second person"
    assert any("The clock ran wild." in warning for warning in record["verdict"]["warnings"])
    assert same_as_rows(pilot)
    event = Event.objects.get(verb="quarantine.applied")
    assert (event.before["flag"], event.after["flag"]) == ("stop", lifted.flag)

    with pytest.raises(NotAllowed):
        quarantines.release(quarantine=proposed, reason="It was right.", by=pilot.owner, now=NOW)
    quarantines.release(quarantine=proposed, reason="It was right.", by=pilot.decider, now=NOW)

    assert (newest(pilot).flag, newest(pilot).code) == ("stop", "HARM")
    assert same_as_rows(pilot)
    assert chains.verify(pilot).differences == []


def test_what_changes_no_flag_is_in_force_at_once(pilot):
    verdicts.judge(pilot_id=pilot.pk, now=NOW - timedelta(seconds=1))

    made = propose(pilot, source="desk")

    assert made.needs_second is False
    _, plan = plans.current(pilot)
    known = facts.load(pilot, plan, as_of=NOW)
    assert sum(arm.n for arm in known.arms if arm.phase != "baseline" and not arm.segment) == 11 * 12
    assert same_as_rows(pilot)


def test_a_breach_that_sound_data_show_as_well_is_not_taken_back(pilot):
    worse = [row(day, 9 + index % 5) for day in range(4, 11) for index in range(60)]
    measurements.record(pilot=pilot, rows=worse, now=NOW, atomic=True)
    verdicts.judge(pilot_id=pilot.pk, now=NOW - timedelta(seconds=1))
    assert newest(pilot).code == "HARM"

    made = propose(pilot, source="desk")

    assert made.lifts == []
    assert newest(pilot).code == "HARM"


def test_rows_that_come_late_into_a_faulty_stretch_do_not_count(pilot):
    propose(pilot, source="desk")
    measurements.record(pilot=pilot, rows=[row(3, 9)] * 5, now=NOW, atomic=True)

    assert same_as_rows(pilot)


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"source": "nobody"}, "no_rows"),
        ({"days": 0}, "stretch_not_in_order"),
        ({"days": 400}, "stretch_in_future"),
    ],
)
def test_a_stretch_that_cannot_be_is_refused(pilot, change, code):
    with pytest.raises(Refused) as refused:
        propose(pilot, **{"source": "desk", **change})

    assert refused.value.code == code
    assert not FaultyStretch.objects.exists()


def test_a_plan_that_changes_while_it_is_weighed_marks_nothing(pilot):
    def amend(step: int) -> None:
        if step == 2:
            frozen, _ = plans.current(pilot)
            copied = {name: getattr(frozen, name) for name in ("plan", "plan_hash", "frozen_by", "frozen_at")}
            PlanVersion.objects.create(pilot=pilot, number=frozen.number + 1, reason="x", **copied)

    with pytest.raises(Refused) as refused:
        propose(pilot, source="desk", told=amend)

    assert refused.value.code == "plan_changed"
    assert not Quarantine.objects.exists()


def test_a_pilot_whose_months_were_retired_keeps_its_count(pilot):
    month = RetiredMonth.objects.create(month=BAD_DAY.date().replace(day=1), rows=1, retired_at=NOW)
    metric = pilot.metrics.get()
    Seal.objects.create(month=month, pilot=pilot, metric=metric, rows=1, digest=1)

    with pytest.raises(Refused, match="were retired") as refused:
        propose(pilot, source="desk")

    assert refused.value.code == "retired"
    assert not FaultyStretch.objects.exists()


def test_the_database_knows_who_is_no_second_person(pilot):
    break_clock(pilot)
    verdicts.judge(pilot_id=pilot.pk, now=NOW - timedelta(seconds=1))
    made = propose(pilot)

    for kind in (QuarantineActKind.APPLIED, QuarantineActKind.SECONDED):
        with pytest.raises(DatabaseError, match="second person"), transaction.atomic():
            QuarantineAct.objects.create(quarantine=made, kind=kind, by=pilot.owner, at=NOW)
