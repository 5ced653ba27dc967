import pytest

from evaluations.stats.interval import Interval
from evaluations.stats.rate_differences import (
    clopper_pearson,
    concurrent_difference,
    frozen_baseline_difference,
)


@pytest.mark.parametrize(
    ("k", "n", "low", "high"),
    [
        # binom.test of R: 5 of 100, 0 of 100, 10 of 10
        (5, 100, 0.01643188, 0.1128349),
        (0, 100, 0.0, 0.03621669),
        (10, 10, 0.6915029, 1.0),
    ],
)
def test_clopper_pearson_as_published(k: int, n: int, low: float, high: float):
    interval = clopper_pearson(k, n, 0.05)

    assert interval.low == pytest.approx(low, abs=1e-7)
    assert interval.high == pytest.approx(high, abs=1e-7)


def test_a_frozen_baseline_takes_a_fifth_of_the_budget():
    # baseline 0 of 100 at α = 0.05 of 0.25: [0, 0.0362167]; pilot 0 of 100 at 0.2
    difference = frozen_baseline_difference(0, 100, 0, 100, 0.25)

    assert difference.low == pytest.approx(-0.0362167, abs=1e-7)
    assert difference.high < 0.05703  # the golden end at α = 0.05: a larger budget is narrower


def test_concurrent_arms_share_the_budget_equally():
    # each arm reads 0 of 100 at α = 0.05, whose golden upper end is 0.05703
    difference = concurrent_difference(0, 100, 0, 100, 0.10)

    assert difference.low == pytest.approx(-0.05703, abs=1e-4)
    assert difference.high == pytest.approx(0.05703, abs=1e-4)


def test_an_increase_has_a_positive_sign():
    assert frozen_baseline_difference(10, 1000, 300, 1000, 0.05).low > 0.2
    assert concurrent_difference(300, 1000, 10, 1000, 0.05).high < -0.2


def test_an_empty_pilot_says_nothing():
    assert concurrent_difference(0, 0, 0, 0, 0.05) == Interval(-1.0, 1.0)
