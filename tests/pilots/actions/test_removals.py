from datetime import timedelta

import pytest

from pilots.actions import removals, verdicts
from pilots.actions.refusals import NotAllowed, Refused
from pilots.models import Pilot, PlanStep, Removal
from tests.factories import NOW, make_running_pilot, sign

pytestmark = pytest.mark.django_db


@pytest.fixture
def removal() -> Removal:
    pilot = make_running_pilot(data_return="The index is deleted.")
    PlanStep.objects.create(pilot=pilot, plan="removal", what="Switch the rule off.", minutes=10)
    verdicts.judge(pilot_id=pilot.pk, now=NOW)
    sign(pilot, "stop")
    return Removal.objects.get(pilot=pilot)


def test_a_stop_opens_the_checklist_with_the_planned_steps_and_the_data_last(removal: Removal) -> None:
    steps = [(step.what, step.planned_minutes, step.done_at) for step in removal.steps.all()]

    assert steps == [("Switch the rule off.", 10, None), ("Data: The index is deleted.", None, None)]
    assert (removal.opened_at, removal.finished_at) == (NOW, None)


def test_a_pilot_without_steps_is_removed_by_its_plan() -> None:
    pilot = make_running_pilot()
    verdicts.judge(pilot_id=pilot.pk, now=NOW)

    sign(pilot, "stop")

    assert [step.what for step in Removal.objects.get().steps.all()] == ["Switch the inbox rule off."]


def test_the_last_step_closes_the_pilot_and_the_minutes_are_kept(removal: Removal) -> None:
    owner = removal.pilot.owner
    for position in (1, 2):
        removals.tick(
            removal=removal, position=position, by=owner, now=NOW + timedelta(minutes=20 * position)
        )

    pilot = removals.finish(removal=removal, lessons="Ask sooner.", by=owner, now=NOW + timedelta(minutes=47))

    drill = pilot.drills.get(plan="removal")
    assert (pilot.state, drill.minutes, drill.worked) == ("closed", 47, True)
    assert Removal.objects.get().took == timedelta(minutes=47)


def test_it_is_not_finished_while_a_step_is_open_or_by_who_does_not_run_the_pilot(removal: Removal) -> None:
    pilot = removal.pilot
    with pytest.raises(Refused, match="still open"):
        removals.finish(removal=removal, lessons="Done.", by=pilot.owner, now=NOW)
    with pytest.raises(NotAllowed):
        removals.tick(removal=removal, position=1, by=pilot.decider, now=NOW)

    assert Pilot.objects.get().state == "decided"
