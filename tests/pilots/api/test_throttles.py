"""A token that asks for too much is told when to come again; nobody else waits for it."""

from collections.abc import Callable
from typing import Any

import pytest
from pytest_django import Settings
from rest_framework.test import APIClient

from pilots.actions.redis_link import RedisLink
from pilots.api import throttles
from pilots.models import Measurement, Pilot
from tests.factories import make_token

PILOT = "/api/v1/pilots/clause-check/"
ROW = {"metric": "review_minutes", "value": 3.2}


@pytest.fixture
def two_at_once(settings: Settings) -> None:
    """Two requests at once, then one in ten seconds."""
    settings.TOKEN_REQUESTS_PER_SECOND, settings.TOKEN_REQUESTS_BURST = 0.1, 2


@pytest.fixture
def little_volume(settings: Settings) -> None:
    """1,000 bytes at once, then 100 a second."""
    settings.TOKEN_BYTES_PER_SECOND, settings.TOKEN_BYTES_BURST = 100, 1000


def test_beyond_the_burst_a_request_is_refused_with_the_seconds_to_wait(
    pilot: Pilot, script: APIClient, two_at_once: None
):
    answers = [script.get(PILOT) for _ in range(3)]

    assert [answer.status_code for answer in answers] == [200, 200, 429]
    assert answers[2]["Content-Type"] == "application/problem+json"
    assert answers[2].json()["code"] == "throttled"
    assert (
        answers[2].json()["detail"].startswith("Too many requests. Wait for as many seconds as Retry-After")
    )
    assert 9 <= int(answers[2]["Retry-After"]) <= 11


def test_a_refused_request_stores_nothing(pilot: Pilot, post: Callable[..., Any], two_at_once: None):
    answers = [post([ROW, ROW]) for _ in range(3)]

    assert [answer.status_code for answer in answers] == [201, 201, 429]
    assert Measurement.objects.count() == 4


def test_other_tokens_do_not_wait(
    pilot: Pilot, script: APIClient, with_token: Callable[[str], APIClient], two_at_once: None
):
    other = with_token(make_token(pilot)[1])

    assert [script.get(PILOT).status_code for _ in range(3)] == [200, 200, 429]
    assert other.get(PILOT).status_code == 200


def test_a_wrong_secret_uses_up_nothing_of_the_token_it_names(
    pilot: Pilot, with_token: Callable[[str], APIClient], two_at_once: None
):
    token, secret = make_token(pilot)
    guess = with_token(token.prefix + "A" * 43)

    guesses = [guess.get(PILOT).status_code for _ in range(4)]

    assert guesses == [401] * 4
    assert with_token(secret).get(PILOT).status_code == 200


def test_bytes_count_too(pilot: Pilot, post: Callable[..., Any], little_volume: None):
    batch = [ROW] * 15  # some 640 bytes

    answers = [post(batch), post(batch), post(ROW)]

    assert [answer.status_code for answer in answers] == [201, 429, 201]
    assert 1 <= int(answers[1]["Retry-After"]) <= 6


def test_a_single_batch_that_is_larger_than_the_burst_is_let_through(
    pilot: Pilot, post: Callable[..., Any], little_volume: None
):
    assert post([ROW] * 50).status_code == 201


def test_no_limit_is_no_limit(pilot: Pilot, script: APIClient, settings: Settings):
    settings.TOKEN_REQUESTS_PER_SECOND = settings.TOKEN_BYTES_PER_SECOND = 0
    settings.TOKEN_REQUESTS_BURST = 1

    assert {script.get(PILOT).status_code for _ in range(5)} == {200}


def test_people_in_their_sessions_are_not_counted(pilot: Pilot, two_at_once: None):
    client = APIClient()
    client.force_login(pilot.owner)

    assert {client.get(PILOT).status_code for _ in range(4)} == {200}


def test_without_redis_requests_are_let_through(two_at_once: None, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(throttles, "LINK", RedisLink("redis://127.0.0.1:1/0"))

    assert [throttles.knock("plt_any", size=1) for _ in range(3)] == [throttles.UNKNOWN] * 3


def test_shares_are_given_back_with_time(two_at_once: None, settings: Settings):
    settings.TOKEN_REQUESTS_PER_SECOND = 1000  # two are given back within two milliseconds
    secret = "plt_" + "b" * 40

    waits = [throttles.knock(secret, size=0).wait for _ in range(2)]
    while throttles.knock(secret, size=0).wait:
        pass

    assert waits == [0.0, 0.0]


def test_small_posts_are_asked_for_ahead_and_no_more_of_them_are_let_through(settings: Settings):
    settings.TOKEN_REQUESTS_PER_SECOND, settings.TOKEN_REQUESTS_BURST = 0.001, 2000
    secret = "plt_" + "c" * 40

    knocks = [throttles.knock(secret, size=10, may_be_ahead=True) for _ in range(2010)]

    assert sum(not each.wait for each in knocks) == 2000
    assert sum(not each.is_fresh for each in knocks) > 1300  # two of three were not asked for
    assert throttles.knock(secret, size=10).wait > 0


def test_what_was_asked_for_ahead_ends_with_its_second_and_with_its_bytes():
    time = 0.0
    ahead = throttles.Ahead(clock=lambda: time)
    ahead.keep("mine", 3, 100, b"generation")

    assert ahead.take("another's", 10) is None
    assert ahead.take("mine", 101) is None
    assert ahead.take("mine", 100) == throttles.Knock(b"generation", 0.0, is_fresh=False)
    assert ahead.take("mine", 1) is None
    time = throttles.AHEAD_FOR
    assert ahead.take("mine", 0) is None
