from decimal import Decimal

import pytest

from evaluations.stats.forecast import (
    Forecast,
    forecast,
    mean_difference_path,
    mean_path,
    rate_difference_path,
    rate_path,
    settled,
)
from evaluations.stats.interval import Interval
from evaluations.stats.means import MeanSummary, one_sample_mean
from evaluations.stats.rates import rate_sequence

BASELINE = MeanSummary.from_moments(400, 10, 16)
PILOT = MeanSummary.from_moments(300, Decimal("8.8"), Decimal("12.25"))


@pytest.mark.parametrize(
    ("interval", "answer"),
    [
        (Interval(-1.0, 1.0), False),
        (Interval(0.0, 1.0), True),
        (Interval(-1.0, -0.1), True),
        (Interval(-1.0, 0.0), False),
    ],
)
def test_a_metric_settles_when_its_bound_leaves_the_interval(interval: Interval, answer: bool):
    assert settled(interval, 0.0) == answer


def test_forecast_of_a_mean_names_the_tasks_that_settle_it():
    sample = MeanSummary.from_moments(60, 1, 25)

    result = forecast(mean_path(sample, n_planned=200, alpha=0.05), bound=0.0, within=400)

    assert result.tasks is not None
    then = MeanSummary.from_moments(60 + result.tasks, 1, 25)
    before = MeanSummary.from_moments(int((60 + result.tasks) * 0.96), 1, 25)
    assert one_sample_mean(then, n_planned=200, alpha=0.05).interval.low >= 0.0
    assert one_sample_mean(before, n_planned=200, alpha=0.05).interval.low < 0.0
    assert result.above


def test_forecast_of_a_rate_names_the_tasks_that_settle_it():
    result = forecast(rate_path(4, 200, alpha=0.05), bound=0.05, within=400)

    assert result.tasks is not None
    n = 200 + result.tasks
    assert rate_sequence(round(0.02 * n), n, 0.05).high < 0.05
    assert rate_sequence(round(0.02 * n * 0.9), round(n * 0.9), 0.05).high >= 0.05
    assert not result.above


def test_the_range_holds_the_median_case():
    result = forecast(rate_path(4, 200, alpha=0.05), bound=0.05, within=400)

    assert result.tasks is not None
    assert result.tasks_low is not None
    assert result.tasks_low < result.tasks
    assert result.tasks_high is None or result.tasks < result.tasks_high


def test_more_tasks_are_more_likely_to_be_enough():
    path = mean_difference_path(
        baseline=BASELINE, pilot=PILOT, planned_baseline=400, planned_pilot=700, alpha=0.05
    )

    chances = [forecast(path, bound=-0.5, within=n).probability for n in (0, 200, 400, 2000)]

    assert chances[0] == 0.0
    assert chances == sorted(chances)
    assert 0.3 < chances[2] < 0.6


def test_what_is_settled_needs_no_further_task():
    # the golden interval of this example, [−2.07010, −0.32990], lies below zero
    path = mean_difference_path(
        baseline=BASELINE, pilot=PILOT, planned_baseline=400, planned_pilot=700, alpha=0.05
    )

    result = forecast(path, bound=0.0, within=0)

    assert result == Forecast(tasks=0, tasks_low=0, tasks_high=0, probability=1.0, above=False)


def test_a_truth_on_its_limit_is_never_reached():
    result = forecast(rate_path(50, 1000, alpha=0.05), bound=0.05, within=1000)

    assert result.tasks is None


def test_a_small_frozen_baseline_cannot_be_outrun():
    frozen = rate_difference_path(3, 60, 3, 60, alpha=0.05)
    concurrent = rate_difference_path(3, 60, 3, 60, alpha=0.05, concurrent=True)

    # 3 of 60 at α/5 reaches down to 0.006, so the upper end never falls below 0.05 − 0.006
    assert forecast(frozen, bound=0.03, within=100).tasks is None
    assert forecast(concurrent, bound=0.03, within=100).tasks is not None


def test_concurrent_means_settle_where_a_frozen_baseline_does_not():
    small = MeanSummary.from_moments(20, 10, 16)

    frozen = mean_difference_path(
        baseline=small, pilot=PILOT, planned_baseline=20, planned_pilot=700, alpha=0.05
    )
    concurrent = mean_difference_path(
        baseline=small, pilot=PILOT, planned_baseline=700, planned_pilot=700, alpha=0.05, concurrent=True
    )

    assert forecast(frozen, bound=0.0, within=100).tasks is None
    assert forecast(concurrent, bound=0.0, within=100).tasks is not None


def test_constant_or_missing_data_promise_nothing():
    constant = forecast(
        mean_path(MeanSummary.from_moments(50, 3, 0), n_planned=100, alpha=0.05), bound=0.0, within=100
    )
    nothing = forecast(
        mean_path(MeanSummary.from_values([]), n_planned=100, alpha=0.05), bound=0.0, within=100
    )

    assert (constant.tasks, constant.probability) == (None, 0.0)
    assert (nothing.tasks, nothing.probability) == (None, 0.0)


@pytest.mark.parametrize(("k", "n"), [(0, 0), (0, 3), (3, 3)])
def test_the_first_tasks_of_a_rate_have_a_forecast(k: int, n: int):
    result = forecast(rate_path(k, n, alpha=0.05), bound=0.4, within=1000)

    assert 0.0 <= result.probability <= 1.0
    assert result.tasks is not None
