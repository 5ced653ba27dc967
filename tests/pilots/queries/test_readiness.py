"""Each lint of the checklist, failing and passing."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

import pgtrigger
import pytest
from django.contrib.auth.models import User

from evaluations.models import AIModel
from pilots.actions import measurements, overrides
from pilots.actions.refusals import Refused
from pilots.admin.charter import tabs
from pilots.models import Goal, Metric, Pilot, StopTrigger
from pilots.queries.readiness import checklist, missing
from pilots.queries.readiness.point import Lint
from tests.factories import (
    NOW,
    make_candidate,
    make_deployment,
    make_manager,
    make_metric,
    make_owner,
    make_ready_pilot,
    make_user,
)

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


@dataclass(frozen=True)
class Pair:
    """What makes a point fail, what an owner does about it, and which other points fail for the same reason."""

    broken: Callable[[Pilot], object]
    mended: Callable[[Pilot], object]
    also: tuple[str, ...] = ()


def changed(field: str, wrong: object, right: object, *also: str) -> Pair:
    return Pair(change(**{field: wrong}), change(**{field: right}), also)


def of_metrics(wrong: dict[str, object], right: dict[str, object], *also: str) -> Pair:
    return Pair(
        lambda pilot: pilot.metrics.update(**wrong), lambda pilot: pilot.metrics.update(**right), also
    )


PAIRS = {
    Lint.FRICTION: changed("friction", " ", "Reading takes long."),
    Lint.PROMISE_WITHOUT_VOLUME: changed("volume_per_month", None, 400),
    Lint.PROMISE_WITHOUT_MINUTES: changed("minutes_per_item", None, 12),
    Lint.SCOPE_NOT_NARROW: changed("scope_out", "", "Complaints."),
    Lint.TWO_FLOWS: changed("workflow", "Sort tickets; answer tickets", "Sort tickets"),
    Lint.REAL_PROBLEM: changed("real_problem", "", "Tickets wait."),
    Lint.EXTRA_CONTROL: changed("extra_control", "", "Nowhere yet."),
    Lint.SILENT_FAILURE: changed("silent_failure", "", "A wrong queue."),
    Lint.SILENT_FAILURE_TRIGGER: Pair(
        change(silent_failure_trigger=None),
        lambda pilot: change(silent_failure_trigger=StopTrigger.objects.get())(pilot),
    ),
    Lint.OWNER: Pair(
        lambda pilot: User.objects.filter(pk=pilot.owner_id).update(is_active=False),
        lambda pilot: change(owner=make_owner())(pilot),
    ),
    Lint.DECIDER: Pair(
        lambda pilot: change(decider=make_user("nobody"))(pilot),
        lambda pilot: change(decider=make_manager())(pilot),
    ),
    Lint.WINDOW_TOO_SHORT: changed("window_end", date(2026, 11, 27), date(2026, 12, 31)),
    Lint.MAINTENANCE_TOO_SHORT: changed("maintenance_start", date(2026, 11, 25), date(2026, 11, 15)),
    Lint.BASELINE_TOO_SHORT: changed("baseline_start", date(2026, 10, 30), date(2026, 10, 18)),
    Lint.NO_PRIMARY: Pair(
        lambda pilot: pilot.candidates.update(role="challenger"),
        lambda pilot: pilot.candidates.update(role="primary"),
    ),
    Lint.ONE_KIND_OF_MODEL: Pair(
        lambda pilot: forget_overrides(pilot), lambda pilot: add_a_closed_challenger(pilot)
    ),
    Lint.NO_GOAL: Pair(
        lambda pilot: Goal.objects.all().delete(),
        lambda pilot: Goal.objects.create(metric=pilot.metrics.get(), margin=Decimal("0.3")),
    ),
    Lint.NO_TRIGGER: Pair(
        lambda pilot: StopTrigger.objects.all().delete(),
        lambda pilot: change(
            silent_failure_trigger=StopTrigger.objects.create(
                metric=pilot.metrics.get(), margin=Decimal("0.2"), response="fallback"
            )
        )(pilot),
        also=("silent_failure_trigger",),
    ),
    Lint.NO_FALLBACK_TRIGGER: Pair(
        lambda pilot: StopTrigger.objects.update(response="stop"),
        lambda pilot: StopTrigger.objects.update(response="fallback"),
    ),
    Lint.ACTIVITY_DECIDES: of_metrics({"link": "activity"}, {"link": "result"}, "fluent_not_correct"),
    Lint.MARGIN_AGAINST_NOTHING: of_metrics({"design": "absolute"}, {"design": "before_after"}),
    Lint.GOAL_ON_TOTAL: Pair(
        lambda pilot: Goal.objects.create(metric=make_total(pilot), target=100),
        lambda pilot: Goal.objects.filter(metric__key="spend").delete(),
    ),
    Lint.HARD_BY_CHANCE: Pair(
        lambda pilot: StopTrigger.objects.update(margin=None, limit=5, hard=True),
        lambda pilot: StopTrigger.objects.update(hard=False),
    ),
    Lint.FLUENT_NOT_CORRECT: of_metrics({"link": "cost"}, {"link": "safety"}),
    Lint.DEMO_AS_EVIDENCE: Pair(lambda pilot: record(pilot, "demo"), lambda pilot: record(pilot, "real")),
    Lint.FALLBACK_MISSING: changed("fallback_plan", "", "The team sorts by hand."),
    Lint.FALLBACK_UNDERESTIMATED: changed("fallback_cost_per_day", None, 300),
    Lint.COMPLEXITY_BEFORE_RULES: Pair(
        lambda pilot: pilot.integrations.create(name="Ticket system", added_on=date(2026, 11, 15)),
        lambda pilot: pilot.operating_rules.create(text="Ask a person.", stable_since=date(2026, 11, 1)),
    ),
    Lint.KIT: changed("kit", ["latency"], []),
    Lint.HOPELESS: of_metrics(
        {"expected_value": "2.6", "expected_sd": "1.5", "expected_before": "2.7", "planned_n": 100},
        {"expected_value": "1.5", "expected_sd": "1", "expected_before": "3", "planned_n": 500},
    ),
}


def forget_overrides(pilot: Pilot) -> None:
    with pgtrigger.ignore():
        pilot.overrides.all().delete()


def add_a_closed_challenger(pilot: Pilot) -> None:
    closed = make_deployment()
    AIModel.objects.filter(pk=closed.model_id).update(weights="closed")
    make_candidate(pilot, "challenger", role="challenger", deployment=closed)


def make_total(pilot: Pilot) -> Metric:
    return make_metric(pilot, "spend", estimand="total", design="absolute", link="cost")


def record(pilot: Pilot, provenance: str) -> None:
    rows = [{"metric": "review_minutes", "value": 3, "phase": "baseline", "provenance": provenance}]
    measurements.record(pilot=pilot, rows=rows, now=NOW)


def test_every_lint_of_the_register_has_a_pair() -> None:
    assert set(PAIRS) == set(Lint)


@pytest.mark.parametrize("lint", PAIRS, ids=str)
def test_each_mistake_fails_its_own_lint_and_what_the_fix_says_lets_it_pass(pilot: Pilot, lint: Lint) -> None:
    pair = PAIRS[lint]

    pair.broken(pilot)
    failing = {point.lint: point for point in missing(Pilot.objects.get(pk=pilot.pk))}
    pair.mended(pilot)

    assert set(failing) == {lint, *pair.also}
    assert all((failing[lint].field, failing[lint].reason, failing[lint].fix))
    assert failing[lint].field in tabs.HOME
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
