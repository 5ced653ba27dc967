import math

import numpy as np
import pytest

from evaluations.stats.slopes import slope

WEEKS = [day / 7 for day in range(42)]


def test_three_percent_a_week_is_found_within_six_weeks_and_the_interval_holds_it() -> None:
    noise = np.random.default_rng(19).normal(0, 4, size=(200, 42))

    found = [
        slope(WEEKS, [100 + 3 * at + each for at, each in zip(WEEKS, row, strict=True)], alpha=0.01)
        for row in noise
    ]

    assert sum(each is not None and each.low > 0 for each in found) == 200
    assert sum(each is not None and each.low <= 3 <= each.high for each in found) == 200


def test_a_flat_noisy_series_looked_at_every_evening_is_hardly_ever_called_rising() -> None:
    noise = np.random.default_rng(7).normal(100, 15, size=(300, 42))

    wrong = sum(
        any(
            (found := slope(WEEKS[:days], list(row[:days]), alpha=0.01)) is not None
            and not found.low <= 0 <= found.high
            for days in range(7, 43)
        )
        for row in noise
    )

    assert wrong <= 6  # of 300; 3 are expected at most


def test_a_known_line_has_the_slope_and_reach_computed_by_hand() -> None:
    """y = 1 + 2x, and ±1 in turn: least squares of x 0 to 7 gives 2 − 4/42 and a residual sum of 8 − 16/42."""
    found = slope(range(8), [1 + 2 * x + (1 if x % 2 == 0 else -1) for x in range(8)], alpha=0.05)

    assert found is not None
    kept = (1 / 0.09) / (1 / 0.09 + 42)
    bound = (0.05 * math.sqrt(kept)) ** (2 / 7)
    error = math.sqrt((8 - 16 / 42) / 6 / 42)
    assert found.value == pytest.approx(2 - 4 / 42)
    assert found.high - found.value == pytest.approx(math.sqrt(6 * (1 - bound) / (bound - kept)) * error)
    assert found.mean == 8.0


@pytest.mark.parametrize("days", [range(6), [3.0] * 9])
def test_too_few_days_and_one_day_alone_say_nothing(days: list[float]) -> None:
    assert slope(list(days), [1.0] * len(days), alpha=0.01) is None
