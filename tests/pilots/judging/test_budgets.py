"""Three error budgets: harm divided among triggers, futility among goals, GO whole; epochs and late triggers on top."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from pilots.judging.budgets import budgets_of, futility_alpha, harm_alpha
from pilots.judging.facts import Epoch
from pilots.judging.judge import judge
from pilots.judging.plan import Goal, Payback, StopTrigger
from pilots.judging.verdict import Status
from tests.pilots.judging.builders import (
    COST,
    COST_BEFORE,
    COST_SAME,
    DAY_12,
    ERRORS,
    GOOD,
    MINUTES,
    SPEND,
    facts,
    plan,
    result,
    yes,
)

THREE = tuple(
    StopTrigger(key=name, metric="error_rate", limit=Decimal("0.05")) for name in ("one", "two", "three")
)
LATE = StopTrigger(key="late", metric="error_rate", limit=Decimal("0.05"), late=True)
TOTAL = StopTrigger(key="total", metric="api_spend", limit=Decimal(100))
ALL = (MINUTES, COST, ERRORS, SPEND)


def named(budgets):
    return {budget.name: budget for budget in budgets}


def test_harm_is_divided_among_the_triggers():
    assert harm_alpha(plan(metrics=ALL, triggers=THREE), THREE[0]) == pytest.approx(0.05 / 3)


def test_a_total_takes_no_share():
    assert harm_alpha(plan(metrics=ALL, triggers=(*THREE, TOTAL)), THREE[0]) == pytest.approx(0.05 / 3)


def test_the_shares_stay_as_fixed_at_the_start():
    assert harm_alpha(plan(metrics=ALL, triggers=THREE, trigger_count=5), THREE[0]) == pytest.approx(0.01)


def test_a_late_trigger_takes_a_smaller_share_on_top():
    written = plan(metrics=ALL, triggers=(*THREE, LATE))

    assert harm_alpha(written, THREE[0]) == pytest.approx(0.05 / 3)
    assert harm_alpha(written, LATE) == pytest.approx(0.05 / 4)
    assert named(budgets_of(written, facts()))["harm"].spent_bound == pytest.approx(0.0625)


def test_go_uses_its_budget_whole_for_every_gate():
    found = named(budgets_of(plan(metrics=ALL, triggers=THREE), facts()))["go"]

    assert (found.each, found.shares) == (0.05, 1)


def test_futility_is_divided_among_required_goals():
    goals = tuple(
        Goal(key=str(n), metric="cost_per_task", margin=Decimal("0.1"), required=n < 2) for n in range(3)
    )

    assert futility_alpha(plan(goals=goals)) == pytest.approx(0.025)


def test_the_net_effect_takes_a_share_of_futility():
    assert futility_alpha(plan(payback=Payback(applicable=True))) == pytest.approx(0.025)


def test_a_share_of_harm_needs_more_evidence():
    """13 of 100 breach a limit of 5 % at 0.05; at a third of it they do not."""
    arm = yes("error_rate", 13, 100)

    alone = judge(plan(metrics=ALL, triggers=THREE[:1]), facts(arm), DAY_12)
    shared = judge(plan(metrics=ALL, triggers=THREE), facts(arm), DAY_12)

    assert result(alone, "one").status is Status.BREACHED
    assert result(shared, "one").status is Status.UNDECIDED


def test_the_current_epoch_decides_and_earlier_ones_are_not_pooled():
    fresh = replace(GOOD[1], epoch=1)

    verdict = judge(plan(), facts(COST_BEFORE, COST_SAME, fresh, *GOOD[2:]), DAY_12)

    assert result(verdict, "save").after.n == 300
    assert result(verdict, "save").epoch == 1
    assert result(verdict, "save").status is Status.PROVEN


def test_a_metric_without_data_in_the_new_epoch_has_no_data():
    epoch = Epoch(candidate="small-model", index=1, fingerprint="b")

    verdict = judge(plan(), facts(*GOOD, epochs=(epoch,)), DAY_12)

    assert result(verdict, "save").status is Status.NO_DATA


def test_every_epoch_spends_its_own_budget_and_the_bound_is_printed():
    epoch = Epoch(candidate="small-model", index=2, fingerprint="c")

    verdict = judge(plan(), facts(*GOOD, epochs=(epoch,)), DAY_12)

    assert named(verdict.budgets)["harm"].spent_bound == pytest.approx(0.15)
    assert named(verdict.budgets)["harm"].sentence == "wrong harm: 5 %, over 3 epochs; at most 15 % in all"
    assert (
        "The configuration changed: this is epoch 3, judged on its own data; earlier ones are only shown"
        in verdict.warnings
    )


def test_the_epoch_of_another_candidate_does_not_matter():
    epoch = Epoch(candidate="other", index=4, fingerprint="c")

    verdict = judge(plan(), facts(*GOOD, epochs=(epoch,)), DAY_12)

    assert result(verdict, "save").status is Status.PROVEN
