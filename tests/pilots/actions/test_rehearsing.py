"""A draft trigger is judged on the rows of the past, day by day, and leaves nothing behind."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from pilots.actions import measurements, verdicts
from pilots.models import Event, Pilot, Verdict
from pilots.queries import rehearsals
from pilots.queries.rehearsals import Draft, NotJudgeable
from tests.factories import NOW, make_metric, make_pilot, make_ready_pilot, make_rows, make_running_pilot

pytestmark = pytest.mark.django_db

MARGIN = Draft(metric="review_minutes", margin=Decimal("0.2"))


@pytest.fixture
def pilot() -> Pilot:
    return make_running_pilot()


def days(pilot: Pilot, *values: float, each: int = 40, **fields: object) -> None:
    """So many rows a day up to yesterday's noon, a value a day; and a baseline of 300 about 3, of October."""
    before = make_rows(300, phase="baseline", start=NOW.replace(month=10))
    measurements.record(pilot=pilot, rows=before, now=NOW, atomic=True)
    for ago, value in zip(range(len(values), 0, -1), values, strict=True):
        start = NOW - timedelta(days=ago)
        measurements.record(
            pilot=pilot, rows=make_rows(each, value=value, start=start, **fields), now=NOW, atomic=True
        )


def test_it_says_on_which_day_and_after_how_much(pilot: Pilot) -> None:
    days(pilot, 3, 3, 4, 5, 5)

    found = rehearsals.run(pilot=pilot, draft=MARGIN, now=NOW)

    assert [(f"{look.at:%d}", look.result.status.value) for look in found.rehearsal.looks] == [
        ("15", "INSUFFICIENT"),
        ("16", "INSUFFICIENT"),
        ("17", "INSUFFICIENT"),
        ("18", "BREACHED"),
        ("19", "BREACHED"),
    ]
    assert found.rehearsal.sentence.startswith(
        "Would have fired on 18 November 2026, after 4 days and 160 items: review minutes 3.75 min against 3 min before"
    )


def test_it_agrees_with_what_the_judge_recorded_day_by_day(pilot: Pilot) -> None:
    days(pilot, 3, 4, 5, 5)
    looked = [
        verdicts.judge(pilot_id=pilot.pk, now=NOW.replace(day=day, hour=23)) for day in (16, 17, 18, 19)
    ]

    found = rehearsals.run(pilot=pilot, draft=MARGIN, now=NOW)

    codes = [verdict.code for verdict in looked if verdict]
    assert codes == ["COLLECTING", "COLLECTING", "HARM", "HARM"]
    assert [look.result.status.value for look in found.rehearsal.looks][:3] == [
        "INSUFFICIENT", "INSUFFICIENT", "BREACHED",
    ]  # fmt: skip


def test_a_breach_that_the_pilot_carries_does_not_fire_a_wider_draft(pilot: Pilot) -> None:
    days(pilot, 5, 5)
    verdicts.judge(pilot_id=pilot.pk, now=NOW)

    wider = rehearsals.run(pilot=pilot, draft=Draft(metric="review_minutes", margin=Decimal("9")), now=NOW)

    assert Verdict.objects.get(pilot=pilot).code == "HARM"
    assert wider.rehearsal.fired is None


def test_a_baseline_that_was_recorded_late_is_there_from_the_first_day(pilot: Pilot) -> None:
    measurements.record(pilot=pilot, rows=make_rows(300, phase="baseline"), now=NOW, atomic=True)
    rows = make_rows(60, value=5, start=NOW - timedelta(days=4))
    measurements.record(pilot=pilot, rows=rows, now=NOW, atomic=True)

    found = rehearsals.run(pilot=pilot, draft=MARGIN, now=NOW)

    assert [look.result.status.value for look in found.rehearsal.looks] == ["BREACHED"]


def test_nothing_is_written(pilot: Pilot) -> None:
    days(pilot, 5)
    before = (Event.objects.count(), Verdict.objects.count())

    rehearsals.run(pilot=pilot, draft=MARGIN, now=NOW)

    assert (Event.objects.count(), Verdict.objects.count()) == before


def test_a_metric_without_a_trigger_can_be_rehearsed_and_would_come_late(pilot: Pilot) -> None:
    make_metric(pilot, "cost", unit="EUR")
    draft = Draft(metric="review_minutes", limit=Decimal("4"))
    days(pilot, 5, 5)

    found = rehearsals.run(pilot=pilot, draft=draft, now=NOW)

    assert found.rehearsal.fired is not None
    assert found.rehearsal.trigger.limit == Decimal("4")


def test_a_draft_pilot_has_a_plan_from_its_rows_and_no_past() -> None:
    found = rehearsals.run(pilot=make_ready_pilot(), draft=MARGIN, now=NOW)

    assert found.plan.version == 0
    assert found.rehearsal.sentence == "There is no measurement of the pilot to rehearse on yet."


def test_demo_numbers_fire_nothing_in_a_real_pilot(pilot: Pilot) -> None:
    days(pilot, 6, 6, provenance="demo")

    assert rehearsals.run(pilot=pilot, draft=MARGIN, now=NOW).rehearsal.looks == ()


def test_the_number_of_looks_is_bounded_and_earlier_days_still_count(
    pilot: Pilot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rehearsals, "MOST_LOOKS", 2)
    days(pilot, 3, 3, 3, 3)

    found = rehearsals.run(pilot=pilot, draft=MARGIN, now=NOW)

    assert found.left_out == 2
    assert [look.result.after.n for look in found.rehearsal.looks if look.result.after] == [120, 160]


def test_a_look_costs_the_same_number_of_queries_however_many_rows_there_are(pilot: Pilot) -> None:
    days(pilot, 3, 3, each=5)
    with CaptureQueriesContext(connection) as few:
        rehearsals.run(pilot=pilot, draft=MARGIN, now=NOW)
    rows = make_rows(60, value=3, start=NOW - timedelta(days=1), source="more")
    measurements.record(pilot=pilot, rows=rows, now=NOW, atomic=True)

    with CaptureQueriesContext(connection) as many:
        found = rehearsals.run(pilot=pilot, draft=MARGIN, now=NOW)

    assert [look.result.after.n for look in found.rehearsal.looks if look.result.after] == [5, 70]
    assert len(many) == len(few)


@pytest.mark.parametrize(
    ("draft", "sentence"),
    [
        (Draft(metric="nonsense", margin=Decimal(1)), "There is no metric nonsense. The pilot has review_minutes."),
        (Draft(metric="review_minutes"), "Give either a margin or a limit, and not both."),
    ],
)  # fmt: skip
def test_what_cannot_be_judged_is_refused(pilot: Pilot, draft: Draft, sentence: str) -> None:
    with pytest.raises(NotJudgeable) as refusal:
        rehearsals.run(pilot=pilot, draft=draft, now=NOW)

    assert str(refusal.value) == sentence


def test_a_pilot_without_a_candidate_says_so() -> None:
    pilot = make_pilot()
    make_metric(pilot, margin="0.2")

    with pytest.raises(NotJudgeable, match="no primary candidate yet"):
        rehearsals.run(pilot=pilot, draft=MARGIN, now=NOW)
