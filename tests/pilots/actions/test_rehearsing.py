"""A draft trigger is judged on the rows of the past, day by day, and leaves nothing behind."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from pilots.actions import amendments, measurements, verdicts
from pilots.actions.changes import Act, Changes, Kind, RuleChange
from pilots.judging.rehearsal import Look
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


@pytest.mark.parametrize("bound", ["MOST_LOOKS", "MOST_ROW_READS"])
def test_many_numbers_are_looked_at_less_often_and_all_of_them_count(
    pilot: Pilot, monkeypatch: pytest.MonkeyPatch, bound: str
) -> None:
    monkeypatch.setattr(rehearsals, bound, {"MOST_LOOKS": 2, "MOST_ROW_READS": 1000}[bound])
    if bound == "MOST_ROW_READS":
        monkeypatch.setattr(rehearsals, "days_of", lambda *_: None)
    days(pilot, 3, 3, 3, 3)

    found = rehearsals.run(pilot=pilot, draft=MARGIN, now=NOW)

    assert found.every == 2
    assert [
        (f"{look.at:%d}", look.result.after.n) for look in found.rehearsal.looks if look.result.after
    ] == [
        ("17", 80),
        ("19", 160),
    ]


@pytest.mark.parametrize(
    "fields",
    [
        {"outcome": "refused"},
        {"outcome": "infra_error"},
        {"outcome": "timeout"},
        {"unit_id": "contract-7"},
        {"fingerprint": "f" * 64},
    ],
    ids=lambda fields: next(iter(fields.values()))[:9],
)
def test_days_and_rows_tell_the_same(
    pilot: Pilot, monkeypatch: pytest.MonkeyPatch, fields: dict[str, object]
) -> None:
    days(pilot, 3, 4, 5)
    for ago in (3, 2):
        odd = make_rows(4, value=4, start=NOW - timedelta(days=ago, hours=2), source="odd", **fields)
        measurements.record(pilot=pilot, rows=odd, now=NOW, atomic=True)
    known = rehearsals.run(pilot=pilot, draft=MARGIN, now=NOW)
    monkeypatch.setattr(rehearsals, "days_of", lambda *_: None)

    read_again = rehearsals.run(pilot=pilot, draft=MARGIN, now=NOW)

    assert [_figures(look) for look in known.rehearsal.looks] == [
        _figures(look) for look in read_again.rehearsal.looks
    ]


def _figures(look: Look) -> tuple[object, ...]:
    """Everything but the wording of outcomes, which totals of days do not tell apart."""
    result = look.result
    after = result.after
    return (
        look.at.date(),
        result.status,
        result.estimate,
        result.interval,
        result.epoch,
        after and (after.n, after.days, after.value),
    )


def test_numbers_from_before_a_restart_are_rehearsed_too(pilot: Pilot) -> None:
    days(pilot, 5, 5)
    loosened = RuleChange(kind=Kind.GOAL, act=Act.CHANGE, metric="review_minutes", margin=Decimal("0.1"))
    amendment = amendments.propose(
        pilot=pilot, changes=Changes(rules=(loosened,)), reason="Less will do.", by=pilot.owner, now=NOW
    )
    amendments.second(amendment=amendment, by=pilot.decider, now=NOW)

    found = rehearsals.run(pilot=pilot, draft=MARGIN, now=NOW + timedelta(hours=1))

    assert found.plan.metrics[0].counts_from == NOW
    assert [look.result.after.n for look in found.rehearsal.looks if look.result.after] == [40, 80]


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
