"""The running statistics say what the rows say, whatever came in and in whatever order."""

import os
from collections import Counter
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

import psycopg
import pytest
from django.db import transaction
from django.db.models import Sum
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pilots.actions import journeys, measurements, rollups
from pilots.actions.measurement_report import Report
from pilots.judging.plan import Plan
from pilots.models import Goal, Metric, Pilot, Rollup, RollupHistogram, StopTrigger
from pilots.queries import facts, plans
from pilots.queries.facts import state
from tests.copied_rows import copied
from tests.factories import NOW, make_candidate, make_metric, make_ready_pilot

pytestmark = pytest.mark.django_db

LATER = NOW + timedelta(minutes=10)


@pytest.fixture
@copied
def pilot() -> Pilot:
    """Four metrics: a capped mean, a rate, a p95 with two limits, a mean without bounds; two candidates."""
    from pilots.actions import pilots

    made = make_ready_pilot()
    make_candidate(made, "challenger", role="challenger")
    make_metric(made, "wrong", estimand="rate", unit="", cap=None, floor=None, margin="0.05")
    slow = make_metric(
        made, "seconds", estimand="quantile", quantile=0.95, design="absolute", unit="s", cap=None
    )
    Goal.objects.create(metric=slow, target=Decimal("2.5"))
    StopTrigger.objects.create(metric=slow, limit=Decimal("4"))
    make_metric(made, "cost", unit="EUR", cap=None, floor=None)
    pilots.start(pilot=made, by=made.owner, now=NOW - timedelta(days=18))
    made.refresh_from_db()
    return made


def record(pilot: Pilot, rows: list[dict[str, Any]], **options: Any) -> Report:
    report = measurements.record(pilot=pilot, rows=rows, now=NOW, **options)
    assert report.rejected == 0, report
    return report


def build(pilot: Pilot, at: datetime = NOW) -> None:
    rollups.refresh(pilot=pilot, plan=plans.current(pilot)[1], now=at)


def assert_equal(pilot: Pilot, at: datetime = NOW) -> None:
    """The statistics answer, and say what the rows say."""
    _, plan = plans.current(pilot)
    kept = state.load(pilot, plan, as_of=at)
    truth = facts.from_rows(pilot, plan, as_of=at)

    assert kept is not None
    assert facts.load(pilot, plan, as_of=at).to_json() == truth.to_json()
    assert_bins_hold(pilot, plan, at)


def bins(pilot: Pilot) -> dict[tuple[Any, ...], int]:
    found = RollupHistogram.objects.filter(pilot=pilot)
    summed = Counter[tuple[Any, ...]]()
    for *place, n in found.counted("metric_id", "candidate", "epoch", "segment", "phase", "day"):
        summed[tuple(place)] += n
    return {place: n for place, n in summed.items() if n}


def assert_bins_hold(pilot: Pilot, plan: Plan, at: datetime) -> None:
    """Kept batch by batch they are what one pass over all rows makes of them."""
    kept = bins(pilot)
    with transaction.atomic():
        rollups.rebuild(pilot=pilot, plan=plan, now=at)
        counted = bins(pilot)
        transaction.set_rollback(True)
    n = Rollup.objects.filter(pilot=pilot).aggregate(n=Sum("n"))["n"] or 0
    assert (kept, sum(kept.values())) == (counted, n)


moments = st.one_of(
    st.integers(0, 40 * 24 * 60).map(lambda minutes: NOW - timedelta(minutes=minutes)),
    st.sampled_from([NOW - timedelta(days=days) for days in (0, 2, 5, 6, 15, 25)]),
)
VALUES = {
    "review_minutes": st.decimals(-5, 90, places=4),
    "wrong": st.sampled_from([Decimal(0), Decimal(1)]),
    "seconds": st.decimals(0, 8, places=2),
    "cost": st.decimals("-1e15", "1e15", places=10),
}
OUTCOMES = ["ok"] * 6 + [
    "abstained",
    "escalated",
    "refused",
    "blocked",
    "timeout",
    "error",
    "infra_error",
    "infra_error",
]


