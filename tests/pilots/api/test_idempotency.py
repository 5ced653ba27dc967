import threading
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.db import connection
from rest_framework.test import APIClient

from pilots.api import idempotency
from pilots.api.reports import Answer
from pilots.models import IdempotentAnswer, Measurement, Pilot, Token
from tests.factories import NOW, make_token

Post = Callable[..., Any]
ROW = {"metric": "review_minutes", "value": 3.2}
KEY = {"Idempotency_Key": "nightly-2026-11-21"}


def test_a_repeat_gets_the_first_answer_again_and_stores_nothing(post: Post):
    first = post([ROW, ROW], **KEY)
    again = post([ROW, ROW], **KEY)

    assert (first.status_code, again.status_code) == (201, 201)
    assert again.json() == first.json()
    assert ("Idempotency-Replayed" in first, again["Idempotency-Replayed"]) == (False, "true")
    assert Measurement.objects.count() == 2


def test_another_body_under_the_same_key_is_refused(post: Post):
    post(ROW, **KEY)

    answer = post({**ROW, "value": 4}, **KEY)

    assert (answer.status_code, answer.json()["code"]) == (422, "idempotency_key_reused")
    assert Measurement.objects.count() == 1


@pytest.mark.parametrize("changed", [{"query": "?atomic=true"}, {"content_type": "application/x-ndjson"}])
def test_the_same_body_asked_for_otherwise_is_another_request(changed: dict[str, str], post: Post):
    post(ROW, **KEY)

    answer = post(ROW, **KEY, **changed)

    assert (answer.status_code, answer.json()["code"]) == (422, "idempotency_key_reused")


def test_a_mixed_answer_is_replayed_as_it_was(post: Post):
    first = post([ROW, {"metric": "x"}], **KEY)
    again = post([ROW, {"metric": "x"}], **KEY)

    assert (first.status_code, again.status_code, again.json()) == (207, 207, first.json())


def test_a_refused_batch_is_replayed_as_a_problem(post: Post):
    first = post([ROW, {"metric": "x"}], query="?atomic=true", **KEY)
    again = post([ROW, {"metric": "x"}], query="?atomic=true", **KEY)

    assert (first.status_code, again.status_code, again.json()) == (422, 422, first.json())
    assert again["Content-Type"] == "application/problem+json"
    assert Measurement.objects.count() == 0


def test_a_body_that_could_not_be_read_may_be_mended_under_the_same_key(post: Post):
    assert post("{", **KEY).status_code == 400

    assert post(ROW, **KEY).status_code == 201


def test_a_dry_run_does_not_use_the_key_up(post: Post):
    post(ROW, query="?dry_run=true", **KEY)

    assert post(ROW, **KEY).status_code == 201
    assert Measurement.objects.count() == 1


def test_two_tokens_may_use_the_same_key(post: Post, pilot: Pilot, with_token: Callable[[str], APIClient]):
    post(ROW, **KEY)

    answer = post({**ROW, "value": 4}, client=with_token(make_token(pilot)[1]), **KEY)

    assert answer.status_code == 201
    assert Measurement.objects.count() == 2


@pytest.mark.parametrize("key", ["", "a" * 256, "schlüssel"])
def test_a_key_that_cannot_be_kept_is_refused(key: str, post: Post):
    answer = post(ROW, Idempotency_Key=key)

    assert (answer.status_code, answer.json()["code"]) == (400, "bad_idempotency_key")
    assert Measurement.objects.count() == 0


def test_a_session_has_no_keys(post: Post, pilot: Pilot):
    client = APIClient()
    client.force_login(pilot.owner)

    answer = post(ROW, client=client, **KEY)

    assert (answer.status_code, answer.json()["code"]) == (400, "idempotency_needs_token")
    assert Measurement.objects.count() == 0


def test_the_answer_is_not_kept_when_storing_failed(pilot: Pilot):
    token, _ = make_token(pilot)

    def fail() -> Answer:
        raise RuntimeError("the disk is full")

    with pytest.raises(RuntimeError):
        idempotency.once(token=token, key="k", body_hash="h", now=NOW, act=fail)

    assert IdempotentAnswer.objects.count() == 0


@pytest.fixture
def committed_token(django_db_setup: None, django_db_blocker: Any) -> Iterator[Token]:
    """Seen by other connections, and gone afterwards: the append-only tables cannot be flushed by Django's way."""
    with django_db_blocker.unblock():
        token = Token.objects.create(
            prefix="plt_twoatonc", secret_hash="0" * 64, name="t", scopes=["ingest"], created_at=NOW
        )
        yield token
        token.delete()
        connection.close()


def test_two_requests_at_the_same_moment_act_once(committed_token: Token):
    started, acts, answers = threading.Event(), [], []

    def act() -> Answer:
        acts.append(1)
        started.set()
        threading.Event().wait(0.3)
        return Answer(201, {"created": 1})

    def ask() -> None:
        answers.append(idempotency.once(token=committed_token, key="k", body_hash="h", now=NOW, act=act))
        connection.close()

    first, second = threading.Thread(target=ask), threading.Thread(target=ask)
    first.start()
    assert started.wait(10)
    second.start()
    first.join(10)
    second.join(10)

    assert len(acts) == 1
    by_replay = sorted(answers, key=lambda answer: answer[1])  # whoever comes first to the list
    assert by_replay == [(Answer(201, {"created": 1}), False), (Answer(201, {"created": 1}), True)]
