"""Seeded work: what the tasks of one simulated pilot cost, take or score, in whole thousandths.

Whole numbers make every sum exact, as the sums of a database are.
"""

from __future__ import annotations

import zlib

import numpy as np
from numpy.typing import NDArray

Whole = NDArray[np.int64]
Generator = np.random.Generator

SEED = 20260302
SCALE = 1000
BASELINE, A_DAY, DAYS = 500, 25, 28


def generator(scenario: str, pilot: int) -> Generator:
    """Of one pilot of one scenario alone: the same whatever else runs, in which order, on how many processes."""
    return np.random.default_rng([SEED, zlib.crc32(scenario.encode()), pilot])


def thousandths(values: NDArray[np.float64]) -> Whole:
    return np.rint(values * SCALE).astype(np.int64)


def minutes(rng: Generator, n: int, mean: float = 10.0) -> Whole:
    """Review minutes: skewed to the right (gamma, shape 6; a standard deviation of 41 % of the mean)."""
    return thousandths(rng.gamma(6.0, mean / 6.0, n))


def costs(rng: Generator, n: int, mean: float = 1.0) -> Whole:
    """Cost of a task: strongly skewed (log-normal, sd of the logarithm 0.8; skewness 3.7)."""
    return thousandths(mean * rng.lognormal(-0.32, 0.8, n))


def heavy_tailed(rng: Generator, n: int) -> Whole:
    """Mean 1, log-normal with sd of the logarithm 1.5 (skewness 33): one task in twenty carries 44 % of the sum."""
    return thousandths(rng.lognormal(-1.125, 1.5, n))


def latencies(rng: Generator, n: int, factor: float = 1.0) -> Whole:
    """Seconds: log-normal with median 1 and sd of the logarithm 0.4, so that the p95 is 1.931 s."""
    return thousandths(factor * rng.lognormal(0.0, 0.4, n))


def yes(rng: Generator, n: int, rate: float) -> Whole:
    """Ones (as thousandths: 1000) with this probability."""
    return (rng.random(n) < rate).astype(np.int64) * SCALE