@st.composite
def row(draw: st.DrawFn) -> dict[str, Any]:
    metric = draw(st.sampled_from(sorted(VALUES)))
    at = draw(moments)
    baseline = at.date() < datetime(2026, 11, 1).date()
    outcome = draw(st.sampled_from(OUTCOMES))
    valued = outcome == "ok" or draw(st.booleans())
    return {
        "metric": metric,
        "observed_at": at.isoformat(),
        "outcome": outcome,
        "unit_id": draw(st.sampled_from(["", "", "a", "b", "c", "d"])),
        "segment": draw(st.sampled_from(["", "north", "south"])),
        "fingerprint": draw(st.sampled_from(["", "", "f1", "f2", "f3"])),
        "external_id": draw(st.sampled_from(["", "", *(f"{baseline}-{number}" for number in range(12))])),
        "provenance": draw(st.sampled_from(["real", "real", "replayed", "synthetic", "demo"])),
        **({} if baseline else {"candidate": draw(st.sampled_from(["primary", "challenger"]))}),
        **({"value": str(draw(VALUES[metric]))} if valued else {}),
    }


steps = st.lists(
    st.tuples(
        st.sampled_from(["keep", "keep", "replace", "fold", "judge"]),
        st.lists(row(), min_size=1, max_size=12),
    ),
    min_size=1,
    max_size=6,
)


