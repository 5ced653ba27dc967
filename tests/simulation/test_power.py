"""What is worse is stopped in time, what is much better goes, and what cannot be proven never does.

60 pilots a scenario. Three Monte-Carlo standard errors of 60 draws at 95 % are 8.4 points: at least 86.5 %.
"""

from __future__ import annotations

import pytest

from tests.simulation.running import sample

PILOTS, ENOUGH = 60, 0.865


def test_a_p95_thirty_percent_over_its_limit_stops_by_day_four():
    found = sample("p95 +30 %", PILOTS)

    assert found["harm"].measured >= ENOUGH
    assert found["harm_day"].measured <= 4


def test_review_minutes_thirty_percent_up_stop():
    assert sample("minutes +30 %", PILOTS)["harm"].measured >= ENOUGH


def test_half_the_cost_at_twenty_points_less_quality_stops_never_goes_and_lists_the_saving():
    found = sample("cheap but worse", PILOTS)

    assert found["harm"].measured >= ENOUGH
    assert found["listed"].measured >= ENOUGH
    assert found["go"].measured == 0


def test_what_turns_bad_half_way_is_held_back():
    found = sample("bad from the middle", 20)

    assert found["told"].measured >= 0.8  # three standard errors of 20 draws are 14.6 points
    assert found["go"].measured <= 0.196


def test_a_saving_of_four_times_the_goal_goes_as_soon_as_it_may():
    found = sample("four times the goal", PILOTS)

    assert found["go"].measured >= ENOUGH
    assert found["go_day"].measured == 7


def test_a_breach_never_goes_away_though_the_work_recovers():
    found = sample("recovering", 20)

    assert found["breached"].measured >= 0.8  # three standard errors of 20 draws are 14.6 points
    assert found["unbreached"].measured == 0


def test_a_splendid_pilot_without_goal_trigger_or_data_never_goes():
    found = sample("nothing to prove", PILOTS)

    assert found["complete"].measured >= ENOUGH
    assert [found[event].measured for event in ("no_goal", "no_trigger", "no_data")] == [0, 0, 0]


@pytest.mark.parametrize("slug", ["shift", "shift of a rate"])
def test_a_shift_of_half_a_standard_deviation_is_found(slug: str):
    assert sample(slug, PILOTS)["alarm"].measured >= ENOUGH


@pytest.mark.parametrize("slug", ["no shift", "good and bad days", "no shift of a rate"])
def test_without_a_shift_the_drift_alarm_is_silent(slug: str):
    # an error of 1 % and three standard errors of 100 draws: at most 3 of 100
    assert sample(slug, 100)["alarm"].measured <= 0.0399


def test_shuffled_duplicated_and_late_rows_change_no_byte_and_missing_stale_and_constant_ones_never_go():
    found = sample("rows", 20)

    assert found["in_order"].measured == 1
    assert [found[event].measured for event in ("shuffled", "duplicated", "late")] == [1, 1, 1]
    assert [found[event].measured for event in ("missing", "stale", "constant")] == [0, 0, 0]
