"""The running statistics say what the rows say, whatever came in and in whatever order."""

import os
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pilots.actions import measurements, rollups
from pilots.models import Goal, Pilot, StopTrigger
from pilots.queries import facts, plans
from pilots.queries.facts import state
from tests.factories import NOW, make_candidate, make_metric, make_ready_pilot

pytestmark = pytest.mark.django_db

LATER = NOW + timedelta(minutes=10)


@pytest.fixture
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


def record(pilot: Pilot, rows: list[dict[str, Any]], **options: Any) -> measurements.Report:
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
