"""The status of a criterion is the first that applies, in the listed order; breached before all."""

from __future__ import annotations

from dataclasses import replace

import pytest

from pilots.judging.status import Reading, status_of
from pilots.judging.verdict import Role, Status

WORST = Reading(
    role=Role.TRIGGER,
    n=0,
    has_base=False,
    latched=True,
    infra_run=5,
    age_seconds=200_000,
    drifted=True,
    mixed=True,
    insufficient=True,
    low=None,
    high=None,
    threshold=-0.2,
)
"""Everything at once; each test below takes away what comes before it."""

SOUND = Reading(role=Role.TRIGGER, n=300, age_seconds=3600, threshold=-0.2, low=-0.1, high=0.1)


def test_a_latched_breach_comes_before_everything():
    assert status_of(WORST) is Status.BREACHED


def test_only_a_trigger_latches():
    assert status_of(replace(WORST, role=Role.GOAL)) is Status.NO_BASELINE


def test_a_missing_baseline_comes_next():
    assert status_of(replace(WORST, latched=False)) is Status.NO_BASELINE


def test_five_infrastructure_errors_in_a_row_are_an_error():
    assert status_of(replace(WORST, latched=False, has_base=True)) is Status.ERROR


def test_four_infrastructure_errors_in_a_row_are_not():
    assert status_of(replace(WORST, latched=False, has_base=True, infra_run=4)) is Status.NO_DATA


def test_no_data_comes_before_stale():
    assert status_of(replace(WORST, latched=False, has_base=True, infra_run=0)) is Status.NO_DATA


def test_stale_comes_before_invalid():
    assert status_of(replace(WORST, latched=False, has_base=True, infra_run=0, n=9)) is Status.STALE


def test_data_exactly_at_the_maximum_age_are_fresh():
    reading = replace(SOUND, age_seconds=172_800, stale_after_seconds=172_800)

    assert status_of(reading) is Status.SAFE


def test_data_without_a_time_are_stale():
    assert status_of(replace(SOUND, age_seconds=None)) is Status.STALE


@pytest.mark.parametrize("what", ["drifted", "mixed"])
def test_drift_and_mixed_epochs_are_invalid(what):
    assert status_of(replace(SOUND, **{what: True})) is Status.INVALID


def test_a_monitor_is_only_shown():
    assert status_of(replace(SOUND, role=Role.MONITOR)) is Status.SHOWN


def test_a_trigger_is_breached_when_the_upper_end_is_below_the_margin():
    assert status_of(replace(SOUND, low=-0.5, high=-0.21)) is Status.BREACHED


def test_a_trigger_is_not_breached_on_the_margin():
    assert status_of(replace(SOUND, low=-0.5, high=-0.2)) is Status.UNDECIDED


def test_a_trigger_is_safe_when_the_lower_end_reaches_the_margin():
    assert status_of(replace(SOUND, low=-0.2)) is Status.SAFE


def test_a_trigger_below_its_margin_but_not_for_certain_is_undecided():
    assert status_of(replace(SOUND, low=-0.21)) is Status.UNDECIDED


def test_an_insufficient_trigger_may_breach_by_an_exact_method():
    reading = replace(SOUND, insufficient=True, may_breach=True, low=-0.5, high=-0.3)

    assert status_of(reading) is Status.BREACHED


def test_an_insufficient_trigger_may_not_breach_by_an_approximation():
    reading = replace(SOUND, insufficient=True, may_breach=False, low=-0.5, high=-0.3)

    assert status_of(reading) is Status.INSUFFICIENT


def test_an_insufficient_trigger_may_not_be_safe():
    assert status_of(replace(SOUND, insufficient=True)) is Status.INSUFFICIENT


def test_an_alarm_decides_the_breach_instead_of_the_interval():
    assert status_of(replace(SOUND, alarm=True)) is Status.BREACHED
    assert status_of(replace(SOUND, alarm=False, low=-0.5, high=-0.3)) is Status.UNDECIDED


def test_a_goal_is_proven_when_the_lower_end_reaches_it():
    goal = replace(SOUND, role=Role.GOAL, threshold=0.1, low=0.1, high=0.3)

    assert status_of(goal) is Status.PROVEN


def test_a_goal_is_refuted_when_the_upper_end_is_below_it():
    goal = replace(SOUND, role=Role.GOAL, threshold=0.1, low=-0.1, high=0.09)

    assert status_of(goal) is Status.REFUTED


def test_a_goal_inside_its_interval_is_undecided():
    goal = replace(SOUND, role=Role.GOAL, threshold=0.1, low=0.09, high=0.3)

    assert status_of(goal) is Status.UNDECIDED


@pytest.mark.parametrize(("low", "high"), [(0.5, 0.9), (-0.9, -0.5)])
def test_an_insufficient_goal_is_neither_proven_nor_refuted(low, high):
    goal = replace(SOUND, role=Role.GOAL, threshold=0.1, low=low, high=high, insufficient=True)

    assert status_of(goal) is Status.INSUFFICIENT


def test_a_total_below_its_limit_is_safe_at_once():
    assert status_of(replace(SOUND, insufficient=True, exact_total=True)) is Status.SAFE


def test_without_an_estimate_a_trigger_is_undecided():
    assert status_of(replace(SOUND, low=None, high=None)) is Status.UNDECIDED
