"""What an amendment changes reads as old and new, exactly, with what it loosens and what starts anew."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from pilots.judging.differences import Difference, differences
from pilots.judging.draft_rules import fault_of
from pilots.judging.plan import Alphas, Goal, StopTrigger
from pilots.judging.plan_words import rule, title
from tests.pilots.judging.builders import (
    COST,
    END,
    ERRORS,
    LATENCY,
    MINUTES,
    NOT_SLOWER,
    QUALITY,
    SAVE,
    SPEND,
    D,
    metric,
    plan,
)

CAP = StopTrigger(key="spend", metric="api_spend", limit=D(100), hard=True)
CALLS = metric("calls", activity=True)
OLD = plan(metrics=(MINUTES, COST, ERRORS, SPEND, LATENCY, CALLS), triggers=(NOT_SLOWER, CAP))


def test_no_change_is_no_difference():
    late = tuple(replace(trigger, late=True) for trigger in OLD.triggers)
    restarted = tuple(replace(each, counts_from=END, required=True) for each in OLD.metrics)

    assert differences(OLD, OLD) == ()
    assert differences(OLD, replace(OLD, triggers=late, metrics=restarted)) == ()


def test_a_looser_trigger_and_a_tighter_goal_are_told_apart():
    new = replace(
        OLD,
        triggers=(replace(NOT_SLOWER, margin=D("0.2025")), CAP),
        goals=(replace(SAVE, margin=D("0.15")),),
    )

    assert differences(OLD, new) == (
        Difference(
            subject="Goal on cost per task",
            was="at least 0.1 EUR lower than before",
            now="at least 0.15 EUR lower than before",
            key="save",
        ),
        Difference(
            subject="Stop trigger on review minutes per item",
            was="stops if more than 0.2 higher than before",
            now="stops if more than 0.2025 higher than before",
            key="not_slower",
            loosens=True,
            restarts="Review minutes per item",
        ),
    )


def test_what_is_added_has_no_old_and_what_is_removed_no_new():
    more = StopTrigger(key="errors", metric="error_rate", limit=D("0.05"))

    found = differences(OLD, replace(OLD, triggers=(NOT_SLOWER, more)))

    assert [(each.key, each.was, each.now, each.loosens, each.restarts) for each in found] == [
        ("errors", "", "stops if above 5 %", False, ""),
        ("spend", "stops if above 100 EUR, at once", "", True, ""),
    ]


def test_a_raised_limit_of_a_running_sum_loosens_and_restarts_nothing():
    found = differences(OLD, replace(OLD, triggers=(NOT_SLOWER, replace(CAP, limit=D(150)))))

    assert [(each.was, each.now, each.loosens, each.restarts) for each in found] == [
        ("stops if above 100 EUR, at once", "stops if above 150 EUR, at once", True, "")
    ]


def test_the_last_day_is_the_one_before_the_end():
    found = differences(OLD, replace(OLD, window_end=END + timedelta(days=14)))

    assert [(each.subject, each.was, each.now, each.loosens) for each in found] == [
        ("Last day", "29 March 2026", "12 April 2026", False)
    ]


@pytest.mark.parametrize(("days", "loosens"), [(-3, True), (3, False)])
def test_an_earlier_maintenance_phase_loosens(days: int, loosens: bool):
    old = replace(OLD, maintenance_from=END - timedelta(days=14))

    found = differences(old, replace(old, maintenance_from=END - timedelta(days=14) + timedelta(days=days)))

    assert [each.loosens for each in found] == [loosens]


def test_fields_of_metrics_and_of_the_whole_plan_are_named():
    slower = replace(COST, planned_n=70)
    new = replace(
        OLD,
        metrics=(MINUTES, slower, ERRORS, SPEND, LATENCY, CALLS),
        d_min=3,
        host_retires_on=date(2026, 3, 20),
        alphas=Alphas(go=D("0.01")),
    )

    found = differences(OLD, new)

    assert [(each.subject, each.was, each.now, each.loosens, each.restarts) for each in found] == [
        ("The model's host retires it on", "not known", "20 March 2026", False, ""),
        ("Metric Cost per task", "planned n 700", "planned n 70", True, "Cost per task"),
        (
            "Error budgets",
            "{'harm': '0.05', 'go': '0.05', 'futility': '0.05'}",
            "{'harm': '0.05', 'go': '0.01', 'futility': '0.05'}",
            False,
            "",
        ),
        ("Days before go or futility", "7", "3", True, ""),
    ]


@pytest.mark.parametrize(
    ("measured", "item", "words"),
    [
        (COST, Goal(key="g", metric="m", margin=D("0.2"), relative=True), "at least 20 % lower than before"),
        (COST, Goal(key="g", metric="m", target=D("1.2")), "at most 1.2 EUR"),
        (COST, Goal(key="g", metric="m", target=D(1), required=False), "at most 1 EUR, not required"),
        (QUALITY, Goal(key="g", metric="m", margin=D("0.05")), "at least 5 points higher than before"),
        (QUALITY, Goal(key="g", metric="m", target=D("0.9")), "at least 90 %"),
        (QUALITY, StopTrigger(key="t", metric="m", margin=D("0.01")), "stops if more than 1 point lower than before"),
        (QUALITY, StopTrigger(key="t", metric="m", limit=D("0.8")), "stops if below 80 %"),
        (LATENCY, StopTrigger(key="t", metric="m", limit=D(4)), "stops if p95 is above 4 s"),
        (LATENCY, Goal(key="g", metric="m", target=D(3)), "p95 is at most 3 s"),
        (replace(COST, design="paired"), Goal(key="g", metric="m", margin=D(0)),
         "at least 0 EUR lower than the control on the same items"),
    ],
)  # fmt: skip
def test_rules_read_as_sentences(measured, item, words):
    assert rule(measured, item) == words


def test_titles_name_the_metric():
    assert title(MINUTES, NOT_SLOWER) == "Stop trigger on review minutes per item"


@pytest.mark.parametrize(
    ("item", "sentence"),
    [
        (NOT_SLOWER, ""),
        (CAP, ""),
        (Goal(key="g", metric="nonsense", margin=D(1)),
         "There is no metric nonsense. The pilot has review_minutes_per_item, cost_per_task, error_rate, "
         "api_spend, latency_p95, calls."),
        (Goal(key="g", metric="calls", target=D(1)),
         "Calls counts activity, which is not value: it is shown and never decides."),
        (Goal(key="g", metric="api_spend", target=D(1)),
         "Api spend is a running sum: a stop trigger can keep it under a limit, but it is never a goal."),
        (StopTrigger(key="t", metric="api_spend", margin=D(1)),
         "Api spend is a running sum: give an upper limit, with lower as better."),
        (StopTrigger(key="t", metric="cost_per_task", limit=D(1), hard=True),
         "Only a running sum stops at once, and Cost per task is none."),
        (StopTrigger(key="t", metric="error_rate", margin=D("0.1")),
         "Error rate is compared with nothing, so there is no margin. Give a limit instead."),
        (Goal(key="g", metric="cost_per_task"), "Give either a margin or a target, and not both."),
        (StopTrigger(key="t", metric="cost_per_task", margin=D(1), limit=D(1)),
         "Give either a margin or a limit, and not both."),
        (StopTrigger(key="t", metric="cost_per_task", limit=D(1), relative=True),
         "As a share goes with a margin. Give one, or leave it unticked for a limit."),
        (StopTrigger(key="t", metric="cost_per_task", margin=D(-1)),
         "Give the margin as zero or more; the metric's direction says which way is better."),
        (StopTrigger(key="t", metric="error_rate", limit=D(5)),
         "Error rate is a share: give a number from 0 to 1, such as 0.05 for 5 %."),
    ],
)  # fmt: skip
def test_a_rule_that_cannot_be_judged_says_what_to_give(item, sentence):
    assert fault_of(OLD, item) == sentence
