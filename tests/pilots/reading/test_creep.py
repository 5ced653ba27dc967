"""Requirement R19: +3 % a week is flagged within the window; a flat noisy series is not."""

from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal

import pytest

from pilots.judging.plan import Direction, Estimand, MetricPlan
from pilots.reading.course import Totals
from pilots.reading.creep import creep
from tests.pilots.judging.builders import metric

TOKENS = metric("input_tokens", unit="", cap=None)
NOISE = (0, 5, -4, 2, -6, 3, 1, -2, 4, -5, 6, -1, -3)
"""Per cent, over and over: no week begins where the one before began."""


def days_of(values: Sequence[float]) -> dict[date, Totals]:
    numbers = [Decimal(f"{value:.3f}") for value in values]
    return {
        date(2026, 3, 2) + timedelta(days=place): Totals(n=1, total=value, squares=value * value)
        for place, value in enumerate(numbers)
    }


def noisy(weekly: float, *, days: int = 42) -> dict[date, Totals]:
    return days_of([2000 * (1 + weekly * day / 7 + NOISE[day % 13] / 100) for day in range(days)])


def test_three_percent_a_week_is_said_with_its_interval_and_a_flat_noisy_series_is_not() -> None:
    rising, flat = creep(TOKENS, noisy(0.03)), creep(TOKENS, noisy(0.0))

    assert rising is not None
    assert flat is not None
    assert (rising.is_sure, flat.is_sure) == (True, False)
    assert rising.sentence == "input tokens: up by 2.7 % a week, at least 1.5 %"
    assert flat.sentence == "no creep is shown: −1.3 to 1.3 % a week"


@pytest.mark.parametrize(
    "other",
    [
        metric("review_minutes", cap=Decimal(60)),
        metric("accepted_tokens", direction=Direction.HIGHER, cap=None),
        metric("context_cost", estimand=Estimand.TOTAL, cap=None),
    ],
)
def test_what_is_no_hidden_cost_a_gain_and_a_sum_so_far_do_not_creep(other: MetricPlan) -> None:
    assert creep(other, noisy(0.1)) is None


def test_six_days_say_nothing() -> None:
    assert creep(TOKENS, noisy(0.3, days=6)) is None
