import math
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evaluations.stats.means import MeanSummary, effective_n, welch_nu

values = st.lists(
    st.decimals(min_value=-(10**9), max_value=10**9, places=4, allow_nan=False), min_size=1, max_size=12
)


def test_variance_survives_values_whose_squares_swamp_it():
    around_a_billion = [Decimal("1000000000.1"), Decimal("1000000000.2"), Decimal("1000000000.3")]

    summary = MeanSummary.from_values(around_a_billion)

    assert summary.variance == pytest.approx(0.01, rel=1e-12)
    assert summary.mean == 1000000000.2


def test_sums_of_the_database_give_mean_and_variance():
    # 2, 4, 4, 4, 5, 5, 7, 9: mean 5, sum of squared deviations 32
    summary = MeanSummary.from_sums(8, Decimal(40), Decimal(232))

    assert summary.mean == 5.0
    assert summary.variance == pytest.approx(32 / 7)
    assert summary.sd == pytest.approx(2.138089935)


@given(values, values)
def test_merging_is_exact_and_order_free(first: list[Decimal], second: list[Decimal]):
    apart = MeanSummary.from_values(first), MeanSummary.from_values(second)

    assert apart[0].merge(apart[1]) == MeanSummary.from_values(second + first)
    assert apart[1].merge(apart[0]) == apart[0].merge(apart[1])


@given(values.filter(lambda some: len(some) > 1))
def test_a_constant_added_to_every_value_leaves_the_variance(some: list[Decimal]):
    moved = [value + 12345 for value in some]

    assert MeanSummary.from_values(moved).variance == MeanSummary.from_values(some).variance


def test_published_moments_come_back():
    summary = MeanSummary.from_moments(300, Decimal("8.8"), Decimal("12.25"))

    assert (summary.n, summary.mean, summary.variance) == (300, 8.8, 12.25)


def test_repeats_of_a_unit_count_once():
    # two items run 30 times each: the means of the items are 1 and 3
    summary = MeanSummary.from_units([(30, Decimal(30)), (30, Decimal(90))])

    assert (summary.n, summary.mean, summary.variance) == (2, 2.0, 2.0)


def test_sums_that_contradict_their_count_are_refused():
    with pytest.raises(ValueError, match="different rows"):
        MeanSummary.from_sums(2, Decimal(10), Decimal(1))
    with pytest.raises(ValueError, match="different rows"):
        MeanSummary(0, Fraction(1), Fraction(1))


def test_nothing_seen_has_no_mean():
    assert math.isnan(MeanSummary.from_values([]).mean)


def test_one_value_has_no_spread():
    assert MeanSummary.from_values([Decimal(7)]).variance == 0.0


def test_effective_n_of_two_arms():
    assert effective_n(400, 300) == pytest.approx(171.428571)
    assert effective_n(0, 300) == 0.0


def test_welch_degrees_of_freedom_are_undefined_for_one_observation():
    assert welch_nu(var_a=1.0, n_a=1, var_b=1.0, n_b=50) == 0.0
