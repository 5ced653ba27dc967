from datetime import date, timedelta

import pytest

from pilots.actions import decisions, measurements, verdicts
from pilots.actions.refusals import NotAllowed, Refused
from pilots.models import Decision, Event, Pilot, Verdict
from tests.factories import NOW, make_manager, make_rows, make_running_pilot, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def pilot() -> Pilot:
    made = make_running_pilot()
    verdicts.judge(pilot_id=made.pk, now=NOW)
    return made


def sign(pilot: Pilot, **fields: object) -> Decision:
    newest = Verdict.objects.filter(pilot=pilot).latest()
    defaults = {
        "outcome": "stop",
        "reason": "It costs more than it saves.",
        "evidence_hash": newest.evidence_hash,
        "review_on": date(2027, 5, 1),
        "by": pilot.decider,
        "now": NOW,
    }
    return decisions.sign(pilot=pilot, **(defaults | fields))


def test_sign_keeps_the_evidence_that_was_seen(pilot: Pilot) -> None:
    decision = sign(pilot)

    assert decision.evidence_hash == Verdict.objects.get(pilot=pilot).evidence_hash
    assert Event.objects.filter(pilot=pilot, verb="decision.signed", actor=pilot.decider).count() == 1


def test_sign_stop_ends_the_pilot(pilot: Pilot) -> None:
    sign(pilot, outcome="stop")

    pilot.refresh_from_db()
    assert pilot.state == "decided"


def test_sign_refuses_a_second_signature(pilot: Pilot) -> None:
    sign(pilot)

    with pytest.raises(Refused, match="there is nothing to decide"):
        sign(pilot)

    assert Decision.objects.count() == 1


def test_the_owner_cannot_sign_her_own_pilot(pilot: Pilot) -> None:
    with pytest.raises(NotAllowed) as refusal:
        sign(pilot, by=pilot.owner)

    assert refusal.value.code == "proposer_cannot_sign"


@pytest.mark.parametrize("group", ["Managers", "Owners", "Auditors", "Viewers", "Reviewers"])
def test_nobody_but_the_named_decider_signs(pilot: Pilot, group: str) -> None:
    with pytest.raises(NotAllowed, match=r"Only .* signs"):
        sign(pilot, by=make_user("other", group))


def test_an_administrator_does_not_sign_in_her_place(pilot: Pilot) -> None:
    with pytest.raises(NotAllowed):
        sign(pilot, by=make_user("root", is_superuser=True))


def test_a_decider_who_lost_her_group_cannot_sign(pilot: Pilot) -> None:
    pilot.decider.groups.clear()

    with pytest.raises(NotAllowed):
        sign(pilot, by=type(pilot.decider).objects.get(pk=pilot.decider_id))


def test_sign_refuses_when_the_evidence_has_moved(pilot: Pilot) -> None:
    seen = Verdict.objects.get(pilot=pilot).evidence_hash
    measurements.record(pilot=pilot, rows=make_rows(5), now=NOW)
    verdicts.judge(pilot_id=pilot.pk, now=NOW + timedelta(minutes=1))

    with pytest.raises(Refused) as refusal:
        sign(pilot, evidence_hash=seen)

    assert refusal.value.code == "evidence_moved"


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"outcome": ""}, "outcome_missing"),
        ({"reason": "  "}, "reason_missing"),
        ({"outcome": "simplify"}, "removed_parts_missing"),
        ({"outcome": "extend"}, "extend_date"),
        ({"outcome": "extend", "extend_until": date(2026, 11, 30)}, "extend_date"),
        ({"review_on": date(2026, 11, 20)}, "review_date"),
        ({"review_on": date(2028, 1, 1)}, "review_date"),
    ],
)
def test_sign_refuses_what_is_incomplete(pilot: Pilot, fields: dict[str, object], code: str) -> None:
    with pytest.raises(Refused) as refusal:
        sign(pilot, **fields)

    assert refusal.value.code == code
    assert not Decision.objects.exists()


@pytest.mark.parametrize("field", ["operator", "removal_plan"])
def test_go_is_refused_while_the_charter_lacks_an_operator_or_a_removal_plan(
    pilot: Pilot, field: str
) -> None:
    Pilot.objects.filter(pk=pilot.pk).update(**{field: ""})

    with pytest.raises(Refused, match="Go cannot be signed yet"):
        sign(pilot, outcome="go")


def test_extend_moves_the_end_of_the_window_and_amends_the_plan(pilot: Pilot) -> None:
    sign(pilot, outcome="extend", extend_until=date(2026, 12, 10))

    pilot.refresh_from_db()
    newest = pilot.plans.latest("number")
    assert (pilot.state, pilot.window_end) == ("running", date(2026, 12, 10))
    assert (newest.number, newest.plan["extensions"]["used"]) == (2, 1)
    assert newest.plan["extensions"]["first_window_days"] == 30


def test_a_draft_has_nothing_to_sign() -> None:
    from tests.factories import make_ready_pilot

    draft = make_ready_pilot("draft", decider=make_manager("decider-2"))

    with pytest.raises(Refused, match="there is nothing to decide"):
        decisions.sign(
            pilot=draft,
            outcome="stop",
            reason="No.",
            evidence_hash="",
            review_on=date(2027, 1, 1),
            by=draft.decider,
            now=NOW,
        )
