"""Totals of days give back each earlier day exactly, and say when they cannot."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from pilots.judging.facts import DayFacts, Epoch, Phase
from pilots.judging.past import days_of
from pilots.judging.plan import Design, Estimand
from tests.pilots.judging.builders import MINUTES, MINUTES_BEFORE, NOT_SLOWER, START, D, facts, plan, values

PLAN = plan(metrics=(MINUTES,), goals=(), triggers=(NOT_SLOWER,))
DAILY = (
    DayFacts(day=date(2026, 3, 2), n=2, total=D(6), squares=D(20), failed=1),
    DayFacts(day=date(2026, 3, 4), n=3, total=D(12), squares=D(50)),
)
ARM = replace(
    values("review_minutes_per_item", 5, "3.6", "0"),
    total=D(18),
    squares=D(70),
    outcomes={"ok": 5, "timeout": 1},
    daily=DAILY,
    first_at=START,
)
KNOWN = facts(MINUTES_BEFORE, ARM, as_of=datetime(2026, 3, 4, 15, tzinfo=UTC))


def test_each_day_holds_all_up_to_its_end_and_the_whole_baseline():
    found = days_of(PLAN, KNOWN)

    assert found is not None
    assert [day.as_of for day in found] == [
        datetime(2026, 3, 2, 23, 59, 59, 999_999, tzinfo=UTC),
        datetime(2026, 3, 4, 15, tzinfo=UTC),
    ]
    first, last = (next(arm for arm in day.arms if arm.phase is not Phase.BASELINE) for day in found)
    assert (first.n, first.total, first.squares, first.days, first.outcomes) == (
        2,
        D(6),
        D(20),
        1,
        {"ok": 2, "error": 1},
    )
    assert (last.n, last.total, last.squares, last.days, last.outcomes) == (
        5,
        D(18),
        D(70),
        2,
        {"ok": 5, "error": 1},
    )
    assert [day.arms[0] for day in found] == [MINUTES_BEFORE, MINUTES_BEFORE]


def test_an_epoch_is_not_there_before_it_opened():
    later = Epoch(
        candidate="small-model", index=1, fingerprint="b", opened_at=datetime(2026, 3, 4, 9, tzinfo=UTC)
    )

    found = days_of(PLAN, replace(KNOWN, epochs=(later,)))

    assert found is not None
    assert [day.epochs for day in found] == [(), (later,)]


@pytest.mark.parametrize(
    "changed",
    [
        replace(ARM, averaged=True),
        replace(ARM, outcomes={"ok": 5, "timeout": 1, "refused": 2}),
        replace(ARM, outcomes={"ok": 5, "timeout": 1, "infra_error": 2}),
        replace(ARM, n=6),
        replace(ARM, outcomes={"ok": 5}),
        replace(ARM, missing=1),
    ],
    ids=["repeats", "refusals", "our own errors", "a unit too many", "a failure too many", "gaps"],
)
def test_what_days_do_not_tell_is_left_to_the_rows(changed):
    assert days_of(PLAN, replace(KNOWN, arms=(MINUTES_BEFORE, changed))) is None


@pytest.mark.parametrize(
    "metric", [replace(MINUTES, estimand=Estimand.QUANTILE), replace(MINUTES, design=Design.PAIRED)]
)
def test_quantiles_and_pairs_are_left_to_the_rows(metric):
    assert days_of(replace(PLAN, metrics=(metric,)), KNOWN) is None


def test_an_epoch_that_is_mixed_by_now_is_left_to_the_rows():
    mixed = Epoch(candidate="small-model", index=1, fingerprint="b", mixed=True)

    assert days_of(PLAN, replace(KNOWN, epochs=(mixed,))) is None


def test_nothing_measured_is_no_day():
    assert days_of(PLAN, facts(MINUTES_BEFORE)) == ()
