"""Means from exact sums, and their confidence sequences in each design.

The formulas of the intervals live in `mixtures`; their names are offered here too, because a judge of means
needs both.
"""

import math
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from functools import cached_property

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

__all__ = [
    "MeanEstimate",
    "MeanSummary",
    "c",
    "effective_n",
    "mean_difference",
    "normal_mixture",
    "normal_mixture_one_sided",
    "normal_multiplier",
    "normal_multiplier_one_sided",
    "one_sample_mean",
    "t_mixture",
    "t_multiplier",
    "tuning",
    "welch_nu",
]

Exact = int | float | Decimal | Fraction
"""What a sum may be; converted without loss."""


@dataclass(frozen=True)
class MeanSummary:
    """n, sum and sum of squares of one arm, held exactly, so that merging is order-free.

    `variance` is the unbiased one (n − 1), in squared units; zero while n < 2.
    Raises ValueError when the three numbers cannot come from one set of observations.
    """

    n: int
    total: Fraction
    squares: Fraction

    def __post_init__(self) -> None:
        if self.n < 0:
            raise ValueError(f"A count cannot be negative, got {self.n}.")
        if self.n == 0 and (self.total or self.squares):
            raise ValueError("No observations, yet a sum: count and sums come from different rows.")
        if self.squares * self.n < self.total * self.total:
            raise ValueError(
                "The sum of squares is too small for the sum: count and sums come from different rows."
            )

    @classmethod
    def from_sums(cls, n: int, total: Exact, squares: Exact) -> "MeanSummary":
        """From the sums a database keeps. Give Decimals: floats are taken at their exact binary value."""
        return cls(n, Fraction(total), Fraction(squares))

    @classmethod
    def from_values(cls, values: Iterable[Exact]) -> "MeanSummary":
        exact = [Fraction(value) for value in values]
        return cls(
            len(exact),
            sum(exact, Fraction()),
            sum((value * value for value in exact), Fraction()),
        )

    @classmethod
    def from_moments(cls, n: int, mean: Exact, variance: Exact) -> "MeanSummary":
        """From a published n, mean and (n − 1) variance, as a recorded baseline gives them."""
        exact_mean = Fraction(mean)
        return cls(
            n,
            n * exact_mean,
            max(n - 1, 0) * Fraction(variance) + n * exact_mean * exact_mean,
        )

    @classmethod
    def from_units(cls, units: Iterable[tuple[int, Exact]]) -> "MeanSummary":
        """One observation a unit: the mean of its repeats, given as (number of repeats, their sum).

        Repeats of an item say little new about other items, so n is the number of units, not of rows.
        """
        return cls.from_values(Fraction(total) / repeats for repeats, total in units if repeats)

    def merge(self, other: "MeanSummary") -> "MeanSummary":
        return MeanSummary(self.n + other.n, self.total + other.total, self.squares + other.squares)

    @cached_property
    def mean(self) -> float:
        """Not a number while there is no observation."""
        return float(self.total / self.n) if self.n else math.nan

    @cached_property
    def variance(self) -> float:
        if self.n < 2:
            return 0.0
        return float((self.squares - self.total * self.total / self.n) / (self.n - 1))

    @property
    def sd(self) -> float:
        return math.sqrt(self.variance)


@dataclass(frozen=True, slots=True)
class MeanEstimate:
    """An estimate with what made its interval: standard error, degrees of freedom and x = g·n."""

    estimate: float
    se: float
    nu: float
    x: float
    interval: Interval


def effective_n(n_baseline: float, n_pilot: float, weight: float = 1.0) -> float:
    """1 / (1/n_pilot + weight²/n_baseline): the n of one arm with the same SE; 0 if an arm is empty."""
    if n_baseline <= 0 or n_pilot <= 0:
        return 0.0
    return 1.0 / (1.0 / n_pilot + weight * weight / n_baseline)


def welch_nu(*, var_a: float, n_a: int, var_b: float, n_b: int) -> float:
    """Degrees of freedom of a difference with unequal variances (Welch–Satterthwaite); 0 when undefined."""
    if n_a < 2 or n_b < 2:
        return 0.0
    part_a, part_b = var_a / n_a, var_b / n_b
    if part_a + part_b <= 0:
        return 0.0
    share_a = part_a / (part_a + part_b)
    return 1.0 / (share_a**2 / (n_a - 1) + (1.0 - share_a) ** 2 / (n_b - 1))


def one_sample_mean(sample: MeanSummary, *, n_planned: float, alpha: float) -> MeanEstimate:
    """Absolute and paired designs: the mean (of the differences) by the t-mixture, ν = n − 1, x = n·c(α)/n*.

    The whole line while n < 2 or the data are constant.
    """
    se = math.sqrt(sample.variance / sample.n) if sample.n else 0.0
    nu, x = float(max(sample.n - 1, 0)), sample.n * tuning(n_planned, alpha)
    interval = t_mixture(estimate=sample.mean, se=se, nu=nu, x=x, alpha=alpha)
    return MeanEstimate(sample.mean, se, nu, x, interval)


def mean_difference(
    *,
    baseline: MeanSummary,
    pilot: MeanSummary,
    planned_baseline: float,
    planned_pilot: float,
    alpha: float,
    relative_margin: float = 0.0,
) -> MeanEstimate:
    """θ = μ_pilot − (1 − m)·μ_baseline by the t-mixture, for a frozen baseline or two concurrent arms.

    m is the relative margin ("at least m cheaper" is θ < 0); m = 0 gives the plain difference. ν is Welch's;
    x = c(α)·n/n* with the effective n of both arms now and at the planned end, m included. The whole line
    while an arm has fewer than two observations or is constant: constant data are never certain.
    """
    weight = 1.0 - relative_margin
    estimate = pilot.mean - weight * baseline.mean
    var_b, var_p = weight * weight * baseline.variance, pilot.variance
    se = math.sqrt(var_b / baseline.n + var_p / pilot.n) if baseline.n and pilot.n else 0.0
    nu = welch_nu(var_a=var_b, n_a=baseline.n, var_b=var_p, n_b=pilot.n)
    x = effective_n(baseline.n, pilot.n, weight) * tuning(
        effective_n(planned_baseline, planned_pilot, weight), alpha
    )
    certain = baseline.variance == 0 or pilot.variance == 0
    interval = (
        Interval.everything() if certain else t_mixture(estimate=estimate, se=se, nu=nu, x=x, alpha=alpha)
    )
    return MeanEstimate(estimate, se, nu, x, interval)
