"""The short way for small posts gives the answers that Django and the view give, and is taken by those it is meant for."""

import json
from collections.abc import Callable, Iterator, Mapping
from io import BytesIO
from typing import Any

import pytest
from django.core.handlers.wsgi import WSGIHandler
from django.core.signals import request_started
from django.db import DatabaseError, close_old_connections, transaction
from django.test import RequestFactory

from config.metrics.requests import SECONDS
from pilots.actions import gathering, tokens
from pilots.api.small_posts import Application, SmallPosts
from pilots.models import Measurement, Pilot
from pilots.models.token import Scope
from tests.factories import NOW, make_token

ADDRESS = "/api/v1/pilots/clause-check/measurements/"
ROW = {"metric": "review_minutes", "value": 3.2, "external_id": "a-1"}
FAULTY = ROW | {"value": "many"}
OTHER = ROW | {"value": 4}
BEHIND_A_PROXY = {
    "SECURE_PROXY_SSL_HEADER": ("HTTP_X_FORWARDED_PROTO", "https"),
    "SECURE_SSL_REDIRECT": True,
    "SECURE_HSTS_SECONDS": 60,
}
OF_VIEWS = {"Allow", "Vary"}
"""Headers by which a view says what else it would have answered."""


@pytest.fixture(autouse=True)
def _connections_stay_open() -> Iterator[None]:
    """A request that comes begins with a look after them, which the transaction of a test does not survive; Django's own
    client for tests leaves it out as well."""
    request_started.disconnect(close_old_connections)
    yield
    request_started.connect(close_old_connections)


@pytest.fixture(scope="module")
def django() -> Application:
    return WSGIHandler()


def sent(secret: str, body: str, address: str = ADDRESS, **headers: str) -> dict[str, Any]:
    """What the server hands over of such a request."""
    said = {"content_type": "application/json", "HTTP_AUTHORIZATION": f"Bearer {secret}", **headers}
    environ = RequestFactory().generic("POST", address, body, **said).environ
    return environ | {"wsgi.input": BytesIO(body.encode())}


def answer_of(application: Application, environ: dict[str, Any]) -> tuple[str, dict[str, str], bytes]:
    """Status line, headers and body."""
    heads: list[tuple[str, list[tuple[str, str]]]] = []
    body = b"".join(application(environ, lambda *head: heads.append(head)))
    ((status, headers),) = heads
    assert dict(headers).get("Content-Length", str(len(body))) == str(len(body))
    return status, dict(headers), body


def outcome(application: Application, environ: dict[str, Any]) -> tuple[Any, ...]:
    """The answer but for the request's own id, and how many rows there are afterwards; then it is undone."""
    with transaction.atomic():
        status, headers, body = answer_of(application, environ)
        rows = Measurement.objects.count()
        transaction.set_rollback(True)
    request_id = headers.pop("X-Request-ID")
    said = body.replace(request_id.encode(), b"")
    return status, {name: value for name, value in headers.items() if name not in OF_VIEWS}, said, rows


def nobody(environ: dict[str, Any], start_response: Callable[..., Any]) -> list[bytes]:
    raise AssertionError("It went on to Django.")


@pytest.mark.parametrize(
    ("body", "query", "headers"),
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
    pilot: Pilot, django: Application, body: Any, query: str, headers: dict[str, str]
):
    _, secret = make_token(pilot)
    written = body if body in ("{", " ") else json.dumps(body)

    short = outcome(SmallPosts(django), sent(secret, written, ADDRESS + query, **headers))

    assert short == outcome(django, sent(secret, written, ADDRESS + query, **headers))


