"""Scores as Langfuse's SDKs post them; the real SDK is in tests/journeys/test_senders.py."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from rest_framework.test import APIClient

from pilots.actions import span_mappings
from pilots.models import Event, Measurement, Pilot, SpanMapping
from tests.factories import NOW, make_metric, make_running_pilot, make_token

TRACE = "ab" * 16
SCORE = {
    "id": "s-1",
    "traceId": TRACE,
    "name": "review_minutes",
    "value": 3.2,
    "dataType": "NUMERIC",
    "timestamp": "2026-11-20T11:50:00.000Z",
}
Post = Callable[..., tuple[int, Any]]


@pytest.fixture
def secret(pilot: Pilot) -> str:
    make_metric(pilot, "correct", estimand="rate", direction="higher", unit="", cap=None, floor=None)
    return make_token(pilot)[1]


@pytest.fixture
def send(secret: str) -> Post:
    def post(body: Any, *, path: str = "scores", public: str = "pk-1", key: str = secret) -> tuple[int, Any]:
        pair = base64.b64encode(f"{public}:{key}".encode()).decode()
        raw = body if isinstance(body, bytes) else json.dumps(body).encode()
        answer = APIClient().generic(
            "POST", f"/api/public/{path}", raw, "application/json", headers={"Authorization": f"Basic {pair}"}
        )
        return answer.status_code, json.loads(answer.content)

    return post


def test_a_score_is_a_measurement_of_its_trace_once(send: Post):
    answers = [send(SCORE) for _ in range(2)]

    assert answers == [(200, {"id": "s-1"})] * 2
    row = Measurement.objects.get()
    assert (row.unit_id, row.external_id, row.source, float(row.value or 0)) == (
        TRACE,
        "s-1",
        "langfuse",
        3.2,
    )
    assert row.observed_at.isoformat() == "2026-11-20T11:50:00+00:00"


def test_a_repeat_without_an_id_counts_once_too(send: Post):
    score = {name: value for name, value in SCORE.items() if name != "id"}

    send(score)
    send(score)

    assert Measurement.objects.count() == 1


def test_the_same_id_with_another_value_is_a_correction_in_the_log(send: Post):
    send(SCORE)
    send(SCORE | {"value": 2.5})

    assert float(Measurement.objects.get().value or 0) == 2.5
    assert Event.objects.filter(verb="measurement.replaced").count() == 1


def test_yes_no_and_words_that_the_owner_gave_a_number(pilot: Pilot, send: Post):
    span_mappings.fill(pilot)
    SpanMapping.objects.filter(metric__key="correct").update(categories={"good": 1, "bad": 0})
    scores = [
        {"id": "1", "traceId": "t1", "name": "correct", "value": 1, "dataType": "BOOLEAN"},
        {"id": "2", "traceId": "t2", "name": "correct", "value": False},
        {"id": "3", "traceId": "t3", "name": "correct", "value": "good", "dataType": "CATEGORICAL"},
        {"id": "4", "traceId": "t4", "name": "correct", "value": "middling", "dataType": "CATEGORICAL"},
    ]

    status, answer = send(scores)

    assert (status, answer["accepted"], answer["rejected"]) == (207, 3, 1)
    assert "“middling” has no number" in answer["errors"][0]["message"]
    assert sorted(map(float, Measurement.objects.values_list("value", flat=True))) == [0, 1, 1]  # type: ignore[arg-type]


def test_a_clean_list_is_accepted(send: Post):
    assert send([SCORE, SCORE | {"id": "s-2"}]) == (202, {"message": "Accepted"})
    assert Measurement.objects.count() == 2


def test_a_batch_of_events_has_a_status_for_each(send: Post):
    def event(number: int, body: Any, kind: str = "score-create") -> dict[str, Any]:
        return {"id": f"e{number}", "type": kind, "timestamp": NOW.isoformat(), "body": body}

    status, answer = send(
        {
            "batch": [
                event(1, SCORE),
                event(2, {"name": "review_minutes"}),
                event(3, SCORE | {"id": "s-3", "name": "review_minuts"}),
                event(4, {"id": "t"}, "trace-create"),
            ],
            "metadata": {"sdk_name": "python"},
        },
        path="ingestion",
    )

    assert status == 207
    assert answer["successes"] == [{"id": "e1", "status": 201}]
    assert {each["id"]: each["status"] for each in answer["errors"]} == {"e2": 400, "e3": 400, "e4": 400}
    assert Measurement.objects.count() == 1


def test_the_public_key_names_the_pilot_for_a_token_of_several(pilot: Pilot, send: Post):
    several = make_token(pilot, make_running_pilot("ticket-triage"))[1]

    named = send(SCORE, public="clause-check", key=several)
    unnamed = send(SCORE, key=several)

    assert (named[0], unnamed[0]) == (200, 403)
    assert "slug of one as the public key" in unnamed[1]["message"]


def test_only_a_token_that_may_post_opens_the_door(pilot: Pilot, send: Post):
    reader = make_token(pilot, scopes=("read",))[1]

    assert [send(SCORE, key=key)[0] for key in ("wrong", reader)] == [401, 403]
    assert APIClient().post("/api/public/scores", SCORE, format="json").status_code == 401
    broken = APIClient().generic(
        "POST", "/api/public/scores", b"{}", "application/json", headers={"Authorization": "Basic %%%"}
    )
    assert broken.status_code == 401


junk = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8) | st.sampled_from(
    ["\x00", "x" * 500, "1e999", "\ud800", "2026-13-01T00:00:00Z"]
)  # fmt: skip
score = st.dictionaries(st.sampled_from([*SCORE, "metadata", "observationId", "sessionId"]), junk)


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    body=st.lists(score, max_size=2) | score | junk
    | score.map(lambda each: {**SCORE, **each})
    | score.map(lambda each: {"batch": [{"id": "1", "type": "score-create", "body": {**SCORE, **each}}]}),
    path=st.sampled_from(["scores", "ingestion"]),
)  # fmt: skip
def test_any_body_is_answered(body: Any, path: str, send: Post):
    status, answer = send(body, path=path)

    assert status in {200, 202, 207, 400}
    assert status != 400 or answer["message"]


@pytest.mark.parametrize("path", ["scores", "ingestion"])
@pytest.mark.parametrize("raw", [b"", b"{", b"[" * 100_000, b'{"metadata":' + b"[" * 100_000, b"\xff\xfe"])
def test_what_is_no_json_is_refused(send: Post, path: str, raw: bytes):
    assert send(raw, path=path)[0] == 400
