"""The before/after example of the judgement specification, tolerance 1e-4, and what must never look certain."""

from decimal import Decimal

import pytest

from evaluations.stats.interval import Interval
from evaluations.stats.means import MeanSummary, mean_difference, one_sample_mean

GOLDEN = 1e-4
BASELINE = MeanSummary.from_moments(400, 10, 16)
PILOT = MeanSummary.from_moments(300, Decimal("8.8"), Decimal("12.25"))


def test_before_after_example():
    result = mean_difference(
        baseline=BASELINE, pilot=PILOT, planned_baseline=400, planned_pilot=700, alpha=0.05
    )

    assert result.estimate == pytest.approx(-1.2, abs=GOLDEN)
    assert result.se == pytest.approx(0.284312, abs=GOLDEN)
    assert result.nu == pytest.approx(681.588, abs=1e-3)
    assert result.x == pytest.approx(5.34476, abs=GOLDEN)
    assert result.interval.low == pytest.approx(-2.07010, abs=GOLDEN)
    assert result.interval.high == pytest.approx(-0.32990, abs=GOLDEN)


def test_a_relative_margin_compares_with_the_scaled_baseline():
    # 5 % cheaper: 8.8 − 0.95·10 = −0.7; SE² = 12.25/300 + 0.9025·16/400 = 0.0769333
    result = mean_difference(
        baseline=BASELINE,
        pilot=PILOT,
        planned_baseline=400,
        planned_pilot=700,
        alpha=0.05,
        relative_margin=0.05,
    )

    assert result.estimate == pytest.approx(-0.7, abs=1e-9)
    assert result.se == pytest.approx(0.277369, abs=1e-6)


@pytest.mark.parametrize("constant", ["baseline", "pilot"])
def test_a_constant_arm_is_never_certain(constant: str):
    arms = {"baseline": BASELINE, "pilot": PILOT} | {constant: MeanSummary.from_moments(300, 8, 0)}

    result = mean_difference(**arms, planned_baseline=400, planned_pilot=700, alpha=0.05)

    assert result.interval == Interval.everything()


@pytest.mark.parametrize("n", [0, 1])
def test_an_arm_too_small_for_a_spread_leaves_the_whole_line(n: int):
    few = MeanSummary.from_values([Decimal(8)] * n)

    result = mean_difference(
        baseline=BASELINE, pilot=few, planned_baseline=400, planned_pilot=700, alpha=0.05
    )

    assert result.interval == Interval.everything()


def test_one_sample_against_a_number():
    # n = 30, s = 1, planned 30: the golden half-width 0.59608
    result = one_sample_mean(MeanSummary.from_moments(30, 4, 1), n_planned=30, alpha=0.05)

    assert result.nu == 29
    assert result.interval.low == pytest.approx(4 - 0.59608, abs=GOLDEN)
    assert result.interval.high == pytest.approx(4 + 0.59608, abs=GOLDEN)


def test_one_sample_of_constant_values_is_never_certain():
    result = one_sample_mean(MeanSummary.from_moments(500, 4, 0), n_planned=30, alpha=0.05)

    assert result.interval == Interval.everything()
