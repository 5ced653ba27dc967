"""The whole way on the pages: the owner writes and proposes, the decider signs, a second agrees, and it is taken out."""

import re
from collections.abc import Callable
from html import unescape
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client

from pilots.actions import verdicts
from pilots.models import Decision, FirstSignature, Pilot, Risk
from pilots.models.memo import Question
from pilots.queries import memo
from tests.factories import NOW, make_failures, make_manager, make_running_pilot, make_user, make_worse_pilot

SignedIn = Callable[[User], Client]
P = "/p/clause-check/"

pytestmark = pytest.mark.django_db


def say(response: Any) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", unescape(response.content.decode())))


def terms(outcome: str, **more: str) -> dict[str, str]:
    """What the decider's browser sends."""
    fingerprint = memo.load(Pilot.objects.get(), now=NOW).fingerprint
    given = {"outcome": outcome, "reason": "So it is.", "review_on": "2027-05-01", "fingerprint": fingerprint}
    return given | more


def write_and_propose(client: Client, pilot: Pilot, *, recommends: str) -> list[int]:
    """Four firm answers and a proposal, page by page."""
    risk = Risk.objects.create(pilot=pilot, text="It sounds right.", owner=pilot.owner, control="Samples.")
    answers = [
        client.post(
            f"{P}memo/answers/{question}/",
            {
                f"{question}-text": "In the mornings.",
                f"{question}-confidence": "high",
                f"{question}-evidence": [f"risk:{risk.pk}"],
            },
        )
        for question in Question.values
    ]
    proposal = client.post(f"{P}memo/proposal/", {"recommends": recommends, "note": "It helps."})
    return [each.status_code for each in (*answers, proposal)]


def test_a_comment_stands_beside_its_question_for_the_decider_and_moves_no_signature(
    signed_in: SignedIn,
) -> None:
    pilot = make_running_pilot()
    decider, viewer = signed_in(pilot.decider), signed_in(make_user("vera", "Viewers"))
    before = memo.load(pilot, now=NOW).fingerprint
    where = f"{P}memo/comments/time_gained/"

    kept = decider.post(where, {"comment": "Also <b>on Mondays</b>?"})
    answers = [
        viewer.post(where, {"comment": "I too."}),
        decider.post(where, {"comment": " "}),
        decider.post(f"{P}memo/comments/weather/", {"comment": "Rain."}),
    ]

    assert kept["Location"] == f"{P}memo/#q-time_gained"
    assert [each.status_code for each in answers] == [403, 422, 409]
    assert [(each.text, each.written_by) for each in pilot.memo_comments.all()] == [
        ("Also <b>on Mondays</b>?", pilot.decider)
    ]
    assert "&lt;b&gt;on Mondays&lt;/b&gt;?" in decider.get(f"{P}memo/").content.decode()
    assert memo.load(pilot, now=NOW).fingerprint == before


@pytest.mark.parametrize(
    ("outcome", "more", "state", "told"),
    [
        ("go", {"against_reason": "The board has seen enough."}, "decided", "Against the flag"),
        (
            "extend",
            {"extend_mode": "window", "extend_until": "2026-12-20", "settles": "The minutes."},
            "running",
            "The minutes.",
        ),
        ("simplify", {"removed_parts": "Contracts in French."}, "running", "Contracts in French."),
    ],
)
def test_each_outcome_from_the_owners_answers_to_the_frozen_pdf(
    signed_in: SignedIn, outcome: str, more: dict[str, str], state: str, told: str
) -> None:
    pilot = make_running_pilot()
    verdicts.judge(pilot_id=pilot.pk, now=NOW)
    make_failures(pilot)
    owner, decider = signed_in(pilot.owner), signed_in(pilot.decider)

    written = write_and_propose(owner, pilot, recommends=outcome)
    refused = owner.post(f"{P}sign/", terms(outcome, **more))
    signed = decider.post(f"{P}sign/", terms(outcome, **more), follow=True)

    pilot.refresh_from_db()
    pdf = decider.get(f"{P}decisions/{Decision.objects.get().pk}/memo.pdf").content
    assert (written, refused.status_code) == ([302] * 5, 409)
    assert told in say(signed)
    assert say(signed).count("In the mornings.") == 4
    assert pilot.state == state
    assert pdf[:5] == b"%PDF-"


def test_against_a_stop_a_second_manager_signs_on_her_own_page_and_nobody_else(signed_in: SignedIn) -> None:
    pilot = make_worse_pilot()
    write_and_propose(signed_in(pilot.owner), pilot, recommends="simplify")
    decider = signed_in(pilot.decider)
    more = {"removed_parts": "Contracts in French.", "against_reason": "The rest goes well."}

    waiting = decider.post(f"{P}sign/", terms("simplify", **more), follow=True)
    page = f"{P}sign/{FirstSignature.objects.get().pk}/"
    refused = [
        signed_in(person).post(f"{page}second/").status_code for person in (pilot.owner, pilot.decider)
    ]
    second = signed_in(make_manager("jonas")).post(f"{page}second/", follow=True)

    assert "A second signer is needed: The machine's flag is stop." in say(waiting)
    assert refused == [403, 403]
    assert "Signed by both: Simplify." in say(second)
    assert str(Decision.objects.get().seconded_by) == "jonas"


def test_a_second_manager_declines_with_a_reason_and_nothing_follows(signed_in: SignedIn) -> None:
    pilot = make_worse_pilot()
    make_failures(pilot)
    write_and_propose(signed_in(pilot.owner), pilot, recommends="go")
    decider, jonas = signed_in(pilot.decider), signed_in(make_manager("jonas"))
    decider.post(f"{P}sign/", terms("go", against_reason="A new law leaves no time."))
    page = f"{P}sign/{FirstSignature.objects.get().pk}/"

    silent = jonas.post(f"{page}decline/", {"reason": ""})
    declined = jonas.post(f"{page}decline/", {"reason": "The law comes in June."}, follow=True)
    late = jonas.post(f"{page}second/")

    assert (silent.status_code, late.status_code) == (409, 409)
    assert "Nothing follows from the first signature." in say(declined)
    assert Decision.objects.count() == 0


def test_what_was_stopped_is_taken_out_step_by_step_by_who_runs_it(signed_in: SignedIn) -> None:
    pilot = make_worse_pilot()
    decider, owner = signed_in(pilot.decider), signed_in(pilot.owner)
    decider.post(f"{P}sign/", terms("stop"))

    refused = decider.post(f"{P}removal/1/done/")
    early = owner.post(f"{P}removal/finish/", {"lessons": "Ask lawyers first."})
    ticked = owner.post(f"{P}removal/1/done/", follow=True)
    closed = owner.post(f"{P}removal/finish/", {"lessons": "Ask lawyers first."}, follow=True)

    pilot.refresh_from_db()
    assert (refused.status_code, early.status_code) == (403, 409)
    assert "Done: Switch the inbox rule off." in say(ticked)
    assert "Clause check is closed." in say(closed)
    assert pilot.state == "closed"
