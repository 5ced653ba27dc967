from datetime import date, timedelta

import pytest
from django.db import DatabaseError, transaction

from pilots.actions import measurements, seconds, verdicts
from pilots.actions.refusals import NotAllowed, Refused
from pilots.models import Decision, FirstSignature, Pilot, SecondSignature
from tests.copied_rows import copied
from tests.factories import (
    NOW,
    answer_all,
    make_failures,
    make_manager,
    make_rows,
    make_running_pilot,
    make_user,
    make_worse_pilot,
    sign,
)

pytestmark = pytest.mark.django_db
WHY = "A new law leaves no time."


@pytest.fixture
@copied
def pilot() -> Pilot:
    """Review minutes got worse, so the flag is stop."""
    made = make_worse_pilot()
    answer_all(made)
    make_failures(made)
    return made


@pytest.fixture
def first(pilot: Pilot) -> FirstSignature:
    found = sign(pilot, "go", against_reason=WHY)
    assert isinstance(found, FirstSignature)
    return found


def test_nothing_follows_from_a_first_signature_against_a_stop(pilot: Pilot, first: FirstSignature) -> None:
    pilot.refresh_from_db()

    assert (pilot.state, Decision.objects.count()) == ("running", 0)
    assert first.needed_because == "The machine's flag is stop."


def test_a_second_manager_agrees_and_the_decision_names_both(pilot: Pilot, first: FirstSignature) -> None:
    other = make_manager("other")

    decision = seconds.second(first=first, by=other, now=NOW + timedelta(hours=1))

    pilot.refresh_from_db()
    assert (decision.signed_by, decision.seconded_by, pilot.state) == (pilot.decider, other, "decided")
    assert decision.signed_at == NOW
    assert decision.memo_hash == first.fingerprint


def test_more_figures_of_the_same_flag_do_not_hinder_the_second_who_reads_what_the_first_read(
    pilot: Pilot, first: FirstSignature
) -> None:
    later = NOW + timedelta(hours=1)
    more = make_rows(20, value=6.0, start=later, phase="pilot")
    measurements.record(pilot=pilot, rows=more, now=later, atomic=True)
    verdicts.judge(pilot_id=pilot.pk, now=later)

    decision = seconds.second(first=first, by=make_manager(), now=later)

    assert (decision.verdict, decision.evidence_hash) == (first.verdict, first.verdict.evidence_hash)


@pytest.mark.parametrize("group", ["Owners", "Reviewers", "Auditors", "Viewers"])
def test_only_who_signs_decisions_may_sign_second(first: FirstSignature, group: str) -> None:
    with pytest.raises(NotAllowed):
        seconds.second(first=first, by=make_user("other", group), now=NOW)


def test_neither_the_first_signer_nor_the_owner_signs_second(pilot: Pilot, first: FirstSignature) -> None:
    pilot.owner.groups.set(pilot.decider.groups.all())

    for person in (pilot.decider, pilot.owner):
        with pytest.raises(NotAllowed):
            seconds.second(first=first, by=person, now=NOW)

    assert Decision.objects.count() == 0


def test_the_database_refuses_a_second_signature_by_the_first_signer(first: FirstSignature) -> None:
    decision = Decision(
        pilot=first.pilot,
        outcome="go",
        reason="It.",
        verdict=first.verdict,
        evidence_hash="a",
        signed_by=first.signed_by,
        signed_at=NOW,
        review_on=date(2027, 5, 1),
    )
    decision.save()

    with pytest.raises(DatabaseError, match="must be another than the first"), transaction.atomic():
        SecondSignature.objects.create(
            first=first, kind="seconded", by=first.signed_by, at=NOW, decision=decision
        )


def test_a_decliner_says_why_and_the_decider_may_sign_anew(pilot: Pilot, first: FirstSignature) -> None:
    other = make_manager("other")
    with pytest.raises(Refused, match="Say why you decline"):
        seconds.decline(first=first, reason=" ", by=other, now=NOW)
    with pytest.raises(Refused, match="You have signed already"):
        sign(pilot, "stop")

    seconds.decline(first=first, reason="The flag is right.", by=other, now=NOW)

    with pytest.raises(Refused, match="answered already"):
        seconds.second(first=first, by=other, now=NOW)
    assert sign(pilot, "stop").outcome == "stop"


def test_a_third_extension_needs_a_second_signer() -> None:
    pilot = make_running_pilot()
    verdicts.judge(pilot_id=pilot.pk, now=NOW)
    answer_all(pilot)

    made = [sign(pilot, "extend", extend_until=date(2026, 12, day)) for day in (10, 20, 30)]

    pilot.refresh_from_db()
    assert [type(each) for each in made] == [Decision, Decision, FirstSignature]
    assert made[2].needed_because == "It has been extended twice already."
    assert pilot.window_end == date(2026, 12, 20)
