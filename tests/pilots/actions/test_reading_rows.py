"""Rows that are read together are read as each of them would be by the close look, faults included."""

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pilots.actions.measurement_checks import CloseReader
from pilots.actions.measurement_known import MetricRead
from pilots.actions.measurement_row import Row
from pilots.actions.measurement_rows import Reader
from pilots.actions.measurement_series import InSeries, Series
from pilots.actions.rollups.counting import _values, plain
from pilots.models import Pilot
from pilots.models.pilot import State

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
EARLY = "2026-11-09T23:59:59.999999Z"

values = st.sampled_from(
    [1, 0, -3, True, 10**18, -(10**18) + 1, 1.5, 0.1 + 0.2, 2.2800000000000002, -0.0, 1e5, 1e17, float("nan"), float("inf"),
     1e-11, "2.5", "1_0", "٣", "x", "", None, [], Decimal("0.1"), Decimal("1e-11"), Decimal("5e-11"), Decimal("NaN"),
     Decimal("999999999999999999.99999999999"), Decimal("1e999"), Decimal("123456.12345678905"), Decimal("100")]
)  # fmt: skip
moments = st.sampled_from(
    [None, "", 7, EARLY, "2026-11-10T00:00:00Z", "2026-11-20T12:04:59+00:00", "2026-11-20T12:05:01Z", "1999-12-31T00:00Z",
     "2026-11-20T13:00:00.5+01:00", "2026-11-20T11:00:00", "x", NOW, datetime(2026, 11, 19)]
)  # fmt: skip
texts = st.sampled_from([None, "", "a", "ä", "\ud800", "a\x00", "x" * 64, "x" * 65, "y" * 201, 12, 1.5, []])
fields: dict[str, st.SearchStrategy[Any]] = {
    "metric": st.sampled_from(["minutes", "right", "minuts", 1, [], None]),
    "value": values,
    "observed_at": moments,
    "outcome": st.sampled_from(["ok", "error", "", None, "fine"]),
    "phase": st.sampled_from(["pilot", "baseline", "", None]),
    "candidate": st.sampled_from(["one", "two", "none", "", None]),
    "unit_id": texts,
    "fingerprint": texts,
    "external_id": texts,
    "attempts": st.sampled_from([1, 1000, 0, 1001, True, "3", None]),
    "context": st.sampled_from([None, {}, {"a": "ü"}, {"a": float("nan")}, "x"]),
}
plain_rows = st.fixed_dictionaries({"metric": st.just("minutes"), "value": values, "external_id": texts})
any_rows = st.fixed_dictionaries({}, optional=fields)


def reader(state: str) -> Reader:
    found = Reader(
        pilot=Pilot(pk=1, slug="p", state=state, window_start=date(2026, 11, 10)),
        metrics={"minutes": MetricRead(1, False), "right": MetricRead(2, True)},
        candidates={"one": 3, "two": 4},
        primary=3,
        now=NOW,
        remembered=None,
    )
    found.__dict__["compared"] = frozenset({2})
    return found


@settings(max_examples=150, deadline=None, derandomize=True)
@given(
    batch=st.lists(plain_rows, max_size=12) | st.lists(any_rows, max_size=6),
    state=st.sampled_from([State.RUNNING, State.DRAFT]),
)
def test_a_batch_is_read_as_its_rows_one_by_one(batch: list[dict[str, Any]], state: str):
    known = reader(state)
    closely = [CloseReader(known).read(raw) for raw in batch]

    rows, faults = known.read(batch)

    assert rows == [row for row, _ in closely]
    assert faults == {index: found for index, (_, found) in enumerate(closely) if found}


@settings(max_examples=60, deadline=None, derandomize=True)
@given(
    common=st.fixed_dictionaries(
        {"metric": st.just("minutes")},
        optional={name: fields[name] for name in ("outcome", "phase", "unit_id")},
    ),
    columns=st.lists(st.tuples(values, moments, texts), min_size=1, max_size=5),
)
def test_a_series_is_read_as_its_rows_one_by_one(common: dict[str, Any], columns: list[tuple[Any, ...]]):
    names = ("value", "observed_at", "external_id")
    series = InSeries([Series(common, dict(zip(names, zip(*columns, strict=True), strict=True)))] * 2)
    known = reader(State.RUNNING)

    rows, faults = known.read(series)

    raws = [{**common, **dict(zip(names, each, strict=True))} for each in columns] * 2
    assert list(series) == raws == series[:]
    alone, faults_alone = known.read(raws)
    assert [_stored(row) for row in rows] == [_stored(row) for row in alone]
    assert faults == faults_alone


def _stored(row: Row | None) -> Row | None:
    """What was sent is one for the whole series, unless it is looked at closely."""
    return row and msgspec.structs.replace(row, raw=None)


def test_one_faulty_row_of_many_is_found_alone():
    batch: list[Any] = [{"metric": "minutes", "value": n, "observed_at": EARLY} for n in range(100)]
    batch[41]["value"] = "many"
    batch[42] = "no row"

    rows, faults = reader(State.RUNNING).read(batch)

    assert [index for index, row in enumerate(rows) if row is None] == [41, 42] == sorted(faults)
    assert {row.phase for row in rows if row} == {"baseline"}


def test_numbers_that_a_program_reckoned_are_kept_to_ten_digits():
    batch = [
        {"metric": "minutes", "value": n} for n in (0.1 + 0.2, Decimal("2.2800000000000002"), 1e5, "7.50")
    ]

    rows, _ = reader(State.RUNNING).read(batch)

    assert [row.scaled for row in rows if row] == [3 * 10**9, 228 * 10**8, 10**15, 75 * 10**9]


@pytest.mark.parametrize(
    ("scaled", "text"),
    [(0, "0"), (2 * 10**10, "2"), (-15 * 10**9, "-1.5"), (1, "0.0000000001"), (10**15 + 1, "100000.0000000001"),
     (10**15 - 1, "99999.9999999999"), (10**27, "100000000000000000"), (-1, "-0.0000000001"), (10**8, "0.01")],
)  # fmt: skip
def test_a_value_in_a_digest_is_written_as_postgresql_writes_it(scaled: int, text: str):
    row = Row(1, 3, "pilot", scaled, "ok", NOW)

    assert plain(scaled) == text
    assert _values([row]) == [f"{text}|"] == _values([row, Row(1, 3, "pilot", 7, "ok", NOW)])[:1]
