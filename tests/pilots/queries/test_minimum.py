"""The four minimum metrics and the time to a first accepted output."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from decimal import Decimal

import pytest

from evaluations.models import Prompt, Run, Suite, SuiteVersion
from pilots.actions import journal
from pilots.models import Pilot, PilotRun
from pilots.models.profile import ControlAxis, EcosystemPart
from pilots.queries import changes, minimum
from tests.factories import NOW, make_ready_pilot

pytestmark = pytest.mark.django_db
TODAY = NOW.date()


@pytest.fixture
def pilot() -> Pilot:
    pilot = make_ready_pilot()  # wage 60, cost of the move 2,000
    Pilot.objects.filter(pk=pilot.pk).update(created_at=NOW - timedelta(days=20))
    pilot.refresh_from_db()
    return pilot


def told(value: minimum.Value) -> tuple[float | None, str, str]:
    return value.value, value.basis.value, value.sentence


def test_the_cost_of_the_move_is_estimated_until_all_of_it_is_entered(pilot: Pilot) -> None:
    estimated = minimum.migration_cost(pilot)
    pilot.move_costs.create(spent_on=TODAY, what="Mailbox", hours=Decimal(10), spend=Decimal(150))
    begun = minimum.migration_cost(pilot)
    pilot.move_costs.create(spent_on=TODAY, what="Suite", hours=Decimal(5), is_last=True)

    assert told(estimated) == (2000, "estimated", "The move is expected to cost 2,000 EUR")
    assert told(begun) == (2000, "estimated", "The move is expected to cost 2,000 EUR; 750 EUR spent so far")
    assert told(minimum.migration_cost(pilot)) == (1050, "measured", "The move cost 1,050 EUR")


def test_hours_without_a_wage_are_never_free(pilot: Pilot) -> None:
    pilot.wage_per_hour = None
    pilot.move_costs.create(spent_on=TODAY, what="Suite", hours=Decimal(5), is_last=True)

    assert told(minimum.migration_cost(pilot)) == (
        2000,
        "estimated",
        "The move is expected to cost 2,000 EUR; 0 EUR spent so far; hours are not counted, since no wage is given",
    )


def test_an_axis_nobody_rated_is_what_the_catalogue_says(pilot: Pilot) -> None:
    candidates = list(pilot.candidates.all())  # open weights, asked at its maker

    value = minimum.control(pilot, candidates, today=TODAY)

    assert [(part.name, part.value) for part in value.parts] == [
        ("Weights", 3),
        ("Data path", 0),
        ("Pace of change", None),
        ("Risk surface", None),
    ]
    assert (value.value, value.basis) == (1.5, "estimated")


def test_control_is_measured_when_every_axis_has_fresh_evidence(pilot: Pilot) -> None:
    for axis in ControlAxis:
        pilot.control_scores.create(axis=axis, score=2, evidence="Read.", dated_on=TODAY)
    pilot.control_scores.create(axis="pace", score=0, evidence="Changed at night.", dated_on=date(2026, 1, 1))

    value = minimum.control(pilot, [], today=TODAY)

    assert told(value) == (
        2,
        "measured",
        "2.0 of 3: weights 2, data path 2, pace of change 2, risk surface 2",
    )


def test_old_findings_on_the_ecosystem_go_grey_and_count_no_more(pilot: Pilot) -> None:
    for part, dated in zip(EcosystemPart, [TODAY, TODAY, date(2026, 1, 1)], strict=False):
        pilot.ecosystem_findings.create(part=part, score=2, evidence="Seen.", dated_on=dated)

    value = minimum.ecosystem(pilot, today=TODAY)

    assert [part.is_old for part in value.parts] == [False, False, True, False, False]
    assert told(value) == (
        2,
        "estimated",
        "2.0 of 3: releases 2, issues 2; old and not counted: documentation; "
        "not looked into: adapters, fine-tunes and tools, support",
    )


@pytest.fixture
def run_at(pilot: Pilot) -> Callable[[datetime], None]:
    suite = Suite.objects.create(slug="own", name="Own", scorer="exact")
    version = SuiteVersion.objects.create(suite=suite, number=1, content_hash="0" * 64, case_count=1)
    schedule = pilot.schedules.create(suite_version=version)

    def finish(at: datetime) -> None:
        run = Run.objects.create(
            suite_version=version, state="done", planned_results=0, created_at=at, finished_at=at
        )
        PilotRun.objects.create(pilot=pilot, schedule=schedule, run=run)

    return finish


def test_iteration_speed_is_computed_from_changes_and_the_runs_after_them(
    pilot: Pilot, run_at: Callable[[datetime], None]
) -> None:
    for days in (10, 4):
        journal.write(
            pilot=pilot,
            kind="prompt",
            text="Shorter.",
            happened_on=TODAY - timedelta(days=days),
            by=pilot.owner,
            now=NOW,
        )
    journal.write(pilot=pilot, kind="price", text="Up.", happened_on=TODAY, by=pilot.owner, now=NOW)
    midnight = NOW.replace(hour=0)
    for days in (12, 9, 1):
        run_at(midnight - timedelta(days=days))

    value = minimum.iteration_speed(pilot, now=NOW)

    assert told(value) == (
        2.0,
        "measured",
        "2.0 days from a change to its evaluated result, in the median: 2 changes, 0.7 a week",
    )
    assert [change.label for change in changes.of_pilot(pilot)] == [
        "Prompt changed: Shorter.",
        "Prompt changed: Shorter.",
        "Price changed: Up.",
    ]


def test_a_later_prompt_of_its_suite_is_a_change_and_the_first_is_none(
    pilot: Pilot, run_at: Callable[[datetime], None]
) -> None:
    suite = Suite.objects.get()
    for version in (1, 2):
        Prompt.objects.create(suite=suite, slug="first", version=version, content_hash=f"{version}")

    assert [change.label for change in changes.of_pilot(pilot)] == ["Prompt first, version 2"]
    assert minimum.iteration_speed(pilot, now=NOW).basis == "not measured"


def test_the_first_accepted_output_is_a_persons_word_for_each_candidate(pilot: Pilot) -> None:
    for days, verdict, source in (
        (15, "accepted", "model_judge"),
        (12, "rejected", "person"),
        (8, "accepted", "person"),
    ):
        pilot.reviews.create(
            candidate=pilot.candidates.get(),
            unit_id=f"{days}",
            source=source,
            verdict=verdict,
            reviewed_at=NOW - timedelta(days=days),
            recorded_at=NOW,
            reviewer=pilot.owner,
        )

    value = minimum.load(pilot, now=NOW).first_accepted

    assert told(value) == (12, "measured", "From the charter: Primary 12 days")
    assert [(part.evidence, part.dated_on) for part in value.parts] == [
        ("accepted by a person", TODAY - timedelta(days=8))
    ]


def test_what_is_not_known_says_so() -> None:
    pilot = make_ready_pilot(migration_cost=None)
    pilot.candidates.all().delete()

    values = list(minimum.load(pilot, now=NOW))

    assert {value.basis.value for value in values} == {"not measured"}
    assert [value.value for value in values] == [None] * 5
