from datetime import timedelta

import pytest

from pilots.actions import incidents, verdicts
from pilots.actions.refusals import NotAllowed, Refused, WrongState
from pilots.models import Event, Pilot
from tests.factories import NOW, make_owner, make_ready_pilot, make_running_pilot, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def pilot() -> Pilot:
    return make_running_pilot()


@pytest.mark.parametrize(
    ("kind", "said"),
    [
        ("critical", "1 critical incident (limit 0)"),
        ("data_leak", "1 data leak reported"),
        ("kill_switch", "the kill switch was pulled by"),
    ],
)
def test_a_report_stops_the_pilot_at_the_next_look(pilot: Pilot, kind: str, said: str) -> None:
    incidents.report(
        pilot=pilot, kind=kind, text="A letter went to the wrong client.", by=pilot.owner, now=NOW
    )

    verdict = verdicts.judge(pilot_id=pilot.pk, now=NOW)

    assert verdict is not None
    assert (verdict.flag, verdict.code) == ("stop", "HARD")
    assert said in verdict.reason


def test_a_report_is_kept_in_the_audit_log(pilot: Pilot) -> None:
    incidents.report(pilot=pilot, kind="critical", text="Lost.", by=pilot.owner, now=NOW)

    event = Event.objects.get(verb="incident.reported")
    assert (event.actor, event.reason, event.after) == (pilot.owner, "Lost.", {"kind": "critical"})


def test_a_reviewer_may_report_and_a_viewer_may_not(pilot: Pilot) -> None:
    incidents.report(pilot=pilot, kind="critical", text="Lost.", by=make_user("rita", "Reviewers"), now=NOW)

    with pytest.raises(NotAllowed):
        incidents.report(pilot=pilot, kind="critical", text="Lost.", by=make_user("vic", "Viewers"), now=NOW)


def test_who_reported_cannot_take_it_back(pilot: Pilot) -> None:
    incident = incidents.report(pilot=pilot, kind="critical", text="Lost.", by=pilot.owner, now=NOW)

    with pytest.raises(NotAllowed, match="somebody else"):
        incidents.withdraw(incident=incident, reason="Not true.", by=pilot.owner, now=NOW)


def test_an_owner_of_another_pilot_cannot_take_it_back(pilot: Pilot) -> None:
    incident = incidents.report(pilot=pilot, kind="critical", text="Lost.", by=pilot.owner, now=NOW)

    with pytest.raises(NotAllowed, match="runs or signs"):
        incidents.withdraw(incident=incident, reason="Not true.", by=make_owner(), now=NOW)


def test_a_second_person_takes_it_back_and_the_stop_goes(pilot: Pilot) -> None:
    incident = incidents.report(pilot=pilot, kind="critical", text="Lost.", by=pilot.owner, now=NOW)
    verdicts.judge(pilot_id=pilot.pk, now=NOW)

    incidents.withdraw(incident=incident, reason="It was a test letter.", by=pilot.decider, now=NOW)
    verdict = verdicts.judge(pilot_id=pilot.pk, now=NOW + timedelta(days=1))

    assert verdict is not None
    assert verdict.flag == "collecting"
    with pytest.raises(Refused, match="already"):
        incidents.withdraw(incident=incident, reason="Again.", by=pilot.decider, now=NOW)


def test_a_draft_has_nothing_to_stop() -> None:
    draft = make_ready_pilot("draft")

    with pytest.raises(WrongState):
        incidents.report(pilot=draft, kind="critical", text="Lost.", by=draft.owner, now=NOW)


def test_a_report_needs_words(pilot: Pilot) -> None:
    with pytest.raises(Refused, match="Say what happened"):
        incidents.report(pilot=pilot, kind="critical", text=" ", by=pilot.owner, now=NOW)
