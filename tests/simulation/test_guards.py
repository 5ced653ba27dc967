"""Guards of the judge that take more than one figure to see."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

from pilots.judging.judge import judge
from pilots.judging.plan import Design, StopTrigger
from pilots.judging.verdict import Flag, ReasonCode, Status
from tests.pilots.judging.builders import (
    COST_BEFORE,
    COST_HALVED,
    ERRORS,
    FUTILE,
    GOOD,
    HARMFUL,
    START,
    before,
    facts,
    late,
    plan,
    result,
    values,
    yes,
)

DAY_6, DAY_12 = START + timedelta(days=6), START + timedelta(days=12)


def test_harm_stops_though_another_metric_has_no_data():
    arms = [arm for arm in HARMFUL if arm is not COST_HALVED]

    assert judge(plan(), facts(*arms), DAY_12).code is ReasonCode.HARM


def test_go_waits_for_seven_days_of_the_window_whatever_days_the_data_carry():
    verdict = judge(plan(), facts(*late(GOOD, DAY_6)), DAY_6)

    assert {found.status for found in verdict.results} == {Status.PROVEN, Status.SAFE}
    assert verdict.flag is Flag.COLLECTING


def test_futility_waits_for_seven_days_of_the_window_whatever_days_the_data_carry():
    verdict = judge(plan(), facts(*late(FUTILE, DAY_6)), DAY_6)

    assert result(verdict, "save").status is Status.REFUTED
    assert verdict.flag is Flag.COLLECTING


def test_twenty_nine_units_prove_nothing():
    few, enough = (values("cost_per_task", n, "0.6", "0.01") for n in (29, 30))

    assert (
        result(judge(plan(), facts(COST_BEFORE, few, *GOOD[2:]), DAY_12), "save").status
        is Status.INSUFFICIENT
    )
    assert (
        result(judge(plan(), facts(COST_BEFORE, enough, *GOOD[2:]), DAY_12), "save").status is Status.PROVEN
    )


def test_a_baseline_of_twenty_nine_units_proves_nothing():
    few, enough = (before(values("cost_per_task", n, "1.2", "0.01")) for n in (29, 30))

    assert result(judge(plan(), facts(few, *GOOD[1:]), DAY_12), "save").status is Status.INSUFFICIENT
    assert result(judge(plan(), facts(enough, *GOOD[1:]), DAY_12), "save").status is Status.PROVEN


def test_six_days_with_data_prove_nothing_however_long_the_window_is_open():
    arms = tuple(replace(arm, days=6) for arm in GOOD)

    verdict = judge(plan(), facts(*arms), DAY_12)

    assert {found.status for found in verdict.results} == {Status.INSUFFICIENT}


def test_the_baseline_of_a_rate_is_uncertain_as_well():
    """2 % before and 6 % of 1,000 after: a stop when the 2 % are 40 of 2,000, too little when they are 2 of 100."""
    errors = replace(ERRORS, design=Design.BEFORE_AFTER)
    written = plan(
        metrics=(errors,), goals=(), triggers=(StopTrigger(key="t", metric=errors.key, margin=Decimal(0)),)
    )

    known = facts(before(yes(errors.key, 40, 2000)), yes(errors.key, 60, 1000))
    vague = facts(before(yes(errors.key, 2, 100)), yes(errors.key, 60, 1000))

    assert result(judge(written, known, DAY_12), "t").status is Status.BREACHED
    assert result(judge(written, vague, DAY_12), "t").status is Status.UNDECIDED
