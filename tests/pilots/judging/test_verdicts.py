"""Each of the nine rules decides where it should, and the first that matches wins."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest

from pilots.judging.facts import HardEvents, Phase
from pilots.judging.judge import judge, look_between
from pilots.judging.plan import Extensions, Goal, HardLimits, StopTrigger
from pilots.judging.verdict import Flag, ReasonCode
from tests.pilots.judging.builders import (
    COST,
    COST_BEFORE,
    COST_HALVED,
    DAY_12,
    END,
    FUTILE,
    GOOD,
    HARMFUL,
    MINUTES,
    MINUTES_BEFORE,
    SPEND,
    START,
    UNCLEAR,
    facts,
    late,
    plan,
    result,
    values,
)


def decided(verdict):
    return verdict.flag, verdict.code, [rule.number for rule in verdict.rules if rule.decided]


@pytest.mark.parametrize(
    ("events", "sentence"),
    [
        (HardEvents(critical_incidents=1), "Stop: 1 critical incident (limit 0)."),
        (HardEvents(data_leaks=1), "Stop: 1 data leak reported."),
        (HardEvents(spend=Decimal("500.01")), "Stop: 500 EUR spent, above the cap of 500 EUR."),
        (HardEvents(kill_switch=True, kill_switch_by="anna"), "Stop: the kill switch was pulled by anna."),
    ],
)
def test_a_hard_event_stops_a_pilot_whose_goals_are_proven(events, sentence):
    limited = plan(hard_limits=HardLimits(spend_cap=Decimal(500)))

    verdict = judge(limited, facts(*GOOD, hard=events), DAY_12)

    assert decided(verdict) == (Flag.STOP, ReasonCode.HARD, [1])
    assert verdict.reason == sentence


def test_spend_at_the_cap_is_not_over_it():
    limited = plan(hard_limits=HardLimits(spend_cap=Decimal(500)))

    verdict = judge(limited, facts(*GOOD, hard=HardEvents(spend=Decimal(500))), DAY_12)

    assert verdict.flag is Flag.GO


def test_a_breached_hard_trigger_stops_as_hard():
    capped = plan(
        metrics=(MINUTES, COST, SPEND),
        triggers=(StopTrigger(key="budget", metric="api_spend", limit=Decimal(100), hard=True),),
    )
    spend = replace(values("api_spend", 3, "0", "0"), total=Decimal("100.01"))

    verdict = judge(capped, facts(*GOOD, spend), DAY_12)

    assert decided(verdict) == (Flag.STOP, ReasonCode.HARD, [1])
    assert verdict.reason == "Stop: api spend 100 EUR (limit 100 EUR), n = 3."


def test_a_breached_trigger_stops_even_when_the_goal_is_proven_and_shows_the_conflict():
    verdict = judge(plan(), facts(*HARMFUL), DAY_12)

    assert decided(verdict) == (Flag.STOP, ReasonCode.HARM, [2])
    assert verdict.breached == ("not_slower",)
    assert result(verdict, "save").reason in verdict.reasons_against


def test_the_harm_sentence_is_the_managers_sentence():
    milder = values("review_minutes_per_item", 212, "3.4", "1.8")

    verdict = judge(plan(), facts(COST_BEFORE, COST_HALVED, MINUTES_BEFORE, milder), DAY_12)

    assert verdict.reason == (
        "Stop: review minutes per item 3.4 against 2.6 before (worse by at least 0.387, limit 0.2), n = 212."
    )


def test_a_host_that_retires_the_model_before_proof_is_a_stop_that_says_nothing_of_quality():
    doomed = plan(host_retires_on=date(2026, 3, 8))

    verdict = judge(doomed, facts(*UNCLEAR), START + timedelta(days=2))

    assert decided(verdict) == (Flag.STOP, ReasonCode.VENDOR, [3])
    assert verdict.not_a_quality_result is True


def test_a_retirement_after_proof_does_not_stop():
    doomed = plan(host_retires_on=date(2026, 3, 15))

    verdict = judge(doomed, facts(*GOOD), DAY_12)

    assert verdict.flag is Flag.GO


def test_a_retirement_on_the_day_of_the_earliest_proof_does_not_stop():
    """Seven days are needed: until 9 March."""
    at = START + timedelta(days=2)

    in_time = judge(plan(host_retires_on=date(2026, 3, 9)), facts(), at)
    too_soon = judge(plan(host_retires_on=date(2026, 3, 8)), facts(), at)

    assert in_time.code is ReasonCode.DATA
    assert too_soon.code is ReasonCode.VENDOR


def test_a_retirement_before_the_end_of_the_maintenance_phase_stops_though_the_goals_are_proven():
    phased = plan(maintenance_from=START, maintenance_min_days=20, host_retires_on=date(2026, 3, 15))

    verdict = judge(phased, facts(*GOOD), DAY_12)

    assert verdict.code is ReasonCode.VENDOR


def test_a_model_that_is_retired_already_never_goes():
    verdict = judge(plan(host_retires_on=date(2026, 3, 14)), facts(*GOOD), DAY_12)

    assert verdict.reason == "Stop: the model's host retired it on 2026-03-14; not a quality result."


def test_an_extension_too_short_for_a_new_proof_repairs_nothing():
    arms = late((COST_BEFORE, COST_HALVED, MINUTES_BEFORE), END)
    brief = plan(extensions=Extensions(first_window_days=13))

    verdict = judge(brief, facts(*arms), END + timedelta(hours=1))

    assert decided(verdict) == (Flag.STOP, ReasonCode.UNRESOLVABLE, [4])


def test_a_trigger_without_data_keeps_an_open_pilot_collecting_with_a_task():
    verdict = judge(plan(), facts(COST_BEFORE, COST_HALVED, MINUTES_BEFORE), DAY_12)

    assert decided(verdict) == (Flag.COLLECTING, ReasonCode.DATA, [4])
    assert verdict.tasks == (
        "Review minutes per item has no data: check that the script or the evaluation posts "
        "'review_minutes_per_item'",
    )


def test_a_trigger_without_data_extends_a_closed_window():
    arms = late((COST_BEFORE, COST_HALVED, MINUTES_BEFORE), END)

    verdict = judge(plan(), facts(*arms), END + timedelta(hours=1))

    assert decided(verdict) == (Flag.EXTEND, ReasonCode.DATA, [4])


def test_a_trigger_without_data_and_without_extensions_stops_as_unresolvable():
    arms = late((COST_BEFORE, COST_HALVED, MINUTES_BEFORE), END)
    spent = plan(extensions=Extensions(used=2, first_window_days=28))

    verdict = judge(spent, facts(*arms), END + timedelta(hours=1))

    assert decided(verdict) == (Flag.STOP, ReasonCode.UNRESOLVABLE, [4])


def test_everything_proven_safe_and_in_place_is_go():
    verdict = judge(plan(), facts(*GOOD), DAY_12)

    assert decided(verdict) == (Flag.GO, ReasonCode.PROVEN, [5])
    assert verdict.reason == (
        "Go: cost per task 0.60 EUR against 1.20 EUR before (better by at least 0.52 EUR, goal 0.10 EUR), n = 300."
    )


def test_an_open_blocker_holds_go_back():
    verdict = judge(plan(), facts(*GOOD, blockers=("no operator is named",)), DAY_12)

    assert decided(verdict) == (Flag.COLLECTING, ReasonCode.COLLECTING, [7])
    assert verdict.still_needed == ("open blocker: no operator is named",)


def test_go_waits_for_the_maintenance_phase():
    phased = plan(
        maintenance_from=START + timedelta(days=8), maintenance_min_days=3, maintenance_min_items=50
    )

    verdict = judge(phased, facts(*GOOD), DAY_12)

    assert verdict.still_needed == (
        "maintenance phase: 0 days and 0 items of at least 3 days and 50 items seen",
    )


def test_days_of_maintenance_without_its_items_are_not_enough():
    phased = plan(
        maintenance_from=START + timedelta(days=8), maintenance_min_days=3, maintenance_min_items=50
    )
    used = values("cost_per_task", 49, "0.6", "0.3", phase=Phase.MAINTENANCE, days=3)

    verdict = judge(phased, facts(*GOOD, used), DAY_12)

    assert verdict.flag is Flag.COLLECTING


def test_the_maintenance_phase_counts_towards_the_proof_and_allows_go():
    phased = plan(
        maintenance_from=START + timedelta(days=8), maintenance_min_days=3, maintenance_min_items=50
    )
    used = values("cost_per_task", 100, "0.6", "0.3", phase=Phase.MAINTENANCE, days=3)

    verdict = judge(phased, facts(*GOOD, used), DAY_12)

    assert verdict.flag is Flag.GO
    assert result(verdict, "save").after.n == 400


def test_go_waits_for_seven_days():
    arms = tuple(replace(arm, days=6) for arm in late(GOOD, START + timedelta(days=6)))

    verdict = judge(plan(), facts(*arms), START + timedelta(days=6))

    assert verdict.flag is Flag.COLLECTING


@pytest.mark.parametrize("arms", [GOOD, FUTILE])
def test_seven_calendar_days_touched_are_not_yet_seven_days(arms):
    noon = START + timedelta(days=6, hours=12)
    touched = tuple(replace(arm, days=7) for arm in late(arms, noon))

    assert judge(plan(), facts(*touched), noon).flag is Flag.COLLECTING
    assert judge(plan(), facts(*touched), noon + timedelta(hours=12)).flag is not Flag.COLLECTING


def test_a_refuted_goal_stops_as_futile():
    verdict = judge(plan(), facts(*FUTILE), DAY_12)

    assert decided(verdict) == (Flag.STOP, ReasonCode.FUTILITY, [6])


def test_a_refuted_goal_does_not_stop_before_seven_days():
    arms = tuple(replace(arm, days=6) for arm in late(FUTILE, START + timedelta(days=6)))

    verdict = judge(plan(), facts(*arms), START + timedelta(days=6))

    assert verdict.flag is Flag.COLLECTING


def test_harm_stops_before_seven_days():
    arms = tuple(replace(arm, days=2) for arm in late(HARMFUL, START + timedelta(days=2)))

    verdict = judge(plan(), facts(*arms), START + timedelta(days=2))

    assert verdict.code is ReasonCode.HARM


def test_a_refuted_goal_that_is_not_required_never_stops_and_never_lets_go():
    optional = plan(goals=(Goal(key="save", metric="cost_per_task", margin=Decimal("0.1"), required=False),))

    verdict = judge(optional, facts(*FUTILE), DAY_12)

    assert decided(verdict) == (Flag.COLLECTING, ReasonCode.COLLECTING, [7])


def test_an_open_window_with_nothing_settled_collects_and_says_when_it_may_settle():
    verdict = judge(plan(), facts(*UNCLEAR), DAY_12)

    assert decided(verdict) == (Flag.COLLECTING, ReasonCode.COLLECTING, [7])
    assert verdict.forecast.days is not None
    assert verdict.reason == f"Collecting: {verdict.forecast.sentence}."


def test_a_closed_window_that_more_days_would_settle_is_extended_by_them():
    arms = late((COST_BEFORE, values("cost_per_task", 150, "1.0", "0.4"), *GOOD[2:]), END)

    verdict = judge(plan(), facts(*arms), END + timedelta(hours=1))

    assert decided(verdict) == (Flag.EXTEND, ReasonCode.MORE_TIME, [8])
    assert verdict.extend.kind == "more_time"
    assert verdict.extend.days == 14
    assert verdict.extend.metric == "cost per task"


def test_a_closed_window_without_extensions_left_is_unresolved():
    arms = late((COST_BEFORE, values("cost_per_task", 150, "1.0", "0.4"), *GOOD[2:]), END)
    spent = plan(extensions=Extensions(used=2, first_window_days=28))

    verdict = judge(spent, facts(*arms), END + timedelta(hours=1))

    assert decided(verdict) == (Flag.STOP, ReasonCode.UNRESOLVED, [9])


def test_a_value_on_its_goal_is_never_settled_by_more_time():
    arms = late((COST_BEFORE, values("cost_per_task", 90, "1.1", "0.8"), *GOOD[2:]), END)

    verdict = judge(plan(), facts(*arms), END + timedelta(hours=1))

    assert decided(verdict) == (Flag.STOP, ReasonCode.UNRESOLVED, [9])


def test_a_closed_window_does_not_make_its_last_points_stale():
    arms = late(GOOD, END)

    verdict = judge(plan(), facts(*arms), END + timedelta(days=20))

    assert verdict.flag is Flag.GO


def test_a_look_between_sees_harm():
    assert look_between(plan(), facts(*HARMFUL), DAY_12).code is ReasonCode.HARM


def test_a_look_between_never_gives_go():
    assert look_between(plan(), facts(*GOOD), DAY_12) is None
