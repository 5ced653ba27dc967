"""Figures of each estimand in each design, from the golden values of the method or from tables elsewhere."""

from __future__ import annotations

import math
from dataclasses import replace
from decimal import Decimal

import pytest

from evaluations.stats import betting
from pilots.judging.facts import PairFacts, Phase
from pilots.judging.judge import judge
from pilots.judging.plan import Candidate, CandidateRole, Design, Direction, Estimand, Goal, StopTrigger
from pilots.judging.verdict import Status
from tests.pilots.judging.builders import (
    COST,
    COST_BEFORE,
    DAY_12,
    ERRORS,
    LATENCY,
    MINUTES,
    QUALITY,
    SPEND,
    START,
    before,
    facts,
    metric,
    plan,
    result,
    values,
    yes,
)

TWO = (
    Candidate(slug="small-model", role=CandidateRole.PRIMARY),
    Candidate(slug="people", role=CandidateRole.NON_AI),
)


def only(item, *metrics, **changes):
    """A plan with this one goal or trigger."""
    goals, triggers = ((item,), ()) if isinstance(item, Goal) else ((), (item,))
    return plan(metrics=metrics, goals=goals, triggers=triggers, **changes)


def ends(found):
    return found.low, found.high


def test_mean_before_after_is_the_golden_interval_turned_so_that_plus_is_better():
    minutes = metric("minutes", planned_n=700)
    trigger = StopTrigger(key="t", metric="minutes", margin=Decimal("0.2"))
    arms = before(values("minutes", 400, "10", "4")), values("minutes", 300, "8.8", "3.5")

    found = result(judge(only(trigger, minutes), facts(*arms), DAY_12), "t")

    assert ends(found.interval) == pytest.approx((0.32990, 2.07010), abs=1e-4)
    assert found.se == pytest.approx(0.284312, abs=1e-6)
    assert found.parameters["nu"] == pytest.approx(681.588, abs=1e-3)
    assert found.parameters["x"] == pytest.approx(5.34476, abs=1e-4)
    assert found.status is Status.SAFE


def test_where_higher_is_better_the_same_interval_is_harm():
    score = metric("score", planned_n=700, direction=Direction.HIGHER)
    trigger = StopTrigger(key="t", metric="score", margin=Decimal("0.2"))
    arms = before(values("score", 400, "10", "4")), values("score", 300, "8.8", "3.5")

    found = result(judge(only(trigger, score), facts(*arms), DAY_12), "t")

    assert ends(found.interval) == pytest.approx((-2.07010, -0.32990), abs=1e-4)
    assert found.status is Status.BREACHED


def test_a_mean_against_a_target_is_its_distance_to_the_target():
    goal = Goal(key="g", metric="minutes", target=Decimal("1.5"))
    arms = (values("minutes", 30, "1", "1"),)

    found = result(judge(only(goal, metric("minutes", planned_n=30)), facts(*arms), DAY_12), "g")

    assert found.estimate == pytest.approx(0.5)
    assert ends(found.interval) == pytest.approx((0.5 - 0.59608, 0.5 + 0.59608), abs=1e-4)
    assert found.status is Status.UNDECIDED


def test_a_rate_breaches_its_limit_at_the_golden_count():
    trigger = StopTrigger(key="t", metric="error_rate", limit=Decimal("0.05"))

    breached = result(judge(only(trigger, ERRORS), facts(yes("error_rate", 13, 100)), DAY_12), "t")
    not_yet = result(judge(only(trigger, ERRORS), facts(yes("error_rate", 12, 100)), DAY_12), "t")

    assert breached.status is Status.BREACHED
    assert not_yet.status is Status.UNDECIDED
    assert math.exp(not_yet.parameters["log_e_value"]) == pytest.approx(18.41524, abs=1e-4)


def test_a_rate_breaches_before_the_minimum_number_of_units():
    trigger = StopTrigger(key="t", metric="error_rate", limit=Decimal("0.05"))

    found = result(judge(only(trigger, ERRORS), facts(yes("error_rate", 9, 20, days=1)), DAY_12), "t")

    assert found.status is Status.BREACHED


def test_a_rate_against_a_limit_shows_the_golden_interval():
    trigger = StopTrigger(key="t", metric="error_rate", limit=Decimal("0.05"))

    found = result(judge(only(trigger, ERRORS), facts(yes("error_rate", 5, 100)), DAY_12), "t")

    assert ends(found.interval) == pytest.approx((0.05 - 0.15579, 0.05 - 0.00715), abs=1e-4)


