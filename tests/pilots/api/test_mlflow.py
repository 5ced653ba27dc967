"""The MLflow door, call by call; the real client is in tests/journeys/test_senders.py."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from rest_framework.test import APIClient

from pilots.models import Measurement, Pilot, TrackedRun
from tests.factories import NOW, make_running_pilot, make_token

API = "/api/2.0/mlflow/"
AT_MS = int(NOW.timestamp() * 1000)
Call = Callable[..., Any]


@pytest.fixture
def call(script: APIClient) -> Call:
    """(status, answer); a dict is posted, parameters are asked for."""

    def send(address: str, body: Any = None, *, client: APIClient = script, **query: str) -> tuple[int, Any]:
        if body is None:
            answer = client.get(f"{API}{address}", query)
        else:
            raw = body if isinstance(body, bytes) else json.dumps(body).encode()
            answer = client.generic("POST", f"{API}{address}", raw, "application/json")
        return answer.status_code, json.loads(answer.content)

    return send


@pytest.fixture
def run_id(pilot: Pilot, call: Call) -> str:
    body = {
        "experiment_id": str(pilot.pk),
        "start_time": AT_MS,
        "tags": [{"key": "pilotage.segment", "value": "n"}],
    }
    return str(call("runs/create", body)[1]["run"]["info"]["run_id"])


def point(value: Any = 3.2, key: str = "review_minutes", step: int = 1) -> dict[str, Any]:
    return {"key": key, "value": value, "timestamp": AT_MS, "step": step}


def test_an_experiment_is_the_pilot_of_that_name(pilot: Pilot, call: Call):
    other = make_running_pilot("ticket-triage")

    by_name = call("experiments/get-by-name", experiment_name="clause-check")
    made = call("experiments/create", {"name": "clause-check"})
    by_id = call("experiments/get", experiment_id=str(pilot.pk))
    foreign = call("experiments/get", experiment_id=str(other.pk))

    assert by_name[1]["experiment"]["name"] == by_id[1]["experiment"]["name"] == "clause-check"
    assert made == (200, {"experiment_id": str(pilot.pk)})
    assert (foreign[0], foreign[1]["error_code"]) == (404, "RESOURCE_DOES_NOT_EXIST")


def test_a_logged_metric_is_a_measurement_once(run_id: str, call: Call):
    batch = {
        "run_id": run_id,
        "metrics": [point(), point(4.0, step=2)],
        "params": [{"key": "p", "value": "1"}],
    }

    answers = [call("runs/log-batch", batch) for _ in range(2)]
    single = call("runs/log-metric", {"run_uuid": run_id, **point()})

    assert [*answers, single] == [(200, {})] * 3
    rows = Measurement.objects.order_by("value").values_list("value", "segment", "source")
    assert [(float(value), segment, source) for value, segment, source in rows] == [
        (3.2, "n", "mlflow"),
        (4.0, "n", "mlflow"),
    ]


def test_a_run_tells_what_was_logged_and_how_it_ended(run_id: str, call: Call):
    call("runs/log-batch", {"run_id": run_id, "metrics": [point(4.0, step=2), point(3.2, step=1)]})
    call("runs/log-parameter", {"run_id": run_id, "key": "temperature", "value": "0"})
    call("runs/set-tag", {"run_id": run_id, "key": "team", "value": "legal"})

    call("runs/update", {"run_id": run_id, "status": "FINISHED", "end_time": AT_MS + 5})

    run = call("runs/get", run_id=run_id)[1]["run"]
    assert (run["info"]["status"], run["info"]["end_time"]) == ("FINISHED", AT_MS + 5)
    assert run["data"] == {
        "metrics": [{"key": "review_minutes", "value": 4.0, "timestamp": AT_MS, "step": 2}],
        "params": [{"key": "temperature", "value": "0"}],
        "tags": [{"key": "pilotage.segment", "value": "n"}, {"key": "team", "value": "legal"}],
    }


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        (point(key="review_minuts"), "Did you mean review_minutes?"),
        (point("NaN"), "NaN and infinity are no measurements"),
        ({**point(), "timestamp": AT_MS + 10**9}, "more than 5 minutes ahead"),
        ({**point(), "timestamp": "soon"}, "Send timestamp as a whole number."),
        ({**point(), "timestamp": -5}, "milliseconds since 1970"),
    ],
)
def test_a_batch_with_a_fault_is_refused_whole(run_id: str, call: Call, wrong: dict[str, Any], said: str):
    status, answer = call("runs/log-batch", {"run_id": run_id, "metrics": [point(), wrong]})

    assert (status, answer["error_code"]) == (400, "INVALID_PARAMETER_VALUE")
    assert said in answer["message"]
    assert not Measurement.objects.exists()
    assert TrackedRun.objects.get().newest == {}


def test_what_the_pilot_does_not_measure_stays_with_the_run_when_asked(run_id: str, call: Call):
    call("runs/set-tag", {"run_id": run_id, "key": "pilotage.ignore_unknown", "value": "true"})

    answer = call("runs/log-batch", {"run_id": run_id, "metrics": [point(), point(0.4, key="loss")]})

    assert answer == (200, {})
    assert Measurement.objects.count() == 1
    assert set(TrackedRun.objects.get().newest) == {"review_minutes", "loss"}


def test_a_run_of_another_pilot_does_not_exist(run_id: str, call: Call, with_token: Any):
    client = with_token(make_token(make_running_pilot("ticket-triage"))[1])

    answers = [
        call("runs/get", run_id=run_id, client=client),
        call("runs/log-metric", {"run_id": run_id, **point()}, client=client),
    ]

    assert [(status, answer["error_code"]) for status, answer in answers] == [
        (404, "RESOURCE_DOES_NOT_EXIST")
    ] * 2


def test_refusals_are_in_the_words_of_mlflow(pilot: Pilot, call: Call, with_token: Any):
    reader = with_token(make_token(pilot, scopes=("read",))[1])

    answers = [
        call("runs/get", run_id="x", client=APIClient()),
        call("runs/get", run_id="x", client=reader),
        call("runs/create", b"{"),
        call("runs/create"),
    ]

    assert [(status, answer["error_code"]) for status, answer in answers] == [
        (401, "UNAUTHENTICATED"),
        (403, "PERMISSION_DENIED"),
        (400, "INVALID_PARAMETER_VALUE"),
        (405, "ENDPOINT_NOT_FOUND"),
    ]


junk = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8) | st.sampled_from(
    ["\x00", "9" * 30, "-1", "1e999", "NaN", "\ud800"]
)  # fmt: skip
FIELDS = ["run_id", "key", "value", "timestamp", "step", "metrics", "params", "tags", "status", "end_time", "run_name",
          "experiment_id", "start_time", "user_id", "name"]  # fmt: skip


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    address=st.sampled_from(["runs/create", "runs/log-metric", "runs/log-batch", "runs/log-parameter", "runs/set-tag",
                             "runs/update", "experiments/create"]),
    body=st.dictionaries(st.sampled_from(FIELDS), junk | st.lists(
        st.dictionaries(st.sampled_from(["key", "value", "timestamp", "step"]), junk, max_size=4), max_size=2)),
    known=st.booleans(),
)  # fmt: skip
def test_any_body_is_answered(address: str, body: dict[str, Any], known: bool, run_id: str, call: Call):
    status, answer = call(address, {**body, "run_id": run_id} if known else body)

    assert status in {200, 400, 404}
    assert status == 200 or answer["message"]
