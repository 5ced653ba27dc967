"""A model that does more by itself must have been tried on adverse cases, and not long ago (R09)."""

from datetime import timedelta

import pytest
from django.test import Client

from evaluations.models import Result, Run, Suite
from pilots.actions import runs
from pilots.models import Pilot
from pilots.queries import adverse, facts, plans, reach
from tests.factories import NOW, make_running_pilot
from tests.pilots.scheduled import make_schedule

pytestmark = pytest.mark.django_db


@pytest.fixture
def pilot() -> Pilot:
    return make_running_pilot(autonomy="act")


def tried(pilot: Pilot, *, is_adverse: bool = True) -> None:
    """Two tasks, one passed."""
    make_schedule(pilot, tasks=2)
    Suite.objects.update(adverse=is_adverse)
    run = runs.start_due(now=NOW)[0].run
    for number, case in enumerate(run.suite_version.cases.order_by("key")):
        Result.objects.create(
            target=run.targets.get(),
            case=case,
            outcome="ok",
            score=float(number),
            passed=bool(number),
            input_tokens=400 + 200 * number,
            asked_at=NOW,
        )
    Run.objects.update(state="done", finished_at=NOW)


def blockers(pilot: Pilot, days: int = 0) -> list[str]:
    known = facts.load(pilot, plans.current(pilot)[1], as_of=NOW + timedelta(days=days))
    return [each for each in known.blockers if "adverse" in each]


def test_without_an_adverse_run_a_model_that_acts_is_not_let_go(pilot: Pilot) -> None:
    tried(pilot, is_adverse=False)

    assert blockers(pilot) == [
        "The model acts by itself, and was not tried on adverse cases. Put a suite marked as adverse to it, on a schedule."
    ]


def test_an_adverse_run_counts_for_thirty_days(pilot: Pilot) -> None:
    tried(pilot)

    found = adverse.newest(pilot, until=NOW)
    assert found is not None
    assert (found.suite, found.share.n, found.share.share) == ("Tickets", 2, 0.5)
    assert blockers(pilot, days=30) == []
    assert blockers(pilot, days=31) == [
        f"The model acts by itself, and was last tried on adverse cases 31 days ago (run {found.run}; at most 30). "
        "Put them to it again."
    ]


def test_a_model_that_only_suggests_needs_none_and_costs_no_query(django_assert_num_queries) -> None:
    with django_assert_num_queries(0):
        assert adverse.blockers(Pilot(autonomy="suggest"), as_of=NOW) == ()


@pytest.mark.parametrize(
    ("budget", "words"), [(600, "590 tokens of 600"), (500, "Over the budget of the charter.")]
)
def test_the_page_shows_level_context_beside_its_budget_and_bad_cases(
    pilot: Pilot, client: Client, budget: int, words: str
) -> None:
    tried(pilot)
    Pilot.objects.update(context_budget_tokens=budget)
    client.force_login(pilot.decider)

    shown = client.get(f"/p/{pilot.slug}/")

    found = shown.context["reach"]
    assert (found.level, found.context.n, found.context.p95, found.context.per_item) == (
        "Acts by itself",
        2,
        590.0,
        500.0,
    )
    assert words in " ".join(shown.content.decode().split())
    assert "50 % of 2 passed" in " ".join(shown.content.decode().split())


def test_what_was_never_asked_is_said_and_costs_no_query(pilot: Pilot, django_assert_num_queries) -> None:
    with django_assert_num_queries(0):
        found = reach.reach(pilot, now=NOW, was_asked=False)

    assert (found.context, found.adverse, found.over_budget) == (None, None, False)