def test_a_rate_where_higher_is_better_is_judged_by_its_failures():
    accuracy = replace(QUALITY, design=Design.ABSOLUTE)
    trigger = StopTrigger(key="t", metric="correct_answers", limit=Decimal("0.95"))

    found = result(judge(only(trigger, accuracy), facts(yes("correct_answers", 87, 100)), DAY_12), "t")

    assert found.status is Status.BREACHED


def test_a_rate_before_and_after_divides_its_error_between_baseline_and_pilot():
    trigger = StopTrigger(key="t", metric="correct_answers", margin=Decimal("0.05"))
    arms = before(yes("correct_answers", 360, 400)), yes("correct_answers", 210, 300)

    found = result(judge(only(trigger, QUALITY), facts(*arms), DAY_12), "t")

    assert found.method == "exact baseline and beta-binomial sequence"
    assert found.estimate == pytest.approx(-0.2)
    assert found.status is Status.BREACHED


@pytest.mark.parametrize(
    ("direction", "before_k", "status", "k"),
    [
        (Direction.LOWER, 10, Status.UNDECIDED, 20),
        (Direction.LOWER, 10, Status.BREACHED, 50),
        (Direction.HIGHER, 490, Status.UNDECIDED, 480),
        (Direction.HIGHER, 490, Status.BREACHED, 450),
    ],
)
def test_a_frozen_baseline_is_excused_by_its_own_uncertainty(direction, before_k, status, k):
    """2 % of 500 may have been 4 % in truth: 4 % now breaches nothing, 10 % does."""
    share = replace(QUALITY, direction=direction)
    trigger = StopTrigger(key="t", metric="correct_answers", margin=Decimal(0))
    arms = before(yes("correct_answers", before_k, 500)), yes("correct_answers", k, 500)

    assert result(judge(only(trigger, share), facts(*arms), DAY_12), "t").status is status


def test_a_quantile_limit_is_a_rate_beyond_it():
    trigger = StopTrigger(key="t", metric="latency_p95", limit=Decimal("2"))
    slow = values("latency_p95", 100, "1", "1", beyond={"2": 13})

    found = result(judge(only(trigger, LATENCY), facts(slow), DAY_12), "t")

    assert found.status is Status.BREACHED
    assert found.reason.startswith("latency p95 13 % above 2 s")


def test_facts_that_were_not_counted_against_the_limit_cannot_be_evaluated():
    trigger = StopTrigger(key="t", metric="latency_p95", limit=Decimal("2"))

    found = result(judge(only(trigger, LATENCY), facts(values("latency_p95", 100, "1", "1")), DAY_12), "t")

    assert found.status is Status.ERROR
    assert found.reason.endswith("was not counted against 2; reload the facts with Plan.limits()")


def test_two_arms_of_a_quantile_are_compared_by_their_shares_beyond_its_limit():
    latency = replace(LATENCY, design=Design.BEFORE_AFTER, limit=Decimal(2))
    trigger = StopTrigger(key="t", metric="latency_p95", margin=Decimal("0.05"))
    arms = (
        before(values("latency_p95", 400, "1", "1", beyond={"2": 20})),
        values("latency_p95", 400, "1", "1", beyond={"2": 120}),
    )

    found = result(judge(only(trigger, latency), facts(*arms), DAY_12), "t")

    assert found.estimate == pytest.approx(-0.25)
    assert found.status is Status.BREACHED


@pytest.mark.parametrize(("spent", "status"), [("100", Status.SAFE), ("100.01", Status.BREACHED)])
def test_a_total_is_exact_from_the_first_point(spent, status):
    trigger = StopTrigger(key="t", metric="api_spend", limit=Decimal(100))
    arm = replace(values("api_spend", 1, "0", "0", days=1), total=Decimal(spent))

    assert result(judge(only(trigger, SPEND), facts(arm), DAY_12), "t").status is status


def test_a_total_runs_over_every_epoch():
    trigger = StopTrigger(key="t", metric="api_spend", limit=Decimal(100))
    first = replace(values("api_spend", 1, "0", "0"), total=Decimal(60))
    second = replace(first, epoch=1)

    assert result(judge(only(trigger, SPEND), facts(first, second), DAY_12), "t").status is Status.BREACHED


def test_a_total_cannot_be_a_goal():
    goal = Goal(key="g", metric="api_spend", target=Decimal(100))

    found = result(judge(only(goal, SPEND), facts(values("api_spend", 1, "1", "0")), DAY_12), "g")

    assert found.status is Status.ERROR


