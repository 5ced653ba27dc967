import re
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client

from pilots.actions import measurements, verdicts
from pilots.models import Decision, Pilot, Verdict
from pilots.queries import memo
from tests.factories import (
    NOW,
    answer_all,
    make_manager,
    make_pilot,
    make_rows,
    make_running_pilot,
    make_user,
)

SignedIn = Callable[[User], Client]
PAGE = "/p/clause-check/sign/"

pytestmark = pytest.mark.django_db


def filled_in(**changes: str) -> dict[str, str]:
    """What the decider's browser sends."""
    return {
        "outcome": "stop",
        "reason": "It costs more than it saves.",
        "review_on": "2027-05-01",
        "extend_until": "",
        "removed_parts": "",
        "fingerprint": memo.load(Pilot.objects.get(), now=NOW).fingerprint,
        **changes,
    }


def say(response: Any) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", response.content.decode()))


def test_the_decider_signs_and_reads_it_on_the_pilots_page(pilot: Pilot, signed_in: SignedIn) -> None:
    response = signed_in(pilot.decider).post(PAGE, filled_in(), follow=True)

    decision = Decision.objects.get()
    assert (decision.outcome, decision.signed_by, decision.review_on) == (
        "stop",
        pilot.decider,
        date(2027, 5, 1),
    )
    assert response.redirect_chain == [(f"/p/clause-check/decisions/{decision.pk}/", 302)]
    assert "Signed: Stop. Your reason is kept with it." in say(response)


def test_nothing_is_preselected(pilot: Pilot, signed_in: SignedIn) -> None:
    page = signed_in(pilot.decider).get(PAGE).content.decode()

    radios = re.findall(r'<input type="radio" name="outcome" value="(\w+)"([^>]*)>', page)
    assert radios == [("go", ""), ("extend", ""), ("simplify", ""), ("stop", "")]


def test_signing_without_a_choice_is_refused_and_keeps_the_words(pilot: Pilot, signed_in: SignedIn) -> None:
    data = filled_in(reason="Kept words.")
    del data["outcome"]

    response = signed_in(pilot.decider).post(PAGE, data)

    assert response.status_code == 422
    assert "Choose one of the four. Nothing is preselected, on purpose." in say(response)
    assert "Kept words." in say(response)
    assert Decision.objects.count() == 0


@pytest.mark.parametrize(
    ("changes", "field", "sentence"),
    [
        ({"reason": ""}, "reason", "This field is required."),
        (
            {"outcome": "extend", "extend_mode": "window", "settles": "It."},
            "extend_until",
            "Set a new end after 30 November 2026, and in the future.",
        ),
        ({"outcome": "simplify"}, "removed_parts", "Name the parts that are removed."),
        ({"review_on": "2030-01-01"}, "review_on", "Set a review date within the next twelve months."),
        ({"review_on": "soon"}, "review_on", "Enter a valid date."),
    ],
)
def test_what_an_outcome_lacks_is_said_at_its_field(
    pilot: Pilot, signed_in: SignedIn, changes: dict[str, str], field: str, sentence: str
) -> None:
    response = signed_in(pilot.decider).post(PAGE, filled_in(**changes))

    assert response.status_code == 422
    assert response.context["form"].errors == {field: [sentence]}
    assert Decision.objects.count() == 0


def test_go_is_refused_while_the_charter_has_blockers(signed_in: SignedIn) -> None:
    pilot = make_running_pilot(operator="")
    verdicts.judge(pilot_id=pilot.pk, now=NOW)
    answer_all(pilot)
    client = signed_in(pilot.decider)

    before, response = client.get(PAGE), client.post(PAGE, filled_in(outcome="go"))

    assert "Cannot be signed yet: No operator is named for after the pilot." in say(before)
    assert response.status_code == 409
    assert "Go cannot be signed yet. No operator is named for after the pilot." in say(response)


def test_evidence_that_moved_is_shown_again_with_the_entries_kept(pilot: Pilot, signed_in: SignedIn) -> None:
    data = filled_in(outcome="stop", reason="Kept words.")
    measurements.record(pilot=pilot, rows=make_rows(5, value=9.0, phase="pilot", segment="late"), now=NOW)
    measurements.record(
        pilot=pilot, rows=[row | {"external_id": f"late-{i}"} for i, row in enumerate(make_rows(5))], now=NOW
    )
    newer = verdicts.judge(pilot_id=pilot.pk, now=NOW)
    assert newer is not None
    client = signed_in(pilot.decider)

    response = client.post(PAGE, data)

    page = response.content.decode()
    assert response.status_code == 409
    assert "New evidence came in since you opened the page. Read it again, then sign." in say(response)
    assert "Kept words." in page
    assert re.search(r'value="stop" checked', page)
    assert f'name="fingerprint" value="{memo.load(pilot, now=NOW).fingerprint}"' in page
    assert Decision.objects.count() == 0


def test_the_owner_reads_who_signs(pilot: Pilot, signed_in: SignedIn) -> None:
    client = signed_in(pilot.owner)

    shown, refused = client.get(PAGE), client.post(PAGE, filled_in())

    sentence = f"You run this pilot, so you cannot sign its decision. {pilot.decider} signs."
    assert (shown.status_code, refused.status_code) == (403, 409)
    assert sentence in say(shown)
    assert sentence in say(refused)
    assert "What do you decide?" not in say(shown)
    assert Decision.objects.count() == 0


@pytest.mark.parametrize("group", ["Owners", "Managers", "Reviewers", "Auditors", "Viewers"])
def test_everybody_else_reads_who_signs(pilot: Pilot, signed_in: SignedIn, group: str) -> None:
    client = signed_in(make_user("reader", group))

    shown, refused = client.get(PAGE), client.post(PAGE, filled_in())

    assert (shown.status_code, refused.status_code) == (403, 403)
    assert f"Only {pilot.decider} signs the decision of this pilot." in say(refused)
    assert Decision.objects.count() == 0


def test_an_administrator_is_refused_as_well(pilot: Pilot, signed_in: SignedIn) -> None:
    response = signed_in(make_user("root", is_superuser=True)).post(PAGE, filled_in())

    assert response.status_code == 403
    assert Decision.objects.count() == 0


def test_the_anonymous_sign_in_first(pilot: Pilot, client: Client) -> None:
    response = client.post(PAGE, {})

    assert (response.status_code, response.headers["Location"]) == (302, f"/login/?next={PAGE}")


def test_a_decided_pilot_has_nothing_left_to_sign(pilot: Pilot, signed_in: SignedIn) -> None:
    client = signed_in(pilot.decider)
    client.post(PAGE, filled_in())

    again, shown = client.post(PAGE, filled_in()), client.get(PAGE)

    assert (again.status_code, shown.status_code) == (409, 409)
    assert "This pilot has been decided. There is nothing left to sign." in say(shown)
    assert Decision.objects.count() == 1


def test_a_draft_shows_no_form(signed_in: SignedIn) -> None:
    maria = make_manager()
    make_pilot(decider=maria)

    response = signed_in(maria).get(PAGE)

    assert response.status_code == 409
    assert "This pilot has not started. There is nothing to sign yet." in say(response)
    assert "What do you decide?" not in say(response)


def test_opening_the_page_makes_a_look_of_record(signed_in: SignedIn) -> None:
    maria = make_manager()
    pilot = make_running_pilot(decider=maria)

    response = signed_in(maria).get(PAGE)

    verdict = Verdict.objects.get(pilot=pilot)
    assert response.status_code == 200
    assert verdict.evidence_hash in response.content.decode()