@settings(
    max_examples=int(os.environ.get("EX", "12")),
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(steps=steps)
def test_any_batches_corrections_and_folds_give_what_the_rows_give(
    pilot: Pilot, steps: list[tuple[str, list[dict[str, Any]]]]
) -> None:
    with transaction.atomic():
        build(pilot)
        for kind, rows in steps:
            if kind == "fold":
                rollups.fold(pilot_id=pilot.pk)
            if kind == "judge":
                build(pilot)
            measurements.record(
                pilot=pilot, rows=rows, now=NOW, on_conflict="replace" if kind == "replace" else "keep"
            )
            _, plan = plans.current(pilot)
            loaded = facts.load(pilot, plan, as_of=NOW).to_json()
            assert loaded == facts.from_rows(pilot, plan, as_of=NOW).to_json()

        build(pilot)

        assert_equal(pilot)
        rollups.fold(pilot_id=pilot.pk)
        assert_equal(pilot)
        transaction.set_rollback(True)


def minutes(value: object = 3, **fields: object) -> dict[str, Any]:
    return {"metric": "review_minutes", "value": value, **fields}


def test_a_batch_leaves_one_row_a_series_and_folding_merges_them(pilot: Pilot) -> None:
    build(pilot)
    for value in (1, 2, 3):
        record(pilot, [minutes(value, unit_id=""), minutes(value + 1)])

    before = Rollup.objects.filter(pilot=pilot, rows__gt=0).count()
    rollups.fold(pilot_id=pilot.pk)

    assert (before, Rollup.objects.filter(pilot=pilot, rows__gt=0).count()) == (3, 1)
    assert Rollup.objects.get(pilot=pilot, rows__gt=0).total == Decimal(15)
    assert_equal(pilot)


def test_a_unit_seen_again_is_averaged_without_its_earlier_rows(pilot: Pilot) -> None:
    build(pilot)
    record(pilot, [minutes(1, unit_id="a")])
    record(pilot, [minutes(2, unit_id="a"), minutes(4, unit_id="b")])

    kept = state.load(pilot, plans.current(pilot)[1], as_of=NOW)

    assert kept is not None
    assert [(arm.n, arm.total, arm.rows, arm.averaged) for arm in kept.arms] == [(2, Decimal("5.5"), 3, True)]
    assert_equal(pilot)


def test_a_unit_seen_again_in_the_maintenance_phase_leaves_first_use(pilot: Pilot) -> None:
    build(pilot)
    early = [(NOW - timedelta(days=days)).isoformat() for days in (10, 9, 8)]
    record(pilot, [minutes(1, unit_id=unit, observed_at=at) for unit, at in zip("abc", early, strict=True)])

    record(pilot, [minutes(5, unit_id="b")])

    assert_equal(pilot)


def test_the_last_unit_to_leave_first_use_is_recounted_before_the_statistics_answer_again(
    pilot: Pilot,
) -> None:
    build(pilot)
    record(pilot, [minutes(1, unit_id="a", observed_at=(NOW - timedelta(days=9)).isoformat())])

    record(pilot, [minutes(5, unit_id="a")])

    assert state.load(pilot, plans.current(pilot)[1], as_of=NOW) is None
    build(pilot)
    assert_equal(pilot)


def test_a_corrected_value_is_taken_out_and_put_in_at_once(pilot: Pilot) -> None:
    build(pilot)
    record(pilot, [minutes(1, external_id="x", unit_id="a"), minutes(7, external_id="y")])

    record(pilot, [minutes(9, external_id="x", unit_id="a")], on_conflict="replace")

    assert_equal(pilot)


def test_a_correction_that_moves_a_row_in_time_is_read_from_the_rows_until_a_rebuild(pilot: Pilot) -> None:
    build(pilot)
    record(pilot, [minutes(1, external_id="x"), minutes(7, external_id="y")])

    moved = minutes(1, external_id="x", observed_at=(NOW - timedelta(days=3)).isoformat())
    record(pilot, [moved], on_conflict="replace")

    assert state.load(pilot, plans.current(pilot)[1], as_of=NOW) is None
    build(pilot)
    assert_equal(pilot)


def test_a_new_fingerprint_after_all_others_needs_no_rebuild(pilot: Pilot) -> None:
    build(pilot)
    hours = [(NOW - timedelta(hours=hour)).isoformat() for hour in (5, 4, 3)]
    record(pilot, [minutes(1, observed_at=hours[0]), minutes(2, observed_at=hours[1], fingerprint="f1")])

    record(pilot, [minutes(3, observed_at=hours[2], fingerprint="f2"), minutes(4)])

    assert_equal(pilot)


def test_a_fingerprint_that_turns_out_to_be_older_is_recounted(pilot: Pilot) -> None:
    build(pilot)
    record(pilot, [minutes(1, fingerprint="f2"), minutes(2)])

    record(pilot, [minutes(3, observed_at=(NOW - timedelta(hours=9)).isoformat(), fingerprint="f1")])

    assert state.load(pilot, plans.current(pilot)[1], as_of=NOW) is None
    build(pilot)
    assert_equal(pilot)


def test_an_amended_cap_is_never_answered_from_figures_under_the_old_one(pilot: Pilot) -> None:
    from pilots.actions import plans as amending

    build(pilot)
    record(pilot, [minutes(50), minutes(3)])
    Metric.objects.filter(pilot=pilot, key="review_minutes").update(cap=Decimal(20))
    amending.freeze(pilot=pilot, reason="A review takes 20 minutes at most.", by=pilot.owner, now=NOW)

    plan = plans.current(pilot)[1]
    asked_at_once = facts.load(pilot, plan, as_of=NOW)
    kept = state.load(pilot, plan, as_of=NOW)
    build(pilot)

    assert kept is None
    assert [arm.total for arm in asked_at_once.arms] == [Decimal(23)]
    assert_equal(pilot)


def test_a_row_dated_ahead_is_counted_when_its_time_has_come(pilot: Pilot) -> None:
    build(pilot)
    record(
        pilot,
        [minutes(1), minutes(2, observed_at=(NOW + timedelta(minutes=4)).isoformat(), fingerprint="f9")],
    )

    assert_equal(pilot)
    assert state.load(pilot, plans.current(pilot)[1], as_of=LATER) is None
    build(pilot, LATER)
    assert_equal(pilot, LATER)


def test_a_look_back_is_answered_from_the_rows(pilot: Pilot) -> None:
    build(pilot)
    record(pilot, [minutes(1), minutes(2, observed_at=(NOW - timedelta(days=2)).isoformat())])
    plan = plans.current(pilot)[1]

    known = facts.load(pilot, plan, as_of=NOW - timedelta(days=1))

    assert [(arm.n, arm.total) for arm in known.arms] == [(1, Decimal(2))]


def test_facts_take_as_many_statements_for_three_rows_as_for_three_hundred(
    pilot: Pilot, monkeypatch: pytest.MonkeyPatch
) -> None:
    build(pilot)
    plan = plans.current(pilot)[1]
    sent: list[object] = []
    execute, journey = psycopg.Cursor.execute, journeys.journey

    def counted(self: Any, query: Any, *args: Any, **kwargs: Any) -> Any:
        sent.append(query)
        return execute(self, query, *args, **kwargs)

    def together(made_by: Any, asked: Any, **kept: Any) -> Any:
        sent.extend(asked)
        return journey(made_by, asked, **kept)

    def statements() -> int:
        sent.clear()
        with monkeypatch.context() as patch:  # the driver's: not all of ours pass through Django's cursors
            patch.setattr(psycopg.Cursor, "execute", counted)
            patch.setattr(journeys, "journey", together)
            facts.load(pilot, plan, as_of=NOW)
        return len(sent)

    record(pilot, [minutes(1)] * 3)
    few = statements()
    record(pilot, [minutes(2)] * 300)

    assert (few, statements()) == (6, 6)
