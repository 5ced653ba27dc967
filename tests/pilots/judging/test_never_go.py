"""Inconclusive is never GO, missing is never fine, and nothing to prove is nothing proven."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pilots.judging.facts import DayFacts, Epoch, ModelJudged, Silence
from pilots.judging.judge import judge
from pilots.judging.plan import Goal, Payback, StopTrigger
from pilots.judging.verdict import Flag, Status
from tests.pilots.judging.builders import (
    COST,
    COST_BEFORE,
    COST_HALVED,
    DAY_12,
    END,
    GOOD,
    MINUTES,
    MINUTES_BEFORE,
    MINUTES_SAME,
    MINUTES_UNCLEAR,
    START,
    facts,
    late,
    metric,
    plan,
    result,
    values,
)


def test_no_goal_set_is_never_go():
    verdict = judge(plan(goals=()), facts(*GOOD), DAY_12)

    assert verdict.flag is Flag.COLLECTING
    assert verdict.still_needed == ("no goal is set: say what must be proven",)


def test_no_trigger_gated_is_never_go():
    verdict = judge(plan(triggers=()), facts(*GOOD), DAY_12)

    assert verdict.flag is Flag.COLLECTING
    assert verdict.still_needed == ("no stop trigger is gated: say what must not get worse",)


def test_every_metric_missing_is_never_go():
    verdict = judge(plan(), facts(), DAY_12)

    assert verdict.flag is Flag.COLLECTING
    assert [found.status for found in verdict.results] == [Status.NO_BASELINE, Status.NO_BASELINE]


def test_every_metric_missing_after_the_last_extension_is_a_stop():
    verdict = judge(plan(extensions=replace(plan().extensions, used=2)), facts(), END)

    assert verdict.flag is Flag.STOP


def test_a_plan_without_anything_in_it_is_never_go():
    verdict = judge(plan(metrics=(), goals=(), triggers=()), facts(), DAY_12)

    assert verdict.flag is Flag.COLLECTING


@pytest.mark.parametrize("left_out", range(4))
def test_leaving_out_any_arm_is_never_go(left_out):
    arms = [arm for index, arm in enumerate(GOOD) if index != left_out]

    assert judge(plan(), facts(*arms), DAY_12).flag is Flag.COLLECTING


@given(
    cost=st.sampled_from([0, 10, 60, 299]),
    minutes=st.sampled_from([0, 10, 60]),
    after=st.sampled_from([DAY_12, END]),
)
def test_an_undecided_trigger_is_never_go(cost, minutes, after):
    arms = (
        COST_BEFORE,
        MINUTES_BEFORE,
        *((values("cost_per_task", cost, "0.6", "0.3"),) if cost else ()),
        *((values("review_minutes_per_item", minutes, "2.6", "1"),) if minutes else ()),
    )

    assert judge(plan(), facts(*late(arms, after)), after).flag is not Flag.GO


def test_an_undecided_trigger_beside_a_proven_goal_is_collecting():
    verdict = judge(plan(), facts(COST_BEFORE, COST_HALVED, MINUTES_BEFORE, MINUTES_UNCLEAR), DAY_12)

    assert verdict.flag is Flag.COLLECTING
    assert result(verdict, "not_slower").status is Status.UNDECIDED


def test_silent_data_are_not_go():
    verdict = judge(plan(), facts(*late(GOOD, START.replace(day=8))), DAY_12)

    assert verdict.flag is Flag.COLLECTING
    assert result(verdict, "save").status is Status.STALE


QUIET = Silence(metric="cost_per_task", source="ledger", since=DAY_12, allowed_seconds=3600)


def test_a_metric_whose_every_source_is_silent_is_not_go():
    verdict = judge(plan(), facts(*GOOD, silent=(QUIET,)), DAY_12)

    assert verdict.flag is Flag.COLLECTING
    assert result(verdict, "save").status is Status.STALE
    assert result(verdict, "not_slower").status is Status.SAFE


def test_a_source_that_falls_silent_after_the_window_holds_nothing_back():
    verdict = judge(plan(), facts(*late(GOOD, END), silent=(QUIET,)), END)

    assert verdict.flag is Flag.GO


def test_a_required_monitor_without_data_is_not_go():
    watched = metric("complaints", required=True)

    verdict = judge(plan(metrics=(MINUTES, COST, watched)), facts(*GOOD), DAY_12)

    assert verdict.flag is Flag.COLLECTING


def test_a_monitor_that_is_not_required_does_not_hold_go_back():
    watched = metric("complaints")

    verdict = judge(plan(metrics=(MINUTES, COST, watched)), facts(*GOOD), DAY_12)

    assert verdict.flag is Flag.GO


def test_infrastructure_errors_in_a_row_are_not_go():
    broken = replace(MINUTES_SAME, infra_run=5)

    verdict = judge(plan(), facts(COST_BEFORE, COST_HALVED, MINUTES_BEFORE, broken), DAY_12)

    assert result(verdict, "not_slower").status is Status.ERROR
    assert verdict.flag is Flag.COLLECTING


def test_an_epoch_that_mixes_configurations_is_not_go():
    epoch = Epoch(candidate="small-model", index=0, fingerprint="a", mixed=True)

    verdict = judge(plan(), facts(*GOOD, epochs=(epoch,)), DAY_12)

    assert result(verdict, "save").status is Status.INVALID
    assert verdict.flag is Flag.COLLECTING


def test_a_drifting_metric_is_not_go_and_names_the_day():
    days = tuple(
        DayFacts(
            day=START.replace(day=2 + i).date(), n=40, total=Decimal(100 + i % 3) + (60 if i >= 8 else 0)
        )
        for i in range(16)
    )
    drifting = replace(MINUTES_SAME, daily=days)

    verdict = judge(plan(), facts(COST_BEFORE, COST_HALVED, MINUTES_BEFORE, drifting), DAY_12)

    assert result(verdict, "not_slower").status is Status.INVALID
    assert result(verdict, "not_slower").drift_from.isoformat() == "2026-03-10"
    assert verdict.flag is Flag.COLLECTING


def test_a_trigger_that_cannot_be_read_is_not_go():
    unknown = StopTrigger(key="ghost", metric="nowhere", margin=Decimal(1))

    verdict = judge(plan(triggers=(*plan().triggers, unknown)), facts(*GOOD), DAY_12)

    assert verdict.flag is Flag.COLLECTING
    assert result(verdict, "ghost").reason == (
        "trigger 'ghost' could not be evaluated: \"no metric 'nowhere' in the plan of clause-check\""
    )


def test_counts_of_activity_cannot_be_a_goal():
    calls = metric("calls", activity=True)
    busy = plan(metrics=(MINUTES, COST, calls), goals=(Goal(key="busy", metric="calls", margin=Decimal(1)),))

    verdict = judge(busy, facts(*GOOD, values("calls", 300, "9", "1")), DAY_12)

    assert result(verdict, "busy").status is Status.ERROR
    assert verdict.flag is Flag.COLLECTING


def test_constant_values_are_never_certain():
    constant = values("cost_per_task", 300, "0.6", "0")

    verdict = judge(plan(), facts(COST_BEFORE, constant, MINUTES_BEFORE, MINUTES_SAME), DAY_12)

    assert result(verdict, "save").status is Status.INSUFFICIENT
    assert verdict.flag is Flag.COLLECTING


def test_a_payback_waived_by_nobody_is_not_go():
    verdict = judge(plan(payback=Payback(applicable=False)), facts(*GOOD), DAY_12)

    assert verdict.flag is Flag.COLLECTING


def judged(**changes: int) -> ModelJudged:
    """All 300 rows of the goal's metric, by a model."""
    return ModelJudged(metric="cost_per_task", by_model=300, **changes)


