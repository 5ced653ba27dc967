from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from pilots.actions.calls import Call, SeenSpan, Taken
from pilots.actions.span_rows import Chart

NONE: Mapping[str, str] = {}
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
    ended_ns: int = 1,
    *,
    labels: Mapping[str, str] = NONE,
    outcome: str = "ok",
    ns: int = 0,
    unit_id: str = "",
    amounts: Mapping[str, float] | None = None,
) -> SeenSpan:
    if amounts is None:
        amounts = {"duration": ns / 1e9, "input_tokens": 3}
    return SeenSpan("t:s", "", "p", Call(ended_ns, outcome, ("model-x",), "f", amounts, labels, unit_id))


@settings(max_examples=60, deadline=None, derandomize=True)
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
    spans = [
        call(labels=same),
        call(unit_id="7", labels=same),
        call(labels=same),
        call(labels=same, outcome="error"),
    ]

    rows, owners = CHART.rows(spans, Taken())

    told = {(owner, row["metric"]): row for owner, row in zip(owners, rows, strict=True)}
    assert len(told) == len(rows) == 12
    assert [told[at, "spent"]["outcome"] for at in range(4)] == ["ok", "ok", "ok", "error"]
    assert [told[at, "spent"].get("unit_id") for at in range(4)] == [None, "7", None, None]
    assert [told[2, metric]["value"] for metric in ("latency", "slow", "spent")] == [0, 0, 1.5]


def test_a_failed_call_has_a_row_for_what_it_does_not_tell_and_any_other_call_has_none():
    amounts = [{}, {"duration": 2.0}]
    spans = [call(outcome=outcome, amounts=each) for outcome in ("error", "ok") for each in amounts]

    rows, owners = CHART.rows(spans, Taken())

    told = sorted((owner, row["metric"], row["value"]) for owner, row in zip(owners, rows, strict=True))
    assert told == [
        (0, "latency", None),
        (0, "slow", None),
        (0, "spent", None),
        (1, "latency", 2.0),
        (1, "slow", 2000.0),
        (1, "spent", None),
        (3, "latency", 2.0),
        (3, "slow", 2000.0),
    ]
