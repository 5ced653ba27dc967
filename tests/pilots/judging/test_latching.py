"""A breach stays until faulty data are corrected; everything else is judged on today's data."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from pilots.judging.facts import Correction, Latch
from pilots.judging.judge import judge
from pilots.judging.plan import StopTrigger
from pilots.judging.verdict import Flag, ReasonCode, Status
from tests.pilots.judging.builders import COST_BEFORE, DAY_12, GOOD, HARMFUL, START, facts, plan, result, text

LATCH = Latch(
    trigger="not_slower", since=START.replace(day=5), sentence="review minutes were worse by at least 0.3"
)


def test_a_latched_trigger_stays_breached_on_good_data():
    verdict = judge(plan(), facts(*GOOD, latched=(LATCH,)), DAY_12)

    assert verdict.flag is Flag.STOP
    assert verdict.code is ReasonCode.HARM
    assert verdict.breached == ("not_slower",)
    assert result(verdict, "not_slower").latched_since == START.replace(day=5)
    assert result(verdict, "not_slower").first_breach == "review minutes were worse by at least 0.3"


def test_a_latched_trigger_says_since_when():
    verdict = judge(plan(), facts(*GOOD, latched=(LATCH,)), DAY_12)

    assert result(verdict, "not_slower").reason.endswith("; breached since 2026-03-05, and a breach stays")


def test_a_latched_trigger_stays_breached_without_any_data():
    verdict = judge(plan(), facts(latched=(LATCH,)), DAY_12)

    assert verdict.code is ReasonCode.HARM


def test_a_latched_trigger_stays_breached_when_its_facts_cannot_be_read():
    broken = replace(GOOD[3], squares=Decimal(1))

    verdict = judge(plan(), facts(*GOOD[:3], broken, latched=(LATCH,)), DAY_12)

    assert result(verdict, "not_slower").status is Status.BREACHED
    assert verdict.code is ReasonCode.HARM


def test_a_latched_trigger_that_is_no_longer_readable_stays_breached():
    unreadable = StopTrigger(key="not_slower", metric="nowhere", margin=Decimal(1))

    verdict = judge(plan(triggers=(unreadable,)), facts(*GOOD, latched=(LATCH,)), DAY_12)

    assert verdict.code is ReasonCode.HARM


def test_a_breach_that_today_still_shows_reads_the_same_latched_or_not():
    first = judge(plan(), facts(*HARMFUL), DAY_12)

    again = judge(plan(), facts(*HARMFUL, latched=(LATCH,)), DAY_12)

    assert again.reason == first.reason


def test_of_several_latches_the_earliest_counts_in_any_order():
    later = replace(LATCH, since=START.replace(day=9))

    one = judge(plan(), facts(*GOOD, latched=(later, LATCH)), DAY_12)
    other = judge(plan(), facts(*GOOD, latched=(LATCH, later)), DAY_12)

    assert result(one, "not_slower").latched_since == START.replace(day=5)
    assert text(one) == text(other)


def test_a_latch_of_another_trigger_does_not_matter():
    verdict = judge(plan(), facts(*GOOD, latched=(replace(LATCH, trigger="another"),)), DAY_12)

    assert verdict.flag is Flag.GO


def test_a_goal_does_not_latch():
    verdict = judge(plan(), facts(*GOOD, latched=(replace(LATCH, trigger="save"),)), DAY_12)

    assert verdict.flag is Flag.GO


def test_a_correction_lifts_the_latch_and_stays_visible():
    correction = Correction(trigger="not_slower", at=DAY_12, approved_by="otto", reason="timer ran overnight")

    verdict = judge(plan(), facts(*GOOD, corrections=(correction,)), DAY_12)

    assert verdict.flag is Flag.GO
    assert (
        "Faulty data of 'not_slower' were corrected on 2026-03-14, approved by otto: timer ran overnight"
        in verdict.warnings
    )


def test_go_is_judged_on_todays_data_and_may_be_lost():
    lost = replace(GOOD[1], total=COST_BEFORE.total * 300 / 400, squares=COST_BEFORE.squares * 300 / 400)

    verdict = judge(plan(), facts(COST_BEFORE, lost, *GOOD[2:]), DAY_12)

    assert verdict.flag is Flag.STOP
    assert verdict.code is ReasonCode.FUTILITY
