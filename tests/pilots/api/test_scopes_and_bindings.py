from collections.abc import Callable
from typing import Any

import pytest
from rest_framework.test import APIClient

from pilots.models import Measurement, Pilot
from tests.factories import make_ready_pilot, make_token

ROW = {"metric": "review_minutes", "value": 3.2}
PILOT = "/api/v1/pilots/clause-check/"

Sender = Callable[..., Any]
Clients = Callable[[str], APIClient]


@pytest.mark.parametrize("part", ["", "metrics/", "measurements/", "verdicts/", "gate/", "decisions/"])
def test_reading_needs_the_scope_read(part: str, pilot: Pilot, with_token: Clients):
    client = with_token(make_token(pilot, scopes=("ingest", "evaluate", "admin"))[1])

    answer = client.get(PILOT + part)

    assert (answer.status_code, answer.json()["code"]) == (403, "scope_missing")
    assert (
        answer.json()["detail"]
        == "This token lacks the scope read. Ask the pilot's owner for one that has it."
    )


def test_posting_needs_the_scope_ingest(pilot: Pilot, with_token: Clients, post: Sender):
    client = with_token(make_token(pilot, scopes=("read", "evaluate", "admin"))[1])

    answer = post(ROW, client=client)

    assert (answer.status_code, answer.json()["code"]) == (403, "scope_missing")
    assert Measurement.objects.count() == 0


@pytest.mark.parametrize("part", ["", "metrics/", "measurements/", "verdict/", "gate/", "decisions/"])
def test_a_pilot_the_token_is_not_bound_to_does_not_exist_for_it(
    part: str, pilot: Pilot, with_token: Clients
):
    other = make_ready_pilot("other")
    client = with_token(make_token(other)[1])

    answer = client.get(PILOT + part)

    assert (answer.status_code, answer.json()["code"]) == (404, "not_found")


def test_nothing_is_posted_to_a_pilot_the_token_is_not_bound_to(
    pilot: Pilot, with_token: Clients, post: Sender
):
    client = with_token(make_token(make_ready_pilot("other"))[1])

    assert post(ROW, client=client).status_code == 404
    assert Measurement.objects.count() == 0


def test_the_list_shows_bound_pilots_only(pilot: Pilot, with_token: Clients):
    other = make_ready_pilot("other")

    shown = with_token(make_token(other)[1]).get("/api/v1/pilots/").json()["results"]

    assert [each["slug"] for each in shown] == ["other"]


def test_a_token_for_all_pilots_sees_later_ones_too(pilot: Pilot, with_token: Clients):
    client = with_token(make_token(all_pilots=True)[1])
    make_ready_pilot("later")

    shown = client.get("/api/v1/pilots/").json()["results"]

    assert [each["slug"] for each in shown] == ["clause-check", "later"]


@pytest.mark.parametrize("scopes", [("read",), ("ingest", "read", "evaluate", "admin")])
def test_no_token_signs_a_decision(scopes: tuple[str, ...], pilot: Pilot, with_token: Clients):
    client = with_token(make_token(pilot, scopes=scopes)[1])

    answer = client.post(
        f"{PILOT}decisions/", {"outcome": "go", "reason": "the script says so"}, format="json"
    )

    assert (answer.status_code, answer.json()["code"]) == (403, "decision_needs_person")
    assert answer.json()["detail"] == (
        f"A token never signs a decision. {pilot.decider} signs on http://testserver{pilot.get_absolute_url()}"
    )
    assert pilot.decisions.count() == 0


def test_a_person_signs_on_the_page_and_not_here(pilot: Pilot):
    client = APIClient()
    client.force_login(pilot.decider)

    answer = client.post(f"{PILOT}decisions/", {"outcome": "go"}, format="json")

    assert (answer.status_code, answer.json()["code"]) == (405, "method_not_allowed")
    assert pilot.decisions.count() == 0


@pytest.mark.parametrize("method", ["put", "delete"])
def test_no_method_but_the_documented_ones(method: str, script: APIClient):
    answer = getattr(script, method)(PILOT)

    assert (answer.status_code, answer.json()["code"]) == (405, "method_not_allowed")
    assert answer["Allow"] == "GET, HEAD, PATCH"
