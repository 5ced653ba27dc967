"""Small seeded simulations: nobody may look a sequence into a false alarm, however often.

Each bound is the nominal α plus three Monte-Carlo standard errors, sqrt(α(1 − α)/pilots): 0.0646 for α = 0.05 and 2,000
pilots, 0.088 for 300, 0.0312 for α = 0.01 and 200. The full runs are in `make simulate`.
"""

import numpy as np
import pytest
from numpy.typing import NDArray

from evaluations.stats.betting import begin, difference_interval, fold_differences
from evaluations.stats.drift import DayTotals, DriftState, fold_means, fold_rates, reading
from evaluations.stats.means import t_multiplier, tuning, welch_nu
from evaluations.stats.rate_differences import frozen_baseline_difference
from evaluations.stats.rates import rate_sequence, smallest_breach

Floats = NDArray[np.float64]


def test_rate_against_its_limit_looked_at_after_every_task():
    random = np.random.default_rng(20260301)
    limits = np.array([smallest_breach(n, 0.05, 0.05) or n + 1 for n in range(1, 1001)])

    counts = np.cumsum(random.random((2000, 1000)) < 0.05, axis=1)

    assert (counts >= limits).any(axis=1).mean() <= 0.0646


def test_rate_sequence_covers_at_every_tenth_task():
    random = np.random.default_rng(20260302)
    looks = range(10, 1001, 10)
    counts = np.cumsum(random.random((2000, 1000)) < 0.02, axis=1)[:, 9::10]

    missed = [
        np.isin(
            counts[:, column],
            [k for k in range(60) if k <= n and not rate_sequence(k, n, 0.05).contains(0.02)],
        )
        for column, n in enumerate(looks)
    ]

    assert counts.max() < 60
    assert np.any(missed, axis=0).mean() <= 0.0646


def test_two_percent_errors_before_and_after_against_a_frozen_baseline():
    random = np.random.default_rng(20260303)
    before = random.binomial(500, 0.02, 300)
    counts = np.cumsum(random.random((300, 1000)) < 0.02, axis=1)[:, 24::25]
    differences = {
        (k_b, k_p, n): frozen_baseline_difference(int(k_b), 500, int(k_p), n, 0.05)
        for pilot in range(300)
        for k_b, k_p, n in zip([before[pilot]] * 40, counts[pilot], range(25, 1001, 25), strict=True)
    }

    alarms = [
        any(not differences[before[pilot], k, 25 * (look + 1)].contains(0.0) for look, k in enumerate(row))
        for pilot, row in enumerate(counts)
    ]

    assert np.mean(alarms) <= 0.088  # 300 pilots


@pytest.mark.parametrize("shape", ["normal", "skewed"])
def test_mean_looked_at_daily_for_four_weeks(shape: str):
    random = np.random.default_rng(20260304)
    draw = random.standard_normal if shape == "normal" else lambda size: random.gamma(2.0, 1.0, size)
    before, tasks = draw((2000, 500)), draw((2000, 700))
    planned = 500 * 700 / 1200
    alarmed = np.zeros(2000, dtype=bool)

    for n in range(100, 701, 25):  # a skewed mean may decide from 100 tasks
        variances = before.var(axis=1, ddof=1), tasks[:, :n].var(axis=1, ddof=1)
        multipliers = [
            t_multiplier(
                nu=welch_nu(var_a=a, n_a=500, var_b=b, n_b=n),
                x=tuning(planned, 0.05) * 500 * n / (500 + n),
                alpha=0.05,
            )
            for a, b in zip(*variances, strict=True)
        ]
        difference = np.abs(tasks[:, :n].mean(axis=1) - before.mean(axis=1))
        alarmed |= difference > np.array(multipliers) * np.sqrt(variances[0] / 500 + variances[1] / n)

    assert alarmed.mean() <= 0.0646


def test_normal_mean_looked_at_after_every_task_from_the_second():
    random = np.random.default_rng(20260305)
    tasks = random.standard_normal((2000, 400))
    n = np.arange(1, 401)
    means = np.cumsum(tasks, axis=1) / n
    variances = (np.cumsum(tasks**2, axis=1) - n * means**2) / np.maximum(n - 1, 1)
    multipliers = np.array([t_multiplier(nu=k - 1, x=k * tuning(200, 0.05), alpha=0.05) for k in n])

    alarmed = np.abs(means[:, 1:]) > multipliers[1:] * np.sqrt(variances / n)[:, 1:]

    assert alarmed.any(axis=1).mean() <= 0.0646


def test_paired_differences_without_a_difference():
    random = np.random.default_rng(20260306)
    alarms = 0

    for _ in range(300):
        state = begin(21)
        contained = []
        for _ in range(20):
            state = fold_differences(state, random.choice([-1.0, 0.0, 1.0], p=[0.1, 0.8, 0.1], size=10))
            contained.append(difference_interval(state, 0.05).contains(0.0))
        alarms += not all(contained)

    assert alarms / 300 <= 0.088


def days_of(tasks: Floats) -> list[DayTotals]:
    """25 tasks a day."""
    return [
        DayTotals(f"{day:04d}", 25, round(float(total), 6))
        for day, total in enumerate(tasks.reshape(-1, 25).sum(axis=1))
    ]


def share_alarmed(pilots: list[Floats], fold=fold_means) -> float:
    return float(np.mean([reading(fold(DriftState(), days_of(tasks))).alarmed for tasks in pilots]))


@pytest.mark.parametrize("shape", ["normal", "lognormal", "good and bad days"])
def test_drift_alarm_stays_silent_without_a_shift(shape: str):
    random = np.random.default_rng(20260307)
    draws = {
        "normal": lambda: random.standard_normal(2000),
        "lognormal": lambda: random.lognormal(0.0, 1.0, 2000),
        "good and bad days": lambda: random.standard_normal(2000) + np.repeat(random.normal(0, 0.25, 80), 25),
    }

    share = share_alarmed([draws[shape]() for _ in range(200)])

    assert share <= 0.0312  # α = 0.01, 200 pilots


@pytest.mark.parametrize("rate", [0.005, 0.05, 0.5])
def test_drift_alarm_of_a_rate_stays_silent_without_a_shift(rate: float):
    random = np.random.default_rng(20260308)

    share = share_alarmed([random.binomial(1, rate, 2000).astype(float) for _ in range(200)], fold_rates)

    assert share <= 0.0312  # α = 0.01, 200 pilots


def test_drift_of_half_a_standard_deviation_is_found_in_two_thousand_tasks():
    random = np.random.default_rng(20260309)
    shift = np.repeat([0.0, 0.5], 1000)

    assert share_alarmed([random.standard_normal(2000) + shift for _ in range(200)]) >= 0.95


def test_drift_of_half_a_standard_deviation_is_mostly_found_in_seven_hundred_tasks():
    random = np.random.default_rng(20260310)
    shift = np.repeat([0.0, 0.5], 350)

    # measured 0.88 in 1,000 pilots; three standard errors of 200 below that
    assert share_alarmed([random.standard_normal(700) + shift for _ in range(200)]) >= 0.81