def test_a_relative_goal_needs_no_division():
    """At least 25 % cheaper than 1.2 is below 0.9: 0.6 is 0.3 on the right side of the line."""
    goal = Goal(key="g", metric="cost_per_task", margin=Decimal("0.25"), relative=True)
    arms = COST_BEFORE, values("cost_per_task", 300, "0.6", "0.3")

    found = result(judge(only(goal, COST), facts(*arms), DAY_12), "g")

    assert found.estimate == pytest.approx(0.3)
    assert found.threshold == 0.0
    assert found.status is Status.PROVEN


def test_a_relative_margin_of_a_trigger_tolerates_that_much_worse():
    trigger = StopTrigger(key="t", metric="cost_per_task", margin=Decimal("0.5"), relative=True)
    arms = COST_BEFORE, values("cost_per_task", 300, "1.5", "0.3")

    found = result(judge(only(trigger, COST), facts(*arms), DAY_12), "t")

    assert found.estimate == pytest.approx(0.3)
    assert found.status is Status.SAFE


def test_a_margin_without_anything_to_compare_with_cannot_be_evaluated():
    trigger = StopTrigger(key="t", metric="error_rate", margin=Decimal("0.05"))

    found = result(judge(only(trigger, ERRORS), facts(yes("error_rate", 1, 100)), DAY_12), "t")

    assert found.reason == (
        "trigger 't' could not be evaluated: Error rate is compared with nothing; give 't' a value instead of a margin"
    )


def test_concurrent_arms_are_compared_on_the_same_days():
    minutes = replace(MINUTES, design=Design.CONCURRENT)
    trigger = StopTrigger(key="t", metric=minutes.key, margin=Decimal("0.2"))
    arms = (
        values(minutes.key, 300, "3.4", "1"),
        replace(values(minutes.key, 300, "2.6", "1"), candidate="people"),
    )

    verdict = judge(only(trigger, minutes, candidates=TWO, control="people"), facts(*arms), DAY_12)

    assert result(verdict, "t").status is Status.BREACHED
    assert "against 2.6 for the control" in result(verdict, "t").reason


def test_concurrent_arms_without_a_control_in_the_plan_cannot_be_evaluated():
    minutes = replace(MINUTES, design=Design.CONCURRENT)
    trigger = StopTrigger(key="t", metric=minutes.key, margin=Decimal("0.2"))

    verdict = judge(only(trigger, minutes), facts(values(minutes.key, 300, "3.4", "1")), DAY_12)

    assert result(verdict, "t").status is Status.ERROR


def test_a_control_that_fell_silent_makes_the_comparison_stale():
    minutes = replace(MINUTES, design=Design.CONCURRENT)
    trigger = StopTrigger(key="t", metric=minutes.key, margin=Decimal("0.2"))
    arms = (
        values(minutes.key, 300, "2.6", "1"),
        replace(values(minutes.key, 300, "2.6", "1"), candidate="people", last_at=START),
    )

    verdict = judge(only(trigger, minutes, candidates=TWO, control="people"), facts(*arms), DAY_12)

    assert result(verdict, "t").status is Status.STALE


def paired(n: int, differences: list[float], **changes) -> PairFacts:
    """Rates: the candidate right where the difference is 1, the other where it is −1, both where it is 0."""
    state = betting.fold_differences(betting.begin(201), differences)
    wins, losses = differences.count(1.0), differences.count(-1.0)
    return PairFacts(
        metric="correct_answers",
        candidate="small-model",
        n=n,
        total=Decimal(n - losses),
        base_total=Decimal(n - wins),
        squares=Decimal(n - losses),
        base_squares=Decimal(n - wins),
        products=Decimal(n - losses - wins),
        betting=state.to_json(),
        days=12,
        last_at=DAY_12,
        **changes,
    )


def test_identical_pairs_of_a_rate_still_narrow_and_are_safe():
    quality = replace(QUALITY, design=Design.PAIRED)
    trigger = StopTrigger(key="t", metric="correct_answers", margin=Decimal("0.1"))
    pairs = paired(300, [0.0] * 300)

    verdict = judge(only(trigger, quality, candidates=TWO, control="people"), facts(pairs=(pairs,)), DAY_12)

    assert result(verdict, "t").method == "hedged betting on paired differences"
    assert result(verdict, "t").status is Status.SAFE


def test_pairs_that_mostly_lose_breach():
    quality = replace(QUALITY, design=Design.PAIRED)
    trigger = StopTrigger(key="t", metric="correct_answers", margin=Decimal("0.1"))
    pairs = paired(200, [-1.0, 0.0] * 100)

    verdict = judge(only(trigger, quality, candidates=TWO, control="people"), facts(pairs=(pairs,)), DAY_12)

    assert result(verdict, "t").status is Status.BREACHED


