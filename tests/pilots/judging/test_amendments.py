"""Loosening after data asks for a second person and restarts the metric; tightening does neither."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from pilots.judging.amendments import changes, needs_second_person, restarted
from pilots.judging.budgets import harm_alpha
from pilots.judging.plan import Alphas, Design, Estimand, Goal, HardLimits, Payback, StopTrigger
from tests.pilots.judging.builders import COST, DAY_12, ERRORS, MINUTES, NOT_SLOWER, SAVE, metric, plan

LIMIT = StopTrigger(key="errors", metric="error_rate", limit=Decimal("0.05"))
OLD = plan(metrics=(MINUTES, COST, ERRORS), triggers=(NOT_SLOWER, LIMIT))


def with_trigger(trigger: StopTrigger):
    return replace(OLD, triggers=tuple(trigger if old.key == trigger.key else old for old in OLD.triggers))


@pytest.mark.parametrize(
    ("new", "sentence"),
    [
        (with_trigger(replace(NOT_SLOWER, margin=Decimal("0.3"))), "stop trigger 'not_slower': margin 0.2 to 0.3"),
        (with_trigger(replace(LIMIT, limit=Decimal("0.06"))), "stop trigger 'errors': limit 0.05 to 0.06"),
        (replace(OLD, triggers=(NOT_SLOWER,)), "stop trigger 'errors' removed"),
        (replace(OLD, goals=(replace(SAVE, margin=Decimal("0.05")),)), "goal 'save': margin 0.1 to 0.05"),
        (replace(OLD, goals=()), "goal 'save' removed"),
        (replace(OLD, alphas=Alphas(go=Decimal("0.1"))), None),
        (replace(OLD, d_min=3), "d_min: 7 to 3"),
        (replace(OLD, payback=Payback(applicable=False, waived_by="another")), None),
        (replace(OLD, hard_limits=HardLimits(critical_incidents=1)), None),
        (replace(OLD, metrics=(MINUTES, replace(COST, max_age_seconds=10**6), ERRORS)), None),
        (replace(OLD, metrics=(MINUTES, replace(COST, planned_n=70), ERRORS)), "metric 'cost_per_task': planned_n 700 to 70"),
    ],
)  # fmt: skip
def test_loosening_asks_for_a_second_person(new, sentence):
    assert needs_second_person(OLD, new) is True
    assert sentence is None or [change.sentence for change in changes(OLD, new)] == [sentence]


@pytest.mark.parametrize(
    "new",
    [
        OLD,
        with_trigger(replace(NOT_SLOWER, margin=Decimal("0.1"))),
        with_trigger(replace(LIMIT, limit=Decimal("0.04"))),
        with_trigger(replace(LIMIT, hard=True)),
        replace(OLD, goals=(replace(SAVE, margin=Decimal("0.2")),)),
        replace(OLD, d_min=10),
        replace(OLD, triggers=(*OLD.triggers, replace(LIMIT, key="more"))),
        replace(OLD, metrics=(*OLD.metrics, metric("handovers"))),
        replace(OLD, hard_limits=HardLimits(spend_cap=Decimal(100))),
    ],
)
def test_tightening_asks_nobody(new):
    assert needs_second_person(OLD, new) is False


def test_a_loosened_margin_restarts_its_metric_and_no_other():
    new = restarted(OLD, with_trigger(replace(NOT_SLOWER, margin=Decimal("0.3"))), at=DAY_12)

    assert [found.counts_from for found in new.metrics] == [DAY_12, None, None]


def test_a_raised_limit_of_a_total_asks_for_a_second_person_and_goes_on_counting():
    spend = metric("spend", estimand=Estimand.TOTAL, design=Design.ABSOLUTE)
    cap = StopTrigger(key="spend", metric="spend", limit=Decimal(100), hard=True)
    old = replace(OLD, metrics=(*OLD.metrics, spend), triggers=(*OLD.triggers, cap))
    new = replace(old, triggers=(*OLD.triggers, replace(cap, limit=Decimal(200))))

    assert [(change.loosens, change.restarts) for change in changes(old, new)] == [(True, False)]
    assert restarted(old, new, at=DAY_12).metric("spend").counts_from is None


def test_a_goal_added_after_data_asks_for_a_second_person_and_restarts_its_metric():
    new = replace(OLD, goals=(SAVE, Goal(key="fewer", metric="error_rate", target=Decimal("0.02"))))

    assert needs_second_person(OLD, new) is True
    assert [found.counts_from for found in restarted(OLD, new, at=DAY_12).metrics] == [None, None, DAY_12]


def test_a_restart_is_kept_by_later_amendments():
    once = restarted(OLD, with_trigger(replace(NOT_SLOWER, margin=Decimal("0.3"))), at=DAY_12)
    rebuilt = replace(
        once, metrics=tuple(replace(found, counts_from=None) for found in once.metrics), d_min=8
    )

    again = restarted(once, rebuilt, at=DAY_12.replace(day=20))

    assert again.metrics[0].counts_from == DAY_12


def test_a_trigger_added_after_data_is_late_and_leaves_the_shares_of_the_others():
    new = restarted(OLD, replace(OLD, triggers=(*OLD.triggers, replace(LIMIT, key="more"))), at=DAY_12)

    assert [trigger.late for trigger in new.triggers] == [False, False, True]
    assert harm_alpha(new, new.triggers[0]) == pytest.approx(0.025)
    assert harm_alpha(new, new.triggers[2]) == pytest.approx(0.05 / 3)
