from datetime import UTC, datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from pilots.actions.calls import Call, SeenSpan, Taken
from pilots.actions.span_rows import Chart

CHART = Chart(
    pilot_id=1,
    slug="p",
    mappings=[("latency", "duration", 1), ("slow", "duration", 1000), ("spent", "input_tokens", 0.5)],
    incomplete=[],
    served={"model-x": "one"},
    opens_ns=0,
    enclosing=[],
)


def call(
    ended_ns: int = 1, labels: dict[str, str] | None = None, outcome: str = "ok", ns: int = 0
) -> SeenSpan:
    amounts = {"duration": ns / 1e9, "input_tokens": 3}
    return SeenSpan("t:s", "", "p", Call(ended_ns, outcome, ("model-x",), "f", amounts, labels or {}))


@settings(max_examples=200, deadline=None, derandomize=True)
@given(ended_ns=st.integers(0, 2**62), ns=st.integers(0, 10**14))
def test_times_are_kept_to_the_microsecond_and_durations_to_the_nanosecond(ended_ns: int, ns: int):
    rows, _ = CHART.rows([call(ended_ns, ns=ns)], Taken())

    assert rows[0]["observed_at"] == datetime(1970, 1, 1, tzinfo=UTC) + timedelta(
        microseconds=ended_ns // 1000
    )
    assert round(rows[0]["value"] * 10**9) == ns
    assert rows[1]["value"] == round(ns / 1e9 * 1000, 10)


def test_calls_share_fields_only_where_they_say_the_same():
    same: dict[str, str] = {}
    spans = [call(), call(labels={"unit_id": "7"}), call(labels=same), call(labels=same, outcome="error")]

    rows, owners = CHART.rows(spans, Taken())

    assert owners == [0, 0, 0, 1, 1, 1, 2, 2, 2, 3, 3, 3]
    assert [(row["outcome"], row.get("unit_id")) for row in rows[::3]] == [
        ("ok", None),
        ("ok", "7"),
        ("ok", None),
        ("error", None),
    ]
    assert [(row["metric"], row["value"]) for row in rows[:3]] == [
        ("latency", 0),
        ("slow", 0),
        ("spent", 1.5),
    ]
