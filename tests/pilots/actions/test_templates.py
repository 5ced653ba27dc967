"""Pilots that begin with a template or with another pilot."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from evaluations.models import Suite
from pilots.actions import incidents, pilots, templates
from pilots.actions.refusals import NotAllowed
from pilots.models import Event, Metric, Pilot
from pilots.models.kit import LINKS, Kit
from pilots.queries.readiness import missing
from pilots.queries.templates import templates as ready_made
from tests.factories import NOW, make_deployment, make_manager, make_owner, make_running_pilot, make_user

pytestmark = pytest.mark.django_db
KEYS = ["contract-check", "internal-search", "invoice-reading", "marketing-images", "ticket-triage"]


def begin(key: str, **more: Any) -> Pilot:
    basics = templates.Basics(
        name=ready_made()[key].name,
        decider=make_manager(),
        volume_per_month=1800,
        minutes_per_item=Decimal("4"),
        **more,
    )
    return templates.start_from(template=ready_made()[key], basics=basics, by=make_owner(), now=NOW)


def complete(pilot: Pilot) -> None:
    """What no template can know: which model, what it costs to move, how much control there is."""
    pilot.candidates.create(slug="open", name="Open", role="primary", deployment=make_deployment())
    closed = make_deployment()
    closed.model.weights = "closed"
    closed.model.save()
    pilot.candidates.create(slug="closed", name="Closed", role="challenger", deployment=closed)
    pilot.migration_cost = Decimal(4000)
    pilot.save()
    for axis in ("weights", "data_path", "pace", "risk_surface"):
        pilot.control_scores.create(axis=axis, score=1, evidence="Read in the contract.", dated_on=NOW.date())
    pilot.ecosystem_findings.create(part="releases", score=2, evidence="Monthly.", dated_on=NOW.date())


def test_with_a_reason_for_what_can_wait_a_draft_can_start_at_once() -> None:
    known = {"migration_cost": Decimal(4000), "deployment": make_deployment()}

    asked = {point.code for point in missing(begin("ticket-triage", **known))}
    pilot = begin("ticket-triage", **known, left_open="Looked into later.")

    left = {row.code: (row.reason, row.overridden_by) for row in pilot.overrides.all()}
    assert asked == {"one_kind_of_model", "kit_control", "kit_ecosystem"}
    assert left == dict.fromkeys(asked, ("Looked into later.", pilot.owner))
    assert missing(pilot) == []


def test_a_reason_for_what_can_wait_leaves_nothing_else_open() -> None:
    pilot = begin("ticket-triage", left_open="Looked into later.")

    assert {point.code for point in missing(pilot)} == {"no_primary", "kit_migration_cost"}


def test_there_are_five() -> None:
    assert list(ready_made()) == KEYS


@pytest.mark.parametrize("key", KEYS)
def test_each_template_runs_once_its_owner_has_said_what_only_she_knows(key: str) -> None:
    pilot = begin(key)

    asked = {point.code for point in missing(pilot)}
    complete(pilot)
    left = [point.reason for point in missing(pilot)]
    pilots.start(pilot=pilot, by=pilot.owner, now=NOW)

    assert asked == {"no_primary", "kit_migration_cost", "kit_control", "kit_ecosystem"}
    assert left == []
    assert Pilot.objects.get().state == "running"


@pytest.mark.parametrize("key", KEYS)
def test_each_template_measures_the_whole_kit_and_activity_decides_nothing(key: str) -> None:
    pilot = begin(key)

    metrics = {metric.key: metric for metric in Metric.objects.select_related("goal", "stop_trigger")}
    deciding = [each for each in metrics.values() if hasattr(each, "goal") or hasattr(each, "stop_trigger")]

    assert pilot.kit == Kit.values
    assert {kit: metrics[kit].link for kit in list(Kit)[4:]} == {kit: LINKS[kit] for kit in list(Kit)[4:]}
    assert "activity" not in {metric.link for metric in deciding}
    assert pilot.silent_failure_trigger is not None


def test_the_plan_is_made_for_the_volume_of_the_team() -> None:
    begin("ticket-triage")

    minutes = Metric.objects.get(key="review_minutes")

    # 1,800 a month are 3,316 in eight weeks, a fifth of them timed; expected is half of today's four minutes
    assert (minutes.planned_n, minutes.expected_value, minutes.expected_before) == (663, 2, 4)


def test_a_suite_comes_along_whose_examples_are_marked_as_made_up() -> None:
    begin("ticket-triage")

    suite = Suite.objects.get()
    cases = suite.versions.get().cases.all()
    assert (suite.slug, suite.prompts.count()) == ("ticket-triage-tasks", 1)
    assert {case.provenance for case in cases} == {"synthetic"}


def test_a_second_pilot_of_the_same_name_has_an_address_of_its_own() -> None:
    assert [begin("ticket-triage").slug, begin("ticket-triage").slug] == ["ticket-triage", "ticket-triage-2"]


def test_who_may_not_log_pilots_starts_none() -> None:
    basics = templates.Basics(
        name="X", decider=make_manager(), volume_per_month=1, minutes_per_item=Decimal(1)
    )

    with pytest.raises(NotAllowed):
        templates.start_from(
            template=ready_made()["ticket-triage"], basics=basics, by=make_user("x", "Viewers"), now=NOW
        )
    assert not Suite.objects.exists()


def test_a_copy_has_the_rules_and_none_of_the_history() -> None:
    old = make_running_pilot()
    old.risks.create(text="It drifts.", state="accepted", accepted_until=NOW.date())
    incidents.report(pilot=old, kind="critical", text="It broke.", happened_at=NOW, by=old.owner, now=NOW)
    copier = make_owner()

    new = templates.copy(
        pilot=old, name="Clause check again", decider=old.decider, by=copier, now=NOW + timedelta(days=30)
    )

    metric = new.metrics.get()
    assert (new.slug, new.state, new.owner, new.friction) == (
        "clause-check-again",
        "draft",
        copier,
        old.friction,
    )
    assert (metric.goal.margin, metric.stop_trigger.margin) == (Decimal("0.3"), Decimal("0.2"))
    assert new.silent_failure_trigger == metric.stop_trigger
    assert [each.slug for each in new.candidates.all()] == ["primary"]
    assert new.window_end - new.window_start == old.window_end - old.window_start
    assert (new.risks.get().state, new.incidents.count(), new.plans.count()) == ("open", 0, 0)
    assert Event.objects.filter(pilot=new).values_list("verb", flat=True).get() == "pilot.logged"
