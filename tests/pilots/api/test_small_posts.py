"""The short way for small posts gives the answers that the view gives, and is taken by those it is meant for."""

import json
from collections.abc import Callable, Mapping
from typing import Any

import pytest
from django.db import transaction
from rest_framework.test import APIClient

from pilots.actions import tokens
from pilots.api import small_posts
from pilots.api.views.measurements import MeasurementList
from pilots.models import Measurement, Pilot
from pilots.models.token import Scope
from tests.factories import NOW, make_token

ADDRESS = "/api/v1/pilots/clause-check/measurements/"
ROW = {"metric": "review_minutes", "value": 3.2, "external_id": "a-1"}
FAULTY = ROW | {"value": "many"}
OTHER = ROW | {"value": 4}

Client = Callable[[str], APIClient]


def answered(client: APIClient, body: str, address: str, sent: Mapping[str, str]) -> tuple[Any, ...]:
    """Status, type, body but for the request's own id, and how many rows there are afterwards; then it is undone."""
    with transaction.atomic():
        answer = client.generic("POST", address, body, **{"content_type": "application/json", **sent})
        rows = Measurement.objects.count()
        transaction.set_rollback(True)
    said = answer.json()
    said.pop("request_id", None)
    assert answer["X-Request-ID"]
    return answer.status_code, answer["Content-Type"], said, answer.get("WWW-Authenticate"), rows


@pytest.mark.parametrize(
    ("body", "query", "sent"),
    [
        (ROW, "", {}),
        ([ROW, {"metric": "review_minutes", "value": 1}], "?items=none", {}),
        ({"measurements": [ROW, FAULTY]}, "", {}),
        ([ROW, ROW, OTHER], "", {}),
        ([ROW, OTHER], "?atomic=true", {}),
        (ROW, "?dry_run=1", {}),
        (ROW, "?items=some", {}),
        (ROW, "?atomc=true", {}),
        (FAULTY, "", {}),
        ([FAULTY, FAULTY], "?items=none", {}),
        (ROW | {"metric": "minutes"}, "", {}),
        ([], "", {}),
        ("a text", "", {}),
        ("{", "", {}),
        (" ", "", {}),
        (ROW, "", {"content_type": "application/json; charset=utf-8"}),
        (ROW, "", {"content_type": "application/json; charset=latin-1"}),
        (ROW, "", {"content_type": "application/xml"}),
        (ROW, "", {"HTTP_CONTENT_ENCODING": "gzip"}),
        (ROW, "", {"HTTP_ACCEPT": "text/html"}),
        (ROW, "", {"HTTP_IDEMPOTENCY_KEY": "one"}),
    ],
)
def test_it_answers_as_the_view_does(
    pilot: Pilot,
    script: APIClient,
    monkeypatch: pytest.MonkeyPatch,
    body: Any,
    query: str,
    sent: dict[str, str],
):
    written = body if body in ("{", " ") else json.dumps(body)
    short = answered(script, written, ADDRESS + query, sent)

    monkeypatch.setattr(small_posts, "_is_plain", lambda request: False)

    assert answered(script, written, ADDRESS + query, sent) == short


@pytest.mark.parametrize(
    ("secret", "address"),
    [
        (lambda pilot: make_token(pilot, scopes=[Scope.READ])[1], ADDRESS),
        (lambda pilot: make_token(pilot)[1][:-1] + "A", ADDRESS),
        (lambda pilot: "made up", ADDRESS),
        (lambda pilot: make_token(pilot)[1], ADDRESS.replace("clause", "other")),
        (lambda pilot: _revoked(pilot), ADDRESS),
    ],
)
def test_whom_the_view_refuses_it_refuses_alike(
    pilot: Pilot,
    with_token: Client,
    monkeypatch: pytest.MonkeyPatch,
    secret: Callable[[Pilot], str],
    address: str,
):
    client = with_token(secret(pilot))
    short = answered(client, json.dumps(ROW), address, {})

    monkeypatch.setattr(small_posts, "_is_plain", lambda request: False)

    assert short[0] in {401, 403, 404}
    assert answered(client, json.dumps(ROW), address, {}) == short


def test_a_plain_post_does_not_go_through_the_view(script: APIClient, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(MeasurementList, "post", None)

    answer = script.post(ADDRESS, ROW, format="json")

    assert (answer.status_code, Measurement.objects.count()) == (201, 1)
    assert answer.wsgi_request.resolver_match.view_name == "api:measurements"


def _revoked(pilot: Pilot) -> str:
    token, secret = make_token(pilot)
    tokens.revoke(token=token, by=None, now=NOW)
    return secret