def test_a_goal_that_a_model_alone_judged_is_not_go_and_says_whom_to_ask():
    verdict = judge(plan(), facts(*GOOD, judged=(judged(),)), DAY_12)

    assert verdict.flag is Flag.COLLECTING
    assert verdict.still_needed == (
        "cost per task was judged by a model alone (300 answers; 0 by people or a check): have people or a check judge at "
        "least 30 of them",
    )
    assert result(verdict, "save").status is Status.PROVEN


def test_what_a_model_alone_judged_is_not_go_at_the_end_of_the_window_either():
    verdict = judge(plan(), facts(*late(GOOD, END), judged=(judged(),)), END)

    assert verdict.flag is Flag.EXTEND
    assert "people or a check to judge what a model alone has judged" in verdict.reason


def test_a_judging_model_that_people_contradict_is_not_go():
    verdict = judge(plan(), facts(*GOOD, judged=(judged(looked_at=40, labelled=40, agreed=31),)), DAY_12)

    assert verdict.flag is Flag.COLLECTING
    assert verdict.still_needed == (
        "cost per task was judged by a model with which people agree on only 31 of 40 answers: correct its rubric and run "
        "again, or let a check judge",
    )


@pytest.mark.parametrize(
    "found",
    [
        judged(looked_at=30, labelled=30, agreed=24),
        ModelJudged(metric="cost_per_task", by_model=270),  # a check judged the other thirty
        ModelJudged(metric="somewhere_else", by_model=300),
    ],
)
def test_people_or_a_check_beside_the_judging_model_let_it_go(found):
    assert judge(plan(), facts(*GOOD, judged=(found,)), DAY_12).flag is Flag.GO
