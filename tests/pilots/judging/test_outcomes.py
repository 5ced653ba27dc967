"""A failure counts as a failure, a refusal keeps its line, a gap is the worst case for GO and the best for stop."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from pilots.judging.facts import Outcome
from pilots.judging.judge import judge
from pilots.judging.outcomes import value_of
from pilots.judging.plan import Direction, Goal, StopTrigger
from pilots.judging.verdict import Status
from tests.pilots.judging.builders import (
    COST,
    COST_BEFORE,
    DAY_12,
    ERRORS,
    LATENCY,
    QUALITY,
    before,
    facts,
    metric,
    plan,
    result,
    values,
    yes,
)

CAPPED = metric("minutes", cap=Decimal(30))
UNCAPPED = metric("minutes", cap=None)
SCORE = metric("score", direction=Direction.HIGHER, cap=Decimal(1))


def judged(item, measured, *arms):
    goals, triggers = ((item,), ()) if isinstance(item, Goal) else ((), (item,))
    return result(
        judge(plan(metrics=(measured,), goals=goals, triggers=triggers), facts(*arms), DAY_12), item.key
    )


@pytest.mark.parametrize(
    ("measured", "outcome", "value", "counted"),
    [
        (CAPPED, Outcome.OK, Decimal("3.4"), Decimal("3.4")),
        (CAPPED, Outcome.OK, Decimal(31), Decimal(30)),
        (CAPPED, Outcome.OK, Decimal(-1), Decimal(0)),
        (CAPPED, Outcome.TIMEOUT, Decimal(2), Decimal(30)),
        (CAPPED, Outcome.ERROR, None, Decimal(30)),
        (UNCAPPED, Outcome.TIMEOUT, None, None),
        (CAPPED, Outcome.REFUSED, None, None),
        (SCORE, Outcome.REFUSED, None, Decimal(0)),
        (SCORE, Outcome.TIMEOUT, None, Decimal(0)),
        (QUALITY, Outcome.REFUSED, None, Decimal(0)),
        (QUALITY, Outcome.TIMEOUT, Decimal(1), Decimal(0)),
        (ERRORS, Outcome.TIMEOUT, None, Decimal(1)),
        (ERRORS, Outcome.INFRA_ERROR, None, None),
        (QUALITY, Outcome.INFRA_ERROR, Decimal(1), None),
        (QUALITY, Outcome.OK, None, None),
    ],
)
def test_an_outcome_counts_as(measured, outcome, value, counted):
    assert value_of(measured, outcome, value) == counted


def test_time_outs_count_as_errors_of_a_rate():
    arm = yes("error_rate", 0, 87, outcomes={"ok": 87, "timeout": 13})

    found = judged(StopTrigger(key="t", metric="error_rate", limit=Decimal("0.05")), ERRORS, arm)

    assert (found.after.yes, found.after.n) == (13, 100)
    assert found.status is Status.BREACHED


def test_refusals_count_against_quality_and_stay_in_the_denominator():
    arm = yes("correct_answers", 270, 270, outcomes={"ok": 270, "refused": 30})
    base = before(yes("correct_answers", 360, 400))

    found = judged(StopTrigger(key="t", metric="correct_answers", margin=Decimal("0.05")), QUALITY, arm, base)

    assert (found.after.yes, found.after.n) == (270, 300)


def test_time_outs_lie_beyond_every_limit_of_a_quantile():
    arm = values("latency_p95", 87, "1", "1", beyond={"2": 0}, outcomes={"ok": 87, "timeout": 13})

    found = judged(StopTrigger(key="t", metric="latency_p95", limit=Decimal(2)), LATENCY, arm)

    assert found.after.yes == 13
    assert found.status is Status.BREACHED


def test_time_outs_count_as_the_cap_of_a_mean():
    arm = replace(values("cost_per_task", 99, "1", "0"), outcomes={"ok": 99, "timeout": 1})
    capped = replace(COST, cap=Decimal(101))

    found = judged(Goal(key="g", metric="cost_per_task", margin=Decimal(0)), capped, COST_BEFORE, arm)

    assert (found.after.n, found.after.value) == (100, 2.0)


def test_infrastructure_errors_are_in_no_denominator():
    arm = yes("error_rate", 5, 100, outcomes={"ok": 100, "infra_error": 60})

    found = judged(StopTrigger(key="t", metric="error_rate", limit=Decimal("0.05")), ERRORS, arm)

    assert found.after.n == 100


def safe_rate(missing: int):
    arm = yes("error_rate", 0, 380, missing=missing)
    return judged(StopTrigger(key="t", metric="error_rate", limit=Decimal("0.05")), ERRORS, arm)


def test_up_to_one_in_twenty_missing_is_left_out():
    assert safe_rate(20).status is Status.SAFE


def test_more_missing_is_the_worst_case_for_safe():
    assert safe_rate(21).status is Status.UNDECIDED


def test_more_missing_is_the_best_case_for_breached():
    trigger = StopTrigger(key="t", metric="error_rate", limit=Decimal("0.05"))

    complete = judged(trigger, ERRORS, yes("error_rate", 13, 100))
    gappy = judged(trigger, ERRORS, yes("error_rate", 13, 100, missing=50))

    assert complete.status is Status.BREACHED
    assert gappy.status is Status.UNDECIDED


def test_missing_values_of_a_capped_mean_count_as_floor_and_cap():
    goal = Goal(key="g", metric="cost_per_task", margin=Decimal("0.1"))
    capped = replace(COST, cap=Decimal(10))
    arm = values("cost_per_task", 300, "0.6", "0.3", missing=30)

    found = judged(goal, capped, COST_BEFORE, arm)

    assert found.status is Status.UNDECIDED
    assert found.interval.low < -0.2


def test_missing_values_of_an_uncapped_mean_leave_everything_open():
    goal = Goal(key="g", metric="cost_per_task", margin=Decimal("0.1"))
    arm = values("cost_per_task", 300, "0.6", "0.3", missing=30)

    found = judged(goal, replace(COST, cap=None), COST_BEFORE, arm)

    assert (found.interval.low, found.interval.high) == (float("-inf"), float("inf"))


def test_missing_baseline_values_are_at_their_best_for_the_baseline():
    goal = Goal(key="g", metric="cost_per_task", margin=Decimal("0.1"))
    gappy = replace(COST_BEFORE, missing=400)

    found = judged(goal, COST, gappy, values("cost_per_task", 300, "0.6", "0.3"))

    assert found.status is Status.UNDECIDED


def test_gaps_are_said():
    arm = yes("error_rate", 0, 400, missing=22)
    trigger = StopTrigger(key="t", metric="error_rate", limit=Decimal("0.05"))

    verdict = judge(plan(metrics=(ERRORS,), goals=(), triggers=(trigger,)), facts(arm), DAY_12)

    assert verdict.warnings == (
        "5.21 % of the values of error rate are missing; counted as the worst case for GO and the best for stop",
    )