def test_a_betting_state_of_other_pairs_cannot_be_evaluated():
    quality = replace(QUALITY, design=Design.PAIRED)
    trigger = StopTrigger(key="t", metric="correct_answers", margin=Decimal("0.1"))
    pairs = replace(paired(200, [0.0] * 200), n=201)

    verdict = judge(only(trigger, quality, candidates=TWO, control="people"), facts(pairs=(pairs,)), DAY_12)

    assert result(verdict, "t").status is Status.ERROR


def test_pairs_with_one_side_only_are_counted_at_their_worst():
    quality = replace(QUALITY, design=Design.PAIRED)
    trigger = StopTrigger(key="t", metric="correct_answers", margin=Decimal("0.1"))
    pairs = replace(paired(300, [0.0] * 300), unpaired=60)

    verdict = judge(only(trigger, quality, candidates=TWO, control="people"), facts(pairs=(pairs,)), DAY_12)

    assert result(verdict, "t").status is Status.UNDECIDED


def test_paired_minutes_are_judged_by_their_differences():
    """Differences of −1 with standard deviation 1 on 100 items: three standard errors are 0.3."""
    minutes = replace(MINUTES, design=Design.PAIRED, planned_n=100)
    goal = Goal(key="g", metric=minutes.key, margin=Decimal("0.5"))
    pairs = PairFacts(
        metric=minutes.key,
        candidate="small-model",
        n=100,
        total=Decimal(200),
        base_total=Decimal(300),
        squares=Decimal(500),
        base_squares=Decimal(1000),
        products=Decimal("650.5"),
        days=12,
        last_at=DAY_12,
    )

    found = result(
        judge(only(goal, minutes, candidates=TWO, control="people"), facts(pairs=(pairs,)), DAY_12), "g"
    )

    assert found.estimate == pytest.approx(1.0)
    assert found.se == pytest.approx(0.1)
    assert found.status is Status.PROVEN


def test_a_skewed_mean_without_a_cap_waits_for_a_hundred_units():
    uncapped = replace(COST, cap=None)
    goal = Goal(key="save", metric="cost_per_task", margin=Decimal("0.1"))

    early = judge(only(goal, uncapped), facts(COST_BEFORE, values("cost_per_task", 99, "0.6", "0.1")), DAY_12)
    late = judge(only(goal, uncapped), facts(COST_BEFORE, values("cost_per_task", 100, "0.6", "0.1")), DAY_12)

    assert result(early, "save").status is Status.INSUFFICIENT
    assert result(late, "save").status is Status.PROVEN


def test_a_skewed_mean_without_a_cap_may_not_breach_below_a_hundred_units():
    uncapped = replace(MINUTES, cap=None)
    trigger = StopTrigger(key="t", metric=MINUTES.key, margin=Decimal("0.2"))
    arms = before(values(MINUTES.key, 400, "2.6", "1")), values(MINUTES.key, 99, "9", "1")

    found = result(judge(only(trigger, uncapped), facts(*arms), DAY_12), "t")

    assert found.status is Status.INSUFFICIENT


def test_averaged_units_of_a_rate_are_judged_as_a_mean():
    trigger = StopTrigger(key="t", metric="error_rate", limit=Decimal("0.05"))
    units = replace(values("error_rate", 100, "0.2", "0.1"), averaged=True, yes=None)

    found = result(judge(only(trigger, ERRORS), facts(units), DAY_12), "t")

    assert found.method == "t-mixture confidence sequence"
    assert found.after.n == 100
    assert found.status is Status.BREACHED


def test_a_monitor_of_a_quantile_without_a_limit_is_shown():
    verdict = judge(
        plan(metrics=(LATENCY,), goals=(), triggers=()), facts(values("latency_p95", 9, "1", "1")), DAY_12
    )

    assert result(verdict, "latency_p95").status is Status.SHOWN


def test_a_baseline_posted_for_another_candidate_is_still_the_baseline():
    trigger = StopTrigger(key="t", metric=MINUTES.key, margin=Decimal("0.2"))
    old = replace(values(MINUTES.key, 400, "2.6", "1", phase=Phase.BASELINE), candidate="")

    found = result(
        judge(only(trigger, MINUTES), facts(old, values(MINUTES.key, 300, "2.5", "1")), DAY_12), "t"
    )

    assert found.before.n == 400


def test_a_score_with_a_quantile_missing_in_the_plan_cannot_be_evaluated():
    nameless = replace(LATENCY, quantile=None)
    trigger = StopTrigger(key="t", metric="latency_p95", limit=Decimal("2"))
    arm = values("latency_p95", 100, "1", "1", beyond={"2": 1})

    assert result(judge(only(trigger, nameless), facts(arm), DAY_12), "t").status is Status.ERROR
    assert nameless.estimand is Estimand.QUANTILE
