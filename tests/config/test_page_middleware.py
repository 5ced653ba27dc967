"""Requests with a token pass by what pages need; nobody else does."""

import pytest
from django.test import Client

from pilots.models import Pilot
from tests.factories import make_pilot, make_token

GATE = "/api/v1/pilots/clause-check/gate/"


@pytest.fixture
def pilot(db: None) -> Pilot:
    return make_pilot()


def test_a_token_needs_no_session_and_brings_none(pilot: Pilot, client: Client):
    client.cookies["sessionid"] = "made-up"

    answer = client.get(GATE, headers={"authorization": f"Bearer {make_token(pilot)[1]}"})

    assert (answer.status_code, answer.cookies.keys()) == (200, set())
    assert not hasattr(answer.wsgi_request, "session")


@pytest.mark.parametrize("path", ["/api/v1/docs/", "/"])
def test_a_page_is_not_opened_by_a_token(pilot: Pilot, client: Client, path: str):
    answer = client.get(path, headers={"authorization": f"Bearer {make_token(pilot)[1]}"})

    assert (answer.status_code, answer["Location"].partition("?")[0]) == (302, "/login/")


def test_a_person_at_the_same_address_has_the_strict_policy(pilot: Pilot, client: Client):
    client.force_login(pilot.owner)

    answer = client.get(GATE)

    assert answer.status_code == 200
    assert "default-src 'none'" in answer["Content-Security-Policy"]
