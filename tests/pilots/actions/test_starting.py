import pytest

from pilots.actions import pilots
from pilots.actions.refusals import NotAllowed, Refused, WrongState
from pilots.models import Event, Goal, Pilot, StopTrigger
from tests.factories import NOW, make_owner, make_pilot, make_ready_pilot, make_running_pilot, make_user

pytestmark = pytest.mark.django_db


def test_start_freezes_the_plan_and_logs_who_started() -> None:
    pilot = make_ready_pilot()

    version = pilots.start(pilot=pilot, by=pilot.owner, now=NOW)

    pilot.refresh_from_db()
    assert (pilot.state, pilot.started_by, version.number) == ("running", pilot.owner, 1)
    assert [goal["margin"] for goal in version.plan["goals"]] == ["0.3"]
    assert Event.objects.filter(pilot=pilot, verb="pilot.started", actor=pilot.owner).count() == 1


def test_start_names_everything_that_is_missing() -> None:
    pilot = make_pilot(volume_per_month=None, minutes_per_item=None, scope_out="")

    with pytest.raises(pilots.NotReady) as refusal:
        pilots.start(pilot=pilot, by=pilot.owner, now=NOW)

    assert {point.field for point in refusal.value.missing} == {
        "volume_per_month",
        "minutes_per_item",
        "scope_out",
        "candidates",
        "goals",
        "triggers",
        "silent_failure_trigger",
    }


def test_an_activity_metric_cannot_decide() -> None:
    pilot = make_ready_pilot()
    pilot.metrics.update(link="activity")

    with pytest.raises(pilots.NotReady, match="counts activity"):
        pilots.start(pilot=pilot, by=pilot.owner, now=NOW)


@pytest.mark.parametrize(
    ("metric", "named"),
    [
        ({"design": "absolute"}, "has nothing to be better or worse than"),
        ({"design": "absolute", "estimand": "total"}, "can only be limited"),
    ],
)
def test_criteria_that_cannot_be_judged_block_the_start(metric: dict[str, str], named: str) -> None:
    pilot = make_ready_pilot()
    pilot.metrics.update(**metric)

    with pytest.raises(pilots.NotReady, match=named):
        pilots.start(pilot=pilot, by=pilot.owner, now=NOW)


def test_a_hard_trigger_belongs_to_a_total() -> None:
    pilot = make_ready_pilot()
    StopTrigger.objects.update(margin=None, limit=5, hard=True)

    with pytest.raises(pilots.NotReady, match="would fire by chance"):
        pilots.start(pilot=pilot, by=pilot.owner, now=NOW)


def test_a_decider_without_the_right_to_sign_blocks_the_start() -> None:
    pilot = make_ready_pilot(decider=make_user("no-manager", "Viewers"))

    with pytest.raises(pilots.NotReady, match="may not sign"):
        pilots.start(pilot=pilot, by=pilot.owner, now=NOW)


def test_only_who_runs_the_pilot_starts_it() -> None:
    pilot = make_ready_pilot()

    with pytest.raises(NotAllowed):
        pilots.start(pilot=pilot, by=make_owner("somebody-else"), now=NOW)


def test_a_pilot_starts_once() -> None:
    pilot = make_running_pilot()

    with pytest.raises(WrongState):
        pilots.start(pilot=pilot, by=pilot.owner, now=NOW)


def test_the_frozen_plan_does_not_follow_later_edits() -> None:
    pilot = make_running_pilot()

    Goal.objects.filter(metric__pilot=pilot).update(margin="0.9")

    assert pilot.plans.get().plan["goals"][0]["margin"] == "0.3"


def test_hand_over_keeps_both_names() -> None:
    pilot = make_running_pilot()
    before, successor = pilot.owner, make_owner("successor")

    pilots.hand_over(pilot=pilot, to=successor, by=before, reason="Parental leave.", now=NOW)

    event = Event.objects.get(verb="pilot.handed_over")
    assert Pilot.objects.get().owner == successor
    assert (event.before["owner"], event.after["owner"]) == (before.username, "successor")


def test_the_decider_cannot_become_the_owner() -> None:
    pilot = make_running_pilot()

    with pytest.raises(Refused, match="cannot own the pilot she signs"):
        pilots.hand_over(pilot=pilot, to=pilot.decider, by=pilot.owner, reason="Why not.", now=NOW)


def test_pausing_asks_for_a_reason() -> None:
    pilot = make_running_pilot()

    with pytest.raises(Refused, match="Give a reason"):
        pilots.pause(pilot=pilot, by=pilot.owner, reason=" ", now=NOW)


def test_a_paused_pilot_resumes() -> None:
    pilot = make_running_pilot()
    pilots.pause(pilot=pilot, by=pilot.owner, reason="Holidays.", now=NOW)

    resumed = pilots.resume(pilot=pilot, by=pilot.owner, reason="Everybody is back.", now=NOW)

    assert resumed.state == "running"
