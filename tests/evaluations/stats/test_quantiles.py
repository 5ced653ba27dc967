import math

import pytest

from evaluations.stats.interval import Interval
from evaluations.stats.quantiles import (
    Ranks,
    at_rank,
    baseline_upper_bound,
    baseline_upper_rank,
    display_interval,
    display_ranks,
    limit_rate,
    units_for_upper_end,
)


@pytest.mark.parametrize(("q", "rate"), [(0.95, 0.05), (0.5, 0.5), (0.99, 0.01)])
def test_a_quantile_limit_is_a_rate(q: float, rate: float):
    assert limit_rate(q) == rate


@pytest.mark.parametrize("q", [0.0, 1.0, 95.0])
def test_a_quantile_outside_zero_and_one_is_refused(q: float):
    with pytest.raises(ValueError, match=r"p95 is 0\.95"):
        limit_rate(q)


def test_the_upper_end_of_p95_is_infinite_at_first():
    smallest_finite = next(n for n in range(1, 400) if display_ranks(n, 0.95, 0.05).high <= n)

    assert smallest_finite == 116 == units_for_upper_end(0.95, 0.05)
    assert display_ranks(115, 0.95, 0.05).high == 116


def test_display_interval_reads_the_order_statistics():
    ascending = [float(value) for value in range(1, 201)]

    interval = display_interval(ascending, 0.5, 0.05)

    # k with E(k) < 20 at p = ½, n = 200: 76 … 124 (E(75) = 31.2, E(76) = 18.9)
    assert display_ranks(200, 0.5, 0.05) == Ranks(76, 125)
    assert interval == Interval(76.0, 125.0)


def test_few_values_bound_little():
    # two values both above p95 are as unlikely as 0.05² = 0.0025: the smaller bounds it from below, nothing from above
    assert display_interval([1.0, 2.0], 0.95, 0.05) == Interval(1.0, math.inf)
    assert display_interval([], 0.95, 0.05) == Interval.everything()


def test_time_outs_count_as_above_every_limit():
    ascending = [1.0] * 150 + [math.inf] * 50

    assert display_interval(ascending, 0.95, 0.05).high == math.inf


def test_ranks_beyond_the_sample_are_infinite():
    assert at_rank([4.0, 5.0], 0) == -math.inf
    assert at_rank([4.0, 5.0], 2) == 5.0
    assert at_rank([4.0, 5.0], 3) == math.inf


@pytest.mark.parametrize(
    ("n", "rank"),
    [
        # Wilks' numbers of the 95/95 tolerance bound: the largest of 59, the second largest of 93, the third of 124
        (58, 59),
        (59, 59),
        (93, 92),
        (124, 122),
    ],
)
def test_upper_bound_of_a_baseline_quantile_has_wilks_ranks(n: int, rank: int):
    assert baseline_upper_rank(n, 0.95, 0.05) == rank


def test_a_baseline_too_small_gives_no_limit():
    assert baseline_upper_bound([1.0] * 58, 0.95, 0.05) == math.inf
