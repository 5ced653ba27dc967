from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from rest_framework.test import APIClient

from pilots.actions import tokens
from pilots.api.authentication import TokenUser
from pilots.models import Measurement, Pilot
from tests.factories import NOW, make_manager, make_token, make_user

PILOT = "/api/v1/pilots/clause-check/"
ADDRESSES = [
    "/api/v1/pilots/",
    PILOT,
    *(
        f"{PILOT}{part}/"
        for part in (
            "metrics", "goals", "stop-triggers", "candidates", "measurements", "verdict", "verdicts", "gate", "decisions",
        )
    ),
]  # fmt: skip
ROW = {"metric": "review_minutes", "value": 3.2}


@pytest.mark.parametrize("address", ADDRESSES)
def test_the_anonymous_get_a_problem_and_no_redirect(address: str, pilot: Pilot):
    answer = APIClient().get(address)

    assert answer.status_code == 401
    assert answer["WWW-Authenticate"] == 'Bearer realm="Pilotage"'
    assert answer["Content-Type"] == "application/problem+json"


def test_a_refusal_is_a_whole_problem_document(pilot: Pilot):
    answer = APIClient().get(PILOT, headers={"X-Request-ID": "nightly-0042"})

    assert answer.json() == {
        "type": "urn:pilotage:problem:not_authenticated",
        "title": "Unauthorized",
        "status": 401,
        "detail": "Send a token (Authorization: Bearer plt_…), or log in. "
        "A pilot's owner makes tokens; so does manage.py create_token.",
        "instance": PILOT,
        "code": "not_authenticated",
        "errors": [],
        "request_id": "nightly-0042",
    }


@pytest.mark.parametrize("secret", ["plt_unknown1" + "a" * 43, "nonsense", ""])
def test_an_unknown_token_is_refused(secret: str, pilot: Pilot, with_token: Callable[[str], APIClient]):
    answer = with_token(secret).get(PILOT)

    assert (answer.status_code, answer.json()["code"]) == (401, "invalid_token")
    assert answer["WWW-Authenticate"] == 'Bearer realm="Pilotage"'


def test_a_revoked_token_is_refused_at_once(pilot: Pilot, with_token: Callable[[str], APIClient]):
    token, secret = make_token(pilot)
    client = with_token(secret)
    before = client.get(PILOT).status_code

    tokens.revoke(token=token, by=None, now=NOW)

    assert (before, client.get(PILOT).status_code) == (200, 401)


def test_an_expired_token_is_refused(pilot: Pilot, with_token: Callable[[str], APIClient]):
    _, secret = make_token(pilot, expires_at=NOW, now=NOW - timedelta(days=1))

    assert with_token(secret).get(PILOT).status_code == 401


def test_a_wrong_token_is_refused_even_beside_a_good_session(
    pilot: Pilot, with_token: Callable[[str], APIClient]
):
    client = with_token("plt_unknown1" + "a" * 43)
    client.force_login(pilot.owner)

    assert client.get(PILOT).status_code == 401


def test_using_a_token_is_noted(pilot: Pilot, with_token: Callable[[str], APIClient]):
    token, secret = make_token(pilot)

    with_token(secret).get(PILOT)

    token.refresh_from_db()
    assert token.last_used_at == NOW


def test_a_token_is_nobody_and_has_no_permission(pilot: Pilot):
    user = TokenUser(make_token(pilot)[0])

    assert (user.pk, user.is_staff, user.is_superuser, user.has_perm("pilots.sign_pilot")) == (
        None,
        False,
        False,
        False,
    )


def test_a_person_with_a_role_reads_in_her_session(pilot: Pilot):
    client = Client()
    client.force_login(make_manager())

    assert client.get(PILOT).json()["slug"] == "clause-check"


def test_a_person_without_a_role_is_refused(pilot: Pilot):
    client = Client()
    client.force_login(make_user())

    answer = client.get(PILOT)

    assert (answer.status_code, answer.json()["code"]) == (403, "permission_denied")


def test_the_owner_posts_in_her_session(pilot: Pilot, post: Callable[..., Any]):
    client = APIClient()
    client.force_login(pilot.owner)

    answer = post(ROW, client=client)

    assert answer.status_code == 201
    assert Measurement.objects.count() == 1


def test_a_manager_may_not_post(pilot: Pilot, post: Callable[..., Any]):
    client = APIClient()
    client.force_login(pilot.decider)

    answer = post(ROW, client=client)

    assert (answer.status_code, answer.json()["code"]) == (403, "not_allowed")
    assert Measurement.objects.count() == 0


def test_a_session_posts_only_with_its_csrf_token(pilot: Pilot, post: Callable[..., Any]):
    client = APIClient(enforce_csrf_checks=True)
    client.force_login(pilot.owner)

    answer = post(ROW, client=client)

    assert (answer.status_code, answer.json()["detail"]) == (403, "CSRF Failed: CSRF cookie not set.")
    assert Measurement.objects.count() == 0
