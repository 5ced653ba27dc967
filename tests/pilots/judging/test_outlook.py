"""What is still needed, when it may settle, and what cannot settle: before the start, on the way, at the end."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest

from pilots.judging.judge import judge
from pilots.judging.plan import Extensions, StopTrigger
from pilots.judging.power import Expected, power
from pilots.judging.verdict import Flag, ReasonCode
from tests.pilots.judging.builders import (
    COST,
    COST_BEFORE,
    DAY_12,
    END,
    ERRORS,
    GOOD,
    MINUTES,
    MINUTES_BEFORE,
    START,
    UNCLEAR,
    facts,
    late,
    plan,
    result,
    values,
    yes,
)


def forecast(verdict, key):
    return result(verdict, key).forecast


def test_a_forecast_gives_units_days_range_and_date():
    found = forecast(
        judge(plan(), facts(COST_BEFORE, values("cost_per_task", 130, "1.0", "0.4"), *GOOD[2:]), DAY_12),
        "save",
    )

    # 10 a day; 244 units have a half-width of 0.1 with SE² = 0.16/400 + 0.16/244 and a multiplier of 3.07
    assert found.units == 114
    assert found.days == 12
    assert found.days_low == 3
    assert found.days_high is None
    assert found.on == date(2026, 3, 26)
    assert 0.5 < found.probability < 1


def test_settled_gates_have_no_forecast():
    assert forecast(judge(plan(), facts(*GOOD), DAY_12), "save") is None


def test_missing_days_are_waited_for_even_when_the_interval_would_settle_today():
    arms = tuple(replace(arm, days=3) for arm in late(GOOD, START + timedelta(days=3)))

    found = forecast(judge(plan(), facts(*arms), START + timedelta(days=3)), "save")

    assert (found.units, found.days) == (0, 4)


def test_a_value_on_its_limit_has_no_end_in_sight():
    trigger = StopTrigger(key="t", metric="error_rate", limit=Decimal("0.05"))

    found = forecast(
        judge(
            plan(metrics=(ERRORS,), goals=(), triggers=(trigger,)), facts(yes("error_rate", 15, 300)), DAY_12
        ),
        "t",
    )

    assert found.days is None
    assert (
        found.sentence
        == "error rate: at this rate no end is in sight; the value is too close to its limit or goal"
    )


def test_looks_on_one_day_say_the_same():
    morning = judge(plan(), facts(*UNCLEAR), DAY_12 + timedelta(hours=6))
    evening = judge(plan(), facts(*UNCLEAR), DAY_12 + timedelta(hours=23))

    assert replace(evening, as_of=morning.as_of, rules=morning.rules) == morning


def test_an_extension_is_never_longer_than_half_of_the_first_window():
    arms = late((COST_BEFORE, values("cost_per_task", 150, "1.0", "0.4"), *GOOD[2:]), END)
    short = plan(extensions=Extensions(used=1, first_window_days=40, limit=2))

    verdict = judge(short, facts(*arms), END + timedelta(hours=1))

    assert verdict.extend.days == 20


def test_what_two_extensions_cannot_settle_is_not_extended():
    arms = late((COST_BEFORE, values("cost_per_task", 90, "1.0", "0.4"), *GOOD[2:]), END)

    verdict = judge(plan(), facts(*arms), END + timedelta(hours=1))

    assert (verdict.flag, verdict.code) == (Flag.STOP, ReasonCode.UNRESOLVED)


def test_open_blockers_alone_are_extended_by_a_week():
    verdict = judge(plan(), facts(*late(GOOD, END), blockers=("no operator",)), END + timedelta(hours=1))

    assert (verdict.flag, verdict.extend.days, verdict.extend.metric) == (Flag.EXTEND, 7, "the open blockers")


def test_the_host_may_retire_the_model_after_the_lucky_end_of_the_forecast():
    arms = COST_BEFORE, values("cost_per_task", 130, "1.0", "0.4"), *GOOD[2:]

    soon = judge(plan(host_retires_on=date(2026, 3, 14)), facts(*arms), DAY_12)
    later = judge(plan(host_retires_on=date(2026, 4, 14)), facts(*arms), DAY_12)

    assert soon.code is ReasonCode.VENDOR
    assert later.code is ReasonCode.COLLECTING


def expected(plan_, **guesses):
    return {entry.criterion: entry for entry in power(plan_, guesses, facts(COST_BEFORE, MINUTES_BEFORE))}


def test_a_large_saving_is_likely_to_be_proven():
    found = expected(plan(), cost_per_task=Expected(value=Decimal("0.9"), sd=Decimal("0.4")))["save"]

    assert found.probability > 0.99
    assert found.sentence == "cost per task: 100 % likely to be proven after 700 units at 0.90 EUR"


def test_a_truth_on_its_limit_is_said_before_the_start():
    found = expected(plan(), review_minutes_per_item=Expected(value=Decimal("2.8"), sd=Decimal(1)))[
        "not_slower"
    ]

    assert found.probability < 0.05
    assert found.sentence.endswith("; too close to its limit: choose another limit or plan more units")


def test_an_error_rate_at_its_limit_is_unlikely_to_be_safe_and_one_far_below_likely():
    trigger = StopTrigger(key="t", metric="error_rate", limit=Decimal("0.05"))
    watched = plan(metrics=(MINUTES, COST, ERRORS), goals=(), triggers=(trigger,))

    assert expected(watched, error_rate=Expected(value=Decimal("0.05")))["t"].probability < 0.05
    assert expected(watched, error_rate=Expected(value=Decimal("0.01")))["t"].probability > 0.9


@pytest.mark.parametrize("guesses", [{}, {"cost_per_task": Expected(value=Decimal(1))}])
def test_without_an_expectation_nothing_is_forecast(guesses):
    assert expected(plan(), **guesses)["save"].probability is None
