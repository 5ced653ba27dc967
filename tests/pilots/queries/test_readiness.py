"""Each point of the checklist, failing and passing."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal

import pgtrigger
import pytest

from evaluations.models import AIModel
from pilots.actions import measurements, overrides
from pilots.actions.refusals import Refused
from pilots.models import Goal, Pilot, StopTrigger
from pilots.queries.readiness import checklist, missing
from tests.factories import NOW, make_candidate, make_deployment, make_ready_pilot, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def pilot() -> Pilot:
    return make_ready_pilot()


def codes(pilot: Pilot) -> list[str]:
    return [point.code for point in missing(Pilot.objects.get(pk=pilot.pk))]


def change(**fields: object) -> Callable[[Pilot], object]:
    return lambda pilot: Pilot.objects.filter(pk=pilot.pk).update(**fields)


def test_nothing_is_missing_of_a_complete_draft(pilot: Pilot) -> None:
    assert codes(pilot) == []


BREAK: dict[str, Callable[[Pilot], object]] = {
    "friction": change(friction=" "),
    "promise_without_volume": change(volume_per_month=None),
    "promise_without_minutes": change(minutes_per_item=None),
    "scope_not_narrow": change(scope_out=""),
    "two_flows": change(workflow="Sort tickets; answer tickets"),
    "real_problem": change(real_problem=""),
    "extra_control": change(extra_control=""),
    "silent_failure": change(silent_failure=""),
    "silent_failure_trigger": change(silent_failure_trigger=None),
    "decider": lambda pilot: change(decider=make_user("nobody"))(pilot),
    "window_too_short": change(window_end=date(2026, 11, 27)),
    "maintenance_too_short": change(maintenance_start=date(2026, 11, 25)),
    "no_primary": lambda pilot: pilot.candidates.all().delete(),
    "one_kind_of_model": lambda pilot: forget_overrides(pilot),
    "no_goal": lambda pilot: Goal.objects.all().delete(),
    "fluent_not_correct": lambda pilot: pilot.metrics.update(link="cost"),
    "activity_decides": lambda pilot: pilot.metrics.update(link="activity"),
    "margin_against_nothing": lambda pilot: pilot.metrics.update(design="absolute"),
    "fallback_missing": change(fallback_plan=""),
    "fallback_underestimated": change(fallback_cost_per_day=None),
    "complexity_before_rules": lambda pilot: pilot.integrations.create(
        name="Ticket system", added_on=date(2026, 11, 1)
    ),
    "demo_as_evidence": lambda pilot: record_demo(pilot),
}


def forget_overrides(pilot: Pilot) -> None:
    with pgtrigger.ignore():
        pilot.overrides.all().delete()


def record_demo(pilot: Pilot) -> None:
    rows = [{"metric": "review_minutes", "value": 3, "phase": "baseline", "provenance": "demo"}]
    measurements.record(pilot=pilot, rows=rows, now=NOW)


@pytest.mark.parametrize("code", BREAK)
def test_each_point_is_named_when_it_is_missing(pilot: Pilot, code: str) -> None:
    BREAK[code](pilot)

    assert code in codes(pilot)


def test_a_trigger_that_would_notice_is_enough_for_the_silent_failure(pilot: Pilot) -> None:
    StopTrigger.objects.all().delete()

    assert codes(pilot) == ["silent_failure_trigger", "no_trigger"]


def test_rules_that_settled_let_a_system_be_connected(pilot: Pilot) -> None:
    pilot.integrations.create(name="Ticket system", added_on=date(2026, 11, 15))
    pilot.operating_rules.create(text="Unsure answers go to a person.", stable_since=date(2026, 11, 1))

    assert codes(pilot) == []


def test_a_goal_out_of_reach_is_said_before_the_start(pilot: Pilot) -> None:
    pilot.metrics.update(
        expected_value=Decimal("2.6"),
        expected_sd=Decimal("1.5"),
        expected_before=Decimal("2.7"),
        planned_n=100,
    )

    assert codes(pilot) == ["hopeless_goal:review_minutes", "hopeless_stop:review_minutes"]


def test_a_goal_within_reach_is_said_with_its_probability(pilot: Pilot) -> None:
    pilot.metrics.update(
        expected_value=Decimal("1.5"), expected_sd=Decimal("1"), expected_before=Decimal("3"), planned_n=500
    )

    goal, trigger = checklist(Pilot.objects.get(pk=pilot.pk)).forecast

    assert goal.probability is not None
    assert goal.probability > 0.95
    assert trigger.sentence.startswith("review minutes: ")


def test_a_point_left_open_no_longer_keeps_it_from_starting(pilot: Pilot) -> None:
    change(scope_out="")(pilot)

    overrides.override(pilot=pilot, code="scope_not_narrow", reason="One mailbox.", by=pilot.owner, now=NOW)

    fresh = Pilot.objects.get(pk=pilot.pk)
    assert missing(fresh) == []
    left = {point.code for point, _ in checklist(fresh).overridden}
    assert left == {"one_kind_of_model", "scope_not_narrow"}


def test_what_must_be_there_cannot_be_left_open(pilot: Pilot) -> None:
    change(silent_failure="")(pilot)

    with pytest.raises(Refused, match="cannot be left open"):
        overrides.override(pilot=pilot, code="silent_failure", reason="Later.", by=pilot.owner, now=NOW)


def test_two_models_of_different_kinds_need_no_reason(pilot: Pilot) -> None:
    closed = make_deployment()
    AIModel.objects.filter(pk=closed.model_id).update(weights="closed")
    make_candidate(pilot, "challenger", role="challenger", deployment=closed)

    assert checklist(pilot).overridden == []
