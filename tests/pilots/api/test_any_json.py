"""Whatever JSON an edit or a report is sent, the answer is a problem document or a success; never an error of ours."""

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from rest_framework.test import APIClient

from pilots.models import Failure, Pilot, Review
from tests.factories import make_ready_pilot, make_token

pytestmark = pytest.mark.django_db
often = settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])

ODD: list[bytes] = [
    b"", b"{", b"\xff\xfe{}", b"\xef\xbb\xbf{}", b'{"name": "\xc3"}', b"[" * 100_000, b'{"a":' * 60 + b"1" + b"}" * 60,
    b"NaN", b'{"cost": NaN}', b'{"cost": Infinity}', b'{"cost": 1e999999}', b'{"result": ' + b"9" * 5000 + b"}",
    b'{"result": ' + b"9" * 400 + b"}", b'{"note": "\\ud800"}', b'{"note": "\\u0000"}', b'"text"', b"7", b"null",
    b'{"happened_at": "9999-12-31T23:59:59-23:59"}', b"[" + b"{}," * 100_000 + b"{}]", b'{"a": 1, "a": 2}',
]  # fmt: skip
texts = st.sampled_from(
    ["", "1", "NaN", "1e400", "-1E+999999999", "0x1", "٣", "\u202e", "x" * 3000, "a/b@²", "\ud800"]
)
junk = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | texts
    | st.lists(st.integers(), max_size=2)
    | st.just({})
)
PATHS = {
    "metrics/": ["key", "name", "estimand", "quantile", "cap", "planned_n", "link"],
    "goals/": ["metric", "margin", "target", "relative"],
    "candidates/": ["slug", "name", "role", "deployment", "prompt"],
    "failures/": ["severity", "type", "cost", "result", "candidate", "happened_at", "external_id"],
    "reviews/": ["unit_id", "source", "verdict", "correct", "active_seconds", "result", "note"],
    "transitions/": ["to", "reason"],
}


@pytest.fixture
def pilot() -> Pilot:
    return make_ready_pilot()


@pytest.fixture
def client(pilot: Pilot) -> APIClient:
    client = APIClient()
    secret = make_token(pilot, scopes=("read", "ingest", "evaluate", "admin"))[1]
    client.credentials(HTTP_AUTHORIZATION=f"Bearer {secret}")
    return client


@pytest.mark.parametrize("path", PATHS)
def test_odd_bytes_are_answered(path: str, client: APIClient):
    for raw in ODD:
        answer = client.generic("POST", f"/api/v1/pilots/clause-check/{path}", raw, "application/json")

        assert answer.status_code in {400, 422}, (raw[:60], answer.status_code)
        assert answer.headers["Content-Type"] == "application/problem+json"
    assert Failure.objects.count() + Review.objects.count() == 0


@often
@given(data=st.data(), path=st.sampled_from(sorted(PATHS)))
def test_any_values_are_answered(data: st.DataObject, path: str, client: APIClient):
    body: dict[str, Any] = data.draw(st.fixed_dictionaries({}, optional=dict.fromkeys(PATHS[path], junk)))
    raw = _json(body)

    answer = client.generic("POST", f"/api/v1/pilots/clause-check/{path}", raw, "application/json")

    assert answer.status_code in {200, 201, 400, 403, 409, 422}


@pytest.mark.parametrize(
    "cursor", ["x", "cD1h", "cD0xJTAw", "bz05OTk5OTk5OTk5OTk5OTk5OTk5OTk5", "%00", "cj0xJnA9MTBlOTk="]
)
def test_a_cursor_that_was_made_up_is_refused(cursor: str, client: APIClient):
    answer = client.get(f"/api/v1/pilots/clause-check/failures/?cursor={cursor}")

    assert (answer.status_code, answer.json().get("code", "bad_cursor")) in {
        (400, "bad_cursor"),
        (200, "bad_cursor"),
    }


def _json(body: Any) -> bytes:
    import json

    return json.dumps(body).encode()
