"""What a manager reads: numbers with their unit, n and interval, reasons for and against, what would change it."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from pilots.judging.caveats import NOT_RANDOMISED
from pilots.judging.judge import judge
from pilots.judging.plan import Candidate, CandidateRole, StopTrigger
from pilots.judging.sentences import amount, counted, inside, listed, number, percent, points
from pilots.judging.verdict import Status
from pilots.judging.wording import duration
from tests.pilots.judging.builders import (
    DAY_12,
    ERRORS,
    GOOD,
    HARMFUL,
    MINUTES_WORSE,
    START,
    UNCLEAR,
    before,
    facts,
    late,
    metric,
    plan,
    result,
    values,
    yes,
)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (3.39999, "3.4"),
        (0.30712, "0.307"),
        (212.0, "212"),
        (1234.5, "1,234"),
        (0, "0"),
        (0.00123456, "0.00123"),
        (-2.5, "-2.5"),
        (99.96, "100"),
        (float("inf"), "unbounded"),
    ],
)
def test_a_number_has_three_significant_figures(value, text):
    assert number(value) == text


def test_money_has_two_decimals_and_small_money_keeps_its_figures():
    assert amount(0.8, "EUR") == "0.80 EUR"
    assert amount(0.00123, "EUR") == "0.00123 EUR"
    assert amount(11187.2, "EUR") == "11,187 EUR"


def test_shares_are_percent_and_their_differences_points():
    assert percent(0.0731) == "7.31 %"
    assert points(0.05) == "5 points"
    assert points(0.01) == "1 point"


def test_words_are_put_together():
    assert counted(1, "day") == "1 day"
    assert counted(1200, "day") == "1,200 days"
    assert listed(["a", "b", "c"]) == "a, b and c"
    assert inside("Review minutes") == "review minutes"
    assert inside("API errors") == "API errors"


@pytest.mark.parametrize(
    ("seconds", "text"), [(172_800, "2 days"), (90_000, "25 hours"), (1800, "30 minutes")]
)
def test_a_duration_is_in_the_largest_fitting_unit(seconds, text):
    assert duration(seconds) == text


def test_an_undecided_goal_says_so_with_its_interval_and_n():
    found = result(judge(plan(), facts(*UNCLEAR), DAY_12), "save")

    assert found.reason.startswith("cost per task 1.00 EUR against 1.20 EUR before (")
    assert found.reason.endswith(" better, goal 0.10 EUR), n = 60; not settled yet")


def test_an_insufficient_goal_says_what_is_missing():
    early = values("cost_per_task", 20, "1.0", "0.4", days=3)

    found = result(judge(plan(), facts(*UNCLEAR[:1], early, *UNCLEAR[2:]), DAY_12), "save")

    assert found.reason.endswith("; too early to decide: 10 more units and 4 more days needed")


def test_a_silent_metric_says_how_long_and_what_to_do():
    found = result(judge(plan(), facts(*late(GOOD, START.replace(day=10))), DAY_12), "save")

    assert found.reason == (
        "cost per task is silent: the last point is 4 days old (at most 2 days); restart the script that posts it"
    )


def test_a_before_after_design_always_prints_its_caveat():
    assert NOT_RANDOMISED == "Not randomised: effects of time are possible"
    assert judge(plan(), facts(*GOOD), DAY_12).warnings == (NOT_RANDOMISED,)


def test_a_design_that_compares_nothing_with_before_has_no_such_caveat():
    trigger = StopTrigger(key="t", metric="error_rate", limit=Decimal("0.05"))

    verdict = judge(
        plan(metrics=(ERRORS,), goals=(), triggers=(trigger,)), facts(yes("error_rate", 1, 99)), DAY_12
    )

    assert verdict.warnings == ()


def test_simulated_data_are_named():
    verdict = judge(plan(), facts(*GOOD, simulated=("demo",)), DAY_12)

    assert "Includes demo data: not evidence about real work" in verdict.warnings


def test_a_stop_lists_what_went_well_and_how_it_could_be_taken_back():
    verdict = judge(plan(), facts(*HARMFUL), DAY_12)

    assert verdict.reasons_for == (result(verdict, "not_slower").reason,)
    assert verdict.reasons_against == (result(verdict, "save").reason,)
    assert verdict.would_change == (
        "A breached trigger stays breached; only a correction of faulty data, approved by a second person, "
        "takes it back",
    )


def test_go_names_the_gate_with_least_room_and_worse_monitors():
    watched = plan(metrics=(*plan().metrics, metric("handovers")))
    handovers = before(values("handovers", 300, "1", "1")), values("handovers", 300, "3", "1")

    verdict = judge(watched, facts(*GOOD, *handovers), DAY_12)

    assert verdict.reasons_against[0].startswith("least room: review minutes per item 2.5")
    assert verdict.reasons_against[1].startswith("not a gate, but worse: handovers 3 against 1 before")


def test_collecting_says_what_each_open_gate_is_heading_for():
    verdict = judge(plan(), facts(*UNCLEAR), DAY_12)

    assert [line.split(" around ")[0] for line in verdict.would_change] == [
        "Cost per task would be proven",
        "Review minutes per item would be safe",
    ]


def test_the_breach_of_a_challenger_is_said_but_decides_nothing():
    two = (*plan().candidates, Candidate(slug="big-model", role=CandidateRole.CHALLENGER))

    verdict = judge(plan(candidates=two), facts(*GOOD, replace(MINUTES_WORSE, candidate="big-model")), DAY_12)

    assert verdict.flag.value == "go"
    assert verdict.breached == ()
    assert any(
        warning.startswith("Candidate big-model: review minutes per item 3.4") for warning in verdict.warnings
    )
    statuses = {found.key: found.status for found in verdict.results if found.candidate == "big-model"}
    assert statuses == {"save": Status.NO_DATA, "not_slower": Status.BREACHED}
