from datetime import date, timedelta

import pytest
from django.db import DatabaseError, transaction

from pilots.actions import charters, lifecycle, pilots, verdicts
from pilots.actions.refusals import Refused, WrongState
from pilots.models import Event, Pilot
from pilots.queries import looks
from tests import factories
from tests.factories import NOW, answer_all, make_owner, make_ready_pilot, make_running_pilot

pytestmark = pytest.mark.django_db
AFTER = NOW.replace(month=12, day=1)  # the window of the factories ends on 30 November


def events(pilot: Pilot, *verbs: str) -> list[str]:
    found = Event.objects.filter(pilot=pilot, verb__in=verbs).order_by("id")
    return list(found.values_list("verb", flat=True))


def due(pilot: Pilot) -> Pilot:
    lifecycle.watch(now=AFTER)
    pilot.refresh_from_db()
    return pilot


def sign(pilot: Pilot, outcome: str, **more: object) -> Pilot:
    pilot = Pilot.objects.get(pk=pilot.pk)
    answer_all(pilot, now=AFTER)
    factories.sign(pilot, outcome, now=AFTER, **more)
    pilot.refresh_from_db()
    return pilot


def test_a_complete_draft_is_made_ready_and_then_started() -> None:
    pilot = make_ready_pilot()

    ready = pilots.make_ready(pilot=pilot, by=pilot.owner, now=NOW)
    pilots.start(pilot=ready, by=pilot.owner, now=NOW)

    started = Event.objects.get(pilot=pilot, verb="pilot.started")
    assert (ready.state, started.before, started.after["state"]) == ("ready", {"state": "ready"}, "running")


def test_a_draft_that_lacks_something_is_not_ready() -> None:
    pilot = make_ready_pilot(friction="")

    with pytest.raises(pilots.NotReady, match="Nobody said what hurts today"):
        pilots.make_ready(pilot=pilot, by=pilot.owner, now=NOW)


def test_an_edit_that_opens_a_point_makes_a_ready_pilot_a_draft_again() -> None:
    pilot = make_ready_pilot()
    pilots.make_ready(pilot=pilot, by=pilot.owner, now=NOW)
    pilot = Pilot.objects.get(pk=pilot.pk)
    pilot.friction = ""

    charters.save(pilot=pilot, by=pilot.owner)
    charters.record_change(
        pilot=pilot, by=pilot.owner, now=NOW, before={"friction": "x"}, after={"friction": ""}
    )

    assert Pilot.objects.get(pk=pilot.pk).state == "draft"
    assert events(pilot, "pilot.taken_back", "pilot.changed") == ["pilot.taken_back", "pilot.changed"]


def test_a_pilot_on_its_last_day_is_not_due_yet() -> None:
    pilot = make_running_pilot()

    lifecycle.watch(now=NOW.replace(month=11, day=30))

    assert Pilot.objects.get(pk=pilot.pk).state == "running"


@pytest.mark.parametrize("paused", [False, True])
def test_the_day_after_the_window_the_decision_is_due_once(paused: bool) -> None:
    pilot = make_running_pilot()
    if paused:
        pilots.pause(pilot=pilot, by=pilot.owner, reason="Holidays.", now=NOW)

    lifecycle.watch(now=AFTER)
    lifecycle.watch(now=AFTER + timedelta(hours=1))

    assert Pilot.objects.get(pk=pilot.pk).state == "decision_due"
    assert events(pilot, "pilot.decision_due") == ["pilot.decision_due"]


def test_a_pilot_whose_decision_is_due_is_judged_on() -> None:
    pilot = due(make_running_pilot())

    verdict = verdicts.judge(pilot_id=pilot.pk, now=AFTER)

    assert verdict is not None
    assert looks.due(now=AFTER + timedelta(days=1)) == [pilot.pk]


def test_a_decision_nobody_signs_is_overdue_after_a_week_and_said_once() -> None:
    pilot = due(make_running_pilot())
    late = AFTER + timedelta(days=7)

    lifecycle.watch(now=late - timedelta(days=1))
    assert events(pilot, "pilot.decision_overdue") == []
    lifecycle.watch(now=late)
    lifecycle.watch(now=late)

    assert Pilot.objects.get(pk=pilot.pk).overdue_since == late
    assert events(pilot, "pilot.decision_overdue") == ["pilot.decision_overdue"]


def test_an_extension_lets_a_due_pilot_run_to_a_new_end() -> None:
    pilot = due(make_running_pilot())
    lifecycle.watch(now=AFTER + timedelta(days=7))
    verdicts.judge(pilot_id=pilot.pk, now=AFTER)

    pilot = sign(pilot, "extend", extend_until=date(2026, 12, 20))

    assert (pilot.state, pilot.window_end, pilot.overdue_since) == ("running", date(2026, 12, 20), None)


def test_a_stopped_pilot_is_decided_and_closed_with_what_was_learned() -> None:
    pilot = due(make_running_pilot())
    verdicts.judge(pilot_id=pilot.pk, now=AFTER)
    pilot = sign(pilot, "stop", against_reason="Too few items a day.")

    with pytest.raises(Refused, match="Give a reason"):
        pilots.close(pilot=pilot, by=pilot.owner, reason=" ", now=AFTER)
    closed = pilots.close(pilot=pilot, by=pilot.owner, reason="Too few items a day.", now=AFTER)

    assert (closed.state, closed.is_settled) == ("closed", True)
    with pytest.raises(WrongState, match="is closed"):
        pilots.resume(pilot=closed, by=pilot.owner, reason="Again.", now=AFTER)


def test_the_database_knows_no_way_back_from_closed() -> None:
    pilot = make_running_pilot()
    Pilot.objects.filter(pk=pilot.pk).update(state="decided")
    Pilot.objects.filter(pk=pilot.pk).update(state="closed")

    with pytest.raises(DatabaseError, match="Invalid transition"), transaction.atomic():
        Pilot.objects.filter(pk=pilot.pk).update(state="running")


def test_an_owner_who_left_is_found_once_and_a_hand_over_ends_it() -> None:
    pilot = make_running_pilot(deputy=make_owner("deputy"))
    pilot.owner.is_active = False
    pilot.owner.save()

    lifecycle.watch(now=NOW)
    lifecycle.watch(now=NOW)
    found = Pilot.objects.get(pk=pilot.pk)
    pilots.hand_over(
        pilot=found,
        to=make_owner("new"),
        by=found.deputy,
        reason="She left.",
        now=NOW,  # type: ignore[arg-type]
    )
    lifecycle.watch(now=NOW)

    assert found.ownerless_since == NOW
    assert Pilot.objects.get(pk=pilot.pk).ownerless_since is None
    assert events(pilot, "pilot.ownerless") == ["pilot.ownerless"]


def test_an_owner_who_runs_pilots_again_is_back() -> None:
    pilot = make_running_pilot()
    groups = list(pilot.owner.groups.all())
    pilot.owner.groups.clear()
    lifecycle.watch(now=NOW)

    pilot.owner.groups.set(groups)
    lifecycle.watch(now=NOW)

    assert events(pilot, "pilot.ownerless", "pilot.owned_again") == ["pilot.ownerless", "pilot.owned_again"]
