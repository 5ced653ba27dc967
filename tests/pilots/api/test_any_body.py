"""Whatever is sent, the answer is a report or a problem document; never an error of ours."""

import json
from collections.abc import Callable
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pilots.actions.measurement_fields import FIELDS

Post = Callable[..., Any]

# Each example is a dry run in the same transaction; the fixtures are meant to last.
often = settings(
    max_examples=50,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
texts = st.sampled_from(
    [
        "review_minutes", "primary", "1", "", "NaN", "1e9999999", "-1E+999999999", "0x1", "١", "٣.٥", "²", "1_000", "ok",
        "2026-11-19", "2026-02-30T00:00:00Z", "2026-11-19T00:00:00", "0001-01-01T00:00:00+23:59",
        "9999-12-31T23:59:59-23:59", "2026-11-19T10:00:00+99:99", "\u202e", "'; --", "a/b~c", "x" * 5000,
    ]
)  # fmt: skip
junk = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.sampled_from([10**17, -(10**18), 10**30, 1e-300, 1e300])
    | texts
    | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=5,
)
good = {"metric": st.just("review_minutes"), "value": st.just(3.2)}
rows = st.fixed_dictionaries(good, optional={name: junk for name in FIELDS if name not in good})
strange = st.fixed_dictionaries({}, optional=dict.fromkeys([*FIELDS, "valeu", "a/b"], junk))


@often
@given(batch=st.lists(rows | strange | junk, max_size=4))
def test_any_rows_are_answered(batch: list[Any], post: Post):
    answer = post(batch, query="?dry_run=true")

    assert answer.status_code in {200, 207, 400, 422}
    json.loads(answer.content)


@often
@given(rows=st.lists(rows, min_size=1, max_size=3), on_conflict=st.sampled_from(["keep", "replace"]))
def test_any_rows_sent_twice_are_answered(rows: list[Any], on_conflict: str, post: Post):
    answer = post([*rows, *rows], query=f"?dry_run=true&on_conflict={on_conflict}")

    assert answer.status_code in {200, 207, 400, 422}


@often
@given(
    raw=st.binary(max_size=60)
    | st.text(alphabet='[]{},:"\\u0001d\n\rmetric=&%1eE+-. ', max_size=60).map(str.encode),
    content_type=st.sampled_from(
        ["application/json", "application/x-ndjson", "text/csv", "application/x-www-form-urlencoded"]
    ),
)
def test_any_bytes_are_answered(raw: bytes, content_type: str, post: Post):
    answer = post(raw, query="?dry_run=true", content_type=content_type)

    assert answer.status_code in {200, 207, 400, 422}
