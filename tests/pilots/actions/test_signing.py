from datetime import date, timedelta
from typing import Any

import pytest

from pilots.actions import findings, measurements, memos, verdicts
from pilots.actions.refusals import NotAllowed, Refused
from pilots.judging.canonical import digest
from pilots.memos.structure import Document
from pilots.models import Decision, Event, Pilot, Verdict
from pilots.queries import memo
from tests.copied_rows import copied
from tests.factories import (
    NOW,
    answer_all,
    make_failures,
    make_manager,
    make_rows,
    make_running_pilot,
    make_user,
    sign,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
@copied
def pilot() -> Pilot:
    made = make_running_pilot()
    verdicts.judge(pilot_id=made.pk, now=NOW)
    return made


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
    seen = memo.load(pilot, now=NOW).fingerprint
    measurements.record(pilot=pilot, rows=make_rows(5), now=NOW)
    verdicts.judge(pilot_id=pilot.pk, now=NOW + timedelta(minutes=1))

    with pytest.raises(Refused) as refusal:
        sign(pilot, fingerprint=seen)

    assert refusal.value.code == "evidence_moved"


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"outcome": ""}, "outcome_missing"),
        ({"outcome": "maybe"}, "outcome_missing"),
        ({"reason": "  "}, "reason_missing"),
        ({"outcome": "simplify", "removed_parts": ""}, "removed_parts_missing"),
        ({"outcome": "extend", "extend_mode": ""}, "extend_mode_missing"),
        ({"outcome": "extend", "settles": " "}, "settles_missing"),
        ({"outcome": "extend", "extend_mode": "scope"}, "removed_parts_missing"),
        ({"outcome": "extend", "extend_until": None}, "extend_date"),
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
    answer_all(pilot)
    Pilot.objects.filter(pk=pilot.pk).update(**{field: ""})

    with pytest.raises(Refused, match="Go cannot be signed yet"):
        sign(pilot, outcome="go")


def test_extend_moves_the_end_of_the_window_and_amends_the_plan(pilot: Pilot) -> None:
    answer_all(pilot)

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
        sign(draft, fingerprint="none")


def test_go_is_refused_while_one_answer_is_diffuse(pilot: Pilot) -> None:
    answer_all(pilot)
    memos.answer(
        pilot=pilot,
        question="risk_increases",
        text="Perhaps nowhere.",
        confidence="high",
        evidence=[],
        by=pilot.owner,
        now=NOW,
    )

    with pytest.raises(Refused, match=r"Diffuse: Where does risk increase\? It rests on no evidence\."):
        sign(pilot, "go", against_reason="I believe in it.")

    assert sign(pilot, "extend").outcome == "extend"


@pytest.mark.parametrize("confidence", ["low", "unclear"])
def test_an_answer_its_author_is_not_sure_of_is_diffuse(pilot: Pilot, confidence: str) -> None:
    answer_all(pilot, confidence=confidence)

    with pytest.raises(Refused, match="Diffuse"):
        sign(pilot, "go", against_reason="I believe in it.")


def test_go_is_refused_until_failures_were_found_or_enough_items_were_searched(
    pilot: Pilot, settings: Any
) -> None:
    answer_all(pilot)
    settings.PILOT_SEARCHED_NEEDED = 2
    why = r"Failures: 0 examples and 1 item searched; 3 examples or 2 searched items are needed\."

    def search(item: str) -> None:
        values = {"unit_id": item, "source": "person", "verdict": "accepted"}
        findings.record_review(pilot=pilot, values=values, by=pilot.owner, token=None, now=NOW)

    search("contract-1")
    with pytest.raises(Refused, match=why):
        sign(pilot, "go", against_reason="I believe in it.")
    search("contract-2")

    assert sign(pilot, "go", against_reason="I believe in it.").outcome == "go"


@pytest.mark.parametrize("outcome", ["go", "extend", "simplify"])
def test_what_nobody_answered_can_only_be_stopped(pilot: Pilot, outcome: str) -> None:
    with pytest.raises(Refused, match=r"Not answered: Where is time gained\?"):
        sign(pilot, outcome, against_reason="No.")

    assert sign(pilot, "stop").outcome == "stop"


def test_against_the_flag_a_reason_is_asked_for_and_kept(pilot: Pilot) -> None:
    answer_all(pilot)
    make_failures(pilot)

    with pytest.raises(Refused) as refusal:
        sign(pilot, "go")
    decision = sign(pilot, "go", against_reason="A new law leaves no time.")

    assert refusal.value.code == "against_reason_missing"
    assert (decision.outcome, decision.against_reason) == ("go", "A new law leaves no time.")


def test_who_wrote_the_memo_does_not_decide_even_once_she_is_the_decider(pilot: Pilot) -> None:
    answer_all(pilot)
    author, other = pilot.owner, make_manager("other-owner")
    Pilot.objects.filter(pk=pilot.pk).update(owner=other, decider=author)
    author.groups.set(other.groups.all())
    pilot.refresh_from_db()

    with pytest.raises(NotAllowed) as refusal:
        sign(pilot, "stop", by=type(author).objects.get(pk=author.pk))

    assert refusal.value.code == "proposer_cannot_sign"


def test_simplify_runs_on_without_the_parts_which_leave_the_scope(pilot: Pilot) -> None:
    answer_all(pilot)

    sign(pilot, "simplify", removed_parts="Contracts in French.")

    pilot.refresh_from_db()
    assert pilot.state == "running"
    assert pilot.scope_out.endswith("Removed by decision of 20 November 2026: Contracts in French.")
    assert pilot.charters.first().charter["scope_out"] == pilot.scope_out


def test_a_new_answer_moves_the_evidence(pilot: Pilot) -> None:
    seen = memo.load(pilot, now=NOW).fingerprint
    answer_all(pilot)

    with pytest.raises(Refused) as refusal:
        sign(pilot, fingerprint=seen)

    assert refusal.value.code == "evidence_moved"


def test_what_was_signed_is_frozen_with_its_hash_and_its_pdf(pilot: Pilot) -> None:
    decision = sign(pilot, lessons="Ask sooner.")

    kept = decision.memo
    document = Document.read(kept.data, kept.persons)
    assert kept.data_hash == digest(kept.data.encode()) == document.hash
    assert (document.memo.fingerprint, document.signature.lessons) == (decision.memo_hash, "Ask sooner.")
    assert document.data().decode() == kept.data
    assert (bytes(kept.pdf)[:5], digest(bytes(kept.pdf))) == (b"%PDF-", kept.pdf_hash)


def test_a_correction_supersedes_and_the_first_stays_as_it_was(pilot: Pilot) -> None:
    answer_all(pilot)
    first = sign(pilot, "stop")
    pilot.refresh_from_db()

    second = sign(pilot, "extend", supersedes=first)

    pilot.refresh_from_db()
    first.refresh_from_db()
    assert (first.outcome, first.superseded_by, second.supersedes) == ("stop", second, first)
    assert (pilot.state, hasattr(pilot, "removal")) == ("running", False)
    with pytest.raises(Refused, match="Only the decision that stands"):
        sign(pilot, "stop", supersedes=first)