@pytest.mark.parametrize(
    ("secret", "address"),
    [
        (lambda pilot: make_token(pilot, scopes=[Scope.READ])[1], ADDRESS),
        (lambda pilot: make_token(pilot)[1][:-2] + "-_", ADDRESS),
        (lambda pilot: "made up", ADDRESS),
        (lambda pilot: make_token(pilot)[1], ADDRESS.replace("clause", "other")),
        (lambda pilot: _revoked(pilot), ADDRESS),
    ],
)
def test_whom_the_view_refuses_it_refuses_alike(
    pilot: Pilot, django: Application, secret: Callable[[Pilot], str], address: str
):
    token = secret(pilot)
    short = outcome(SmallPosts(django), sent(token, json.dumps(ROW), address))

    assert short[0][:3] in {"401", "403", "404"}
    assert short == outcome(django, sent(token, json.dumps(ROW), address))


@pytest.mark.parametrize(
    ("names", "headers", "status"),
    [
        ({"SECURE_SSL_REDIRECT": True}, {}, "301"),
        ({"SECURE_HSTS_SECONDS": 60}, {"wsgi.url_scheme": "https"}, "201"),
        (BEHIND_A_PROXY, {"HTTP_X_FORWARDED_PROTO": "https"}, "201"),
        (BEHIND_A_PROXY, {"HTTP_X_FORWARDED_PROTO": "http"}, "301"),
        ({}, {"HTTP_HOST": "elsewhere.example"}, "400"),
        ({"LARGEST_BODY": 10}, {}, "413"),
        ({}, {"SCRIPT_NAME": "/below"}, "201"),
    ],
)
def test_what_holds_for_every_request_holds_for_it(
    pilot: Pilot, settings: Any, names: Mapping[str, Any], headers: dict[str, str], status: str
):
    _, secret = make_token(pilot)
    for name, value in names.items():
        setattr(settings, name, value)
    django = WSGIHandler()

    short = outcome(SmallPosts(django), sent(secret, json.dumps(ROW)) | headers)

    assert short[0][:3] == status
    assert short == outcome(django, sent(secret, json.dumps(ROW)) | headers)


def test_a_plain_post_does_not_come_to_django(pilot: Pilot):
    _, secret = make_token(pilot)
    counted = SECONDS.labels("api:measurements", "POST", "2xx")
    before, begun = counted._sum.get(), []
    request_started.connect(lambda **sent: begun.append(sent["environ"]), weak=False, dispatch_uid="here")

    status, headers, body = answer_of(
        SmallPosts(nobody), sent(secret, json.dumps(ROW), HTTP_X_REQUEST_ID="of-the-script")
    )

    assert (status, json.loads(body)["created"], Measurement.objects.count()) == ("201 Created", 1, 1)
    assert headers["X-Request-ID"] == "of-the-script"
    assert counted._sum.get() > before
    assert request_started.disconnect(dispatch_uid="here")
    assert len(begun) == 1  # so that old and broken connections are closed, as with any request


def test_after_an_error_of_ours_it_is_not_tried_again(pilot: Pilot, monkeypatch: pytest.MonkeyPatch):
    def broken(**_: object) -> None:
        raise DatabaseError("secret words")

    _, secret = make_token(pilot)
    monkeypatch.setattr(gathering, "record", broken)

    status, headers, body = answer_of(SmallPosts(nobody), sent(secret, json.dumps(ROW)))

    said = json.loads(body)
    assert (status, headers["Content-Type"]) == ("500 Internal Server Error", "application/problem+json")
    assert (said["code"], said["request_id"]) == ("server_error", headers["X-Request-ID"])
    assert b"secret" not in body


def test_a_post_that_goes_on_costs_its_token_one_request(pilot: Pilot, django: Application, settings: Any):
    settings.TOKEN_REQUESTS_PER_SECOND, settings.TOKEN_REQUESTS_BURST = 0.001, 3
    _, secret = make_token(pilot)

    answers = [answer_of(SmallPosts(django), sent(secret, json.dumps(FAULTY)))[0][:3] for _ in range(5)]

    assert answers == ["422", "422", "422", "429", "429"]


def _revoked(pilot: Pilot) -> str:
    token, secret = make_token(pilot)
    tokens.revoke(token=token, by=None, now=NOW)
    return secret
