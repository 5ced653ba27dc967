"""Literal numbers from the golden values of the judgement specification, tolerance 1e-4."""

import math

import pytest

from evaluations.stats.interval import Interval
from evaluations.stats.mixtures import (
    c,
    normal_mixture,
    normal_mixture_one_sided,
    normal_multiplier,
    normal_multiplier_one_sided,
    t_mixture,
    t_multiplier,
    tuning,
)

GOLDEN = 1e-4


def test_tuning_constant_of_five_percent():
    assert c(0.05) == pytest.approx(7.93615, abs=GOLDEN)


def test_normal_multipliers_at_the_planned_end():
    two_sided = normal_multiplier(x=c(0.05), alpha=0.05)
    one_sided = normal_multiplier_one_sided(x=c(0.10), alpha=0.05)

    assert two_sided == pytest.approx(3.03521, abs=GOLDEN)
    assert one_sided == pytest.approx(2.77909, abs=GOLDEN)


@pytest.mark.parametrize(("n", "half_width"), [(8, 2.40327), (30, 0.59608)])
def test_t_mixture_of_one_sample_with_unit_sd(n: int, half_width: float):
    interval = t_mixture(estimate=10.0, se=1 / math.sqrt(n), nu=n - 1, x=n * tuning(30, 0.05), alpha=0.05)

    assert interval.low == pytest.approx(10.0 - half_width, abs=GOLDEN)
    assert interval.high == pytest.approx(10.0 + half_width, abs=GOLDEN)


def test_t_mixture_is_infinite_while_the_sample_is_too_small_for_alpha():
    # n = 2: A = ((1 + x)/α²)^(1/2) = 24.7 lies above 1 + x = 1.53
    assert t_multiplier(nu=1, x=2 * tuning(30, 0.05), alpha=0.05) == math.inf


def test_t_mixture_tends_to_the_normal_mixture():
    assert t_multiplier(nu=1e9, x=5.0, alpha=0.05) == pytest.approx(
        normal_multiplier(x=5.0, alpha=0.05), abs=1e-6
    )


def test_a_standard_error_of_zero_is_never_certain():
    assert t_mixture(estimate=3.0, se=0.0, nu=50, x=5.0, alpha=0.05) == Interval.everything()
    assert normal_mixture(estimate=3.0, se=0.0, se_planned=1.0, alpha=0.05) == Interval.everything()


def test_normal_mixture_of_the_before_after_example():
    interval = normal_mixture(estimate=-1.2, se=0.284312, se_planned=0.250713, alpha=0.05)

    assert interval.low == pytest.approx(-2.06478, abs=GOLDEN)
    assert interval.high == pytest.approx(-0.33522, abs=GOLDEN)


def test_one_sided_normal_mixture_bounds_one_end_only():
    lower = normal_mixture_one_sided(estimate=0.0, se=2.0, se_planned=2.0, alpha=0.05, side="lower")
    upper = normal_mixture_one_sided(estimate=0.0, se=2.0, se_planned=2.0, alpha=0.05, side="upper")

    assert lower.low == pytest.approx(-2 * 2.77909, abs=GOLDEN)
    assert upper.high == pytest.approx(2 * 2.77909, abs=GOLDEN)
    assert (lower.high, upper.low) == (math.inf, -math.inf)


@pytest.mark.parametrize("alpha", [0.0, 1.0, -0.1])
def test_an_error_budget_outside_zero_and_one_is_refused(alpha: float):
    with pytest.raises(ValueError, match="error budget"):
        c(alpha)


def test_a_plan_without_observations_is_refused():
    with pytest.raises(ValueError, match="planned number"):
        tuning(0, 0.05)
