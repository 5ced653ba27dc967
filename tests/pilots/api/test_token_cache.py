"""Tokens are looked up once in some seconds, and a change of one is known to every process at once."""

import subprocess
import sys
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from rest_framework.test import APIClient

from pilots.actions import known_tokens, redis_link, tokens
from pilots.actions.known_tokens import GOOD_FOR, KnownTokens
from pilots.actions.redis_link import RedisLink
from pilots.api import throttles
from pilots.models import Measurement, Pilot, Token
from tests.factories import NOW, make_pilot, make_token

PILOT = "/api/v1/pilots/clause-check/"
ROW = {"metric": "review_minutes", "value": 3.2}


class Process:
    """One web process: its own readings, the same Redis."""

    def __init__(self) -> None:
        self.time = 0.0
        self.known = KnownTokens(clock=lambda: self.time)

    def find(self, secret: str) -> Token | None:
        knock = throttles.knock(secret, size=0)
        return tokens.find(secret, now=NOW, generation=knock.generation, known=self.known)


@pytest.fixture
def nobody_listens(monkeypatch: pytest.MonkeyPatch) -> RedisLink:
    """Redis is down, for requests and for whoever changes a token."""
    link = RedisLink("redis://127.0.0.1:1/0")
    monkeypatch.setattr(known_tokens, "LINK", link)
    monkeypatch.setattr(throttles, "LINK", link)
    return link


def look_ups(act: Callable[[], Any]) -> int:
    """How often the table of tokens was read."""
    with CaptureQueriesContext(connection) as queries:
        act()
    return sum('FROM "pilots_token"' in query["sql"] for query in queries)


def test_a_second_request_reads_no_token(pilot: Pilot, script: APIClient):
    script.get(PILOT)

    assert look_ups(lambda: script.get(PILOT)) == 0


def test_a_reading_is_good_for_seconds_only(db: None):
    _, secret = make_token(make_pilot())
    process = Process()
    process.find(secret)

    process.time = GOOD_FOR - 0.1
    before = look_ups(lambda: process.find(secret))
    process.time = GOOD_FOR

    assert (before, look_ups(lambda: process.find(secret))) == (0, 1)


@pytest.mark.parametrize(
    "end",
    [
        lambda token: tokens.revoke(token=token, by=None, now=NOW),
        lambda token: tokens.rotate(token=token, overlap=timedelta(0), by=None, now=NOW),
    ],
)
def test_the_end_of_a_token_is_known_to_every_process_at_once(db: None, end: Callable[[Token], Any]):
    token, secret = make_token(make_pilot())
    first, second = Process(), Process()
    before = [first.find(secret), second.find(secret)]

    end(token)

    assert before == [token, token]
    assert [first.find(secret), second.find(secret)] == [None, None]


@pytest.mark.django_db(transaction=True)
def test_a_token_revoked_by_another_operating_system_process_is_refused_here_at_once():
    token, secret = make_token(make_pilot())
    here = Process()
    before = here.find(secret)
    revoke = (
        "import os; os.environ['DATABASE_URL'] = os.environ['DATABASE_URL'].rsplit('/', 1)[0] + '/' + {name!r}\n"
        "import django; django.setup()\n"
        "from django.utils import timezone\n"
        "from pilots.actions import tokens\n"
        "from pilots.models import Token\n"
        "tokens.revoke(token=Token.objects.get(), by=None, now=timezone.now())"
    ).format(name=connection.settings_dict["NAME"])

    subprocess.run([sys.executable, "-c", revoke], check=True)

    assert (before, here.find(secret)) == (token, None)


def test_a_wrong_secret_under_a_known_prefix_opens_nothing(db: None):
    token, secret = make_token(make_pilot())
    process = Process()
    process.find(secret)

    assert process.find(token.prefix + "A" * 43) is None


def test_an_emptied_redis_brings_no_old_reading_back(db: None):
    _, secret = make_token(make_pilot())
    process = Process()
    process.find(secret)

    redis_link.LINK.ask(lambda redis: redis.delete(known_tokens.GENERATION))

    assert look_ups(lambda: process.find(secret)) == 1


def test_without_redis_each_request_asks_the_database(pilot: Pilot, script: APIClient, nobody_listens: Any):
    script.get(PILOT)

    assert look_ups(lambda: script.get(PILOT)) == 1


def test_without_redis_a_revoked_token_is_refused(
    pilot: Pilot, with_token: Callable[[str], APIClient], nobody_listens: Any
):
    token, secret = make_token(pilot)
    client = with_token(secret)
    before = client.get(PILOT).status_code

    tokens.revoke(token=token, by=None, now=NOW)

    assert (before, client.get(PILOT).status_code) == (200, 401)


def test_a_redis_that_failed_is_left_alone_for_a_moment_and_told_once(caplog: pytest.LogCaptureFixture):
    time = 0.0
    link = RedisLink("redis://127.0.0.1:1/0", clock=lambda: time)
    asked = []

    def ask() -> None:
        with pytest.raises(redis_link.Unreachable):
            link.ask(lambda redis: asked.append(1) or redis.ping())

    ask()
    ask()
    time = 3.0
    ask()

    assert (len(asked), len(caplog.records)) == (2, 1)


@pytest.mark.parametrize(
    ("body", "headers"),
    [
        ([ROW], {}),
        ([ROW | {"value": "many"}], {}),
        ("no measurement", {}),
        ([ROW] * 101, {}),
        ([ROW], {"HTTP_IDEMPOTENCY_KEY": "again"}),
    ],
)
def test_a_small_post_stores_nothing_once_its_token_is_revoked_though_it_was_let_through_ahead(
    pilot: Pilot, with_token: Callable[[str], APIClient], body: Any, headers: dict[str, str]
):
    token, secret = make_token(pilot)
    client = with_token(secret)
    path = f"{PILOT}measurements/"
    before = client.post(path, [ROW], format="json", **headers).status_code

    tokens.revoke(token=token, by=None, now=NOW)

    assert (before, client.post(path, body, format="json", **headers).status_code) == (201, 401)
    assert Measurement.objects.count() == 1
