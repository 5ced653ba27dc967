"""A draft trigger over past days says when it would have fired, at the price it would pay beside the others."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from pilots.judging.facts import Latch
from pilots.judging.plan import StopTrigger
from pilots.judging.rehearsal import rehearse, rehearsed
from tests.pilots.judging.builders import (
    ERRORS,
    MINUTES,
    MINUTES_BEFORE,
    NOT_SLOWER,
    SAVE,
    SPEND,
    START,
    D,
    facts,
    metric,
    plan,
    values,
    yes,
)

CAP = StopTrigger(key="spend", metric="api_spend", limit=D(100), hard=True)
QUALITY_FLOOR = StopTrigger(key="errors", metric="error_rate", limit=D("0.05"))
PLAN = plan(metrics=(MINUTES, ERRORS, SPEND), triggers=(NOT_SLOWER, QUALITY_FLOOR), goals=())


def evening(day: int):
    return START + timedelta(days=day, hours=23)


def spent(day: int, total: str):
    """All that was spent up to the evening of the day."""
    arm = values("api_spend", day + 1, "0", "0", days=day + 1, last_at=evening(day))
    return facts(replace(arm, total=D(total)), as_of=evening(day))


def minutes(day: int, mean: str):
    """Forty items a day up to the evening of the day, with this mean so far."""
    pilot = values("review_minutes_per_item", 40 * (day + 1), mean, "1", days=day + 1, last_at=evening(day))
    return facts(MINUTES_BEFORE, pilot, as_of=evening(day))


def test_it_fires_on_the_first_day_that_the_sum_is_over_its_limit():
    draft = rehearsed(PLAN, CAP)

    found = rehearse(draft, [spent(0, "60"), spent(1, "101"), spent(2, "140")])

    assert [look.result.status for look in found.looks] == ["SAFE", "BREACHED", "BREACHED"]
    assert found.fired is not None
    assert found.fired.at == evening(1)
    assert found.sentence == (
        "Would have fired on 3 March 2026, after 2 days and 2 items: api spend 101 EUR (limit 100 EUR), n = 2."
    )


def test_a_rule_that_holds_says_how_far_it_came():
    found = rehearse(rehearsed(PLAN, CAP), [spent(0, "60"), spent(1, "80")])

    assert found.fired is None
    assert found.sentence == (
        "Would not have fired in 2 days and 2 items: api spend 80.00 EUR (limit 100 EUR), n = 2."
    )


def test_a_smaller_margin_fires_sooner():
    days = [minutes(day, "3.2") for day in range(8)]
    narrow, wide = replace(NOT_SLOWER, margin=D(0)), replace(NOT_SLOWER, margin=D("0.2"))

    soon, late = (rehearse(rehearsed(PLAN, each), days) for each in (narrow, wide))

    assert soon.fired is not None
    assert late.fired is not None
    assert (soon.fired.at.day, late.fired.at.day) == (3, 4)


def test_nothing_measured_is_nothing_to_rehearse_on():
    found = rehearse(rehearsed(PLAN, CAP), [])

    assert found.fired is None
    assert found.sentence == "There is no measurement of the pilot to rehearse on yet."


def test_without_a_baseline_it_says_what_is_missing():
    arm = values("review_minutes_per_item", 40, "3", "1", last_at=evening(0))

    found = rehearse(rehearsed(PLAN, NOT_SLOWER), [facts(arm, as_of=evening(0))])

    assert found.sentence == (
        "Would not have fired by 2 March 2026. Review minutes per item has nothing to compare with: "
        "import or record the values from before the pilot."
    )


def test_what_an_earlier_look_latched_does_not_fire_the_draft():
    latch = Latch(trigger=NOT_SLOWER.key, since=START, sentence="too slow")

    found = rehearse(rehearsed(PLAN, NOT_SLOWER), [replace(minutes(0, "2.6"), latched=(latch,))])

    assert found.fired is None


def test_a_known_trigger_keeps_its_share_of_the_error_budget():
    draft = replace(NOT_SLOWER, margin=D("0.5"))

    assert rehearse(rehearsed(PLAN, draft), []).alpha == pytest.approx(0.025)


def test_a_new_trigger_of_a_plan_in_force_is_late_and_pays_on_top():
    rate = metric("share_wrong", estimand=ERRORS.estimand, design=ERRORS.design)
    known = replace(PLAN, metrics=(*PLAN.metrics, rate))
    draft = StopTrigger(key="wrong", metric="share_wrong", limit=D("0.05"))

    assert rehearse(rehearsed(known, draft), []).alpha == pytest.approx(0.05 / 3)


def test_a_new_trigger_of_a_draft_shares_with_the_others():
    rate = metric("share_wrong", estimand=ERRORS.estimand, design=ERRORS.design)
    unfrozen = replace(PLAN, version=0, metrics=(*PLAN.metrics, rate))
    draft = StopTrigger(key="wrong", metric="share_wrong", limit=D("0.05"))

    assert rehearse(rehearsed(unfrozen, draft), []).alpha == pytest.approx(0.05 / 3)
    assert rehearsed(unfrozen, draft).triggers[0].late is False


def test_data_from_before_a_restart_are_part_of_the_past():
    restarted = replace(PLAN, metrics=(replace(MINUTES, counts_from=evening(5)), ERRORS, SPEND))

    assert rehearsed(restarted, NOT_SLOWER).metrics[0].counts_from is None


def test_a_trigger_that_cannot_be_judged_is_refused():
    draft = StopTrigger(key="spend", metric="api_spend", margin=D(1))

    with pytest.raises(ValueError, match="is a running total"):
        rehearse(rehearsed(PLAN, draft), [])


def test_a_rate_fires_by_the_judge_s_own_sharper_test():
    """12 bad of 100 against 5 % are E = 18.4 (golden value); half of the budget asks for 40."""
    arm = yes("error_rate", 12, 100, days=3, last_at=evening(2))
    worse = yes("error_rate", 16, 100, days=4, last_at=evening(3))

    found = rehearse(
        rehearsed(PLAN, QUALITY_FLOOR), [facts(arm, as_of=evening(2)), facts(worse, as_of=evening(3))]
    )

    assert [look.result.status for look in found.looks] == ["INSUFFICIENT", "BREACHED"]


def test_goals_and_other_triggers_are_left_alone():
    draft = rehearsed(replace(PLAN, metrics=(*PLAN.metrics, metric("cost_per_task")), goals=(SAVE,)), CAP)

    assert (draft.goals, [each.key for each in draft.triggers], [each.key for each in draft.metrics]) == (
        (),
        ["spend"],
        ["api_spend"],
    )
