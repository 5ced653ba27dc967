"""The points of a trend, from the totals of days."""

from datetime import date, timedelta
from decimal import Decimal

import pytest

from pilots.judging.plan import Design, Direction, Estimand
from pilots.reading.course import Stretch, Totals, course, level, summary
from tests.pilots.judging.builders import metric

MONDAY = date(2026, 3, 2)
MINUTES = metric("review_minutes", unit="min", cap=Decimal(60))
WRONG = metric("wrong", estimand=Estimand.RATE)
SPEND = metric("spend", unit="EUR", estimand=Estimand.TOTAL, design=Design.ABSOLUTE)
P95 = metric(
    "latency", unit="s", estimand=Estimand.QUANTILE, design=Design.ABSOLUTE, quantile=Decimal("0.95")
)


def of(*values: str, **fields: int) -> Totals:
    numbers = [Decimal(value) for value in values]
    return Totals(n=len(numbers), total=sum(numbers), squares=sum(v * v for v in numbers), **fields)


def test_a_day_has_its_mean_with_an_interval_of_its_own_and_a_day_without_data_is_a_gap() -> None:
    """Of 1, 2, 3, 4: mean 2.5, standard error 0.6455, t of three degrees 3.18245."""
    first, gap, last = course(MINUTES, {MONDAY: of("1", "2", "3", "4"), MONDAY + timedelta(days=2): of("5")})

    assert (first.n, first.value) == (4, 2.5)
    assert (first.low, first.high) == (pytest.approx(0.44574, abs=1e-4), pytest.approx(4.55426, abs=1e-4))
    assert gap == Stretch(at=MONDAY + timedelta(days=1), n=0, value=None)
    assert (last.value, last.low, last.high) == (5.0, None, None)


def test_a_time_out_counts_as_the_cap_and_never_as_missing() -> None:
    (day,) = course(MINUTES, {MONDAY: of("2", "4", failed=1)})

    assert (day.n, day.value) == (3, 22.0)


def test_a_failure_of_a_rate_counts_against_the_model() -> None:
    (worse,) = course(WRONG, {MONDAY: Totals(n=9, ones=1, failed=1)})
    right = metric("right", estimand=Estimand.RATE, direction=Direction.HIGHER)
    (fewer,) = course(right, {MONDAY: Totals(n=9, ones=9, failed=1)})

    assert (worse.value, fewer.value) == (20.0, 90.0)
    assert (worse.low, worse.high) == (pytest.approx(5.6682, abs=1e-3), pytest.approx(50.9838, abs=1e-3))


def test_weeks_are_the_days_from_monday_on_added_up() -> None:
    days = {MONDAY: of("1", "3"), MONDAY + timedelta(days=6): of("5"), MONDAY + timedelta(days=7): of("7")}

    assert [(each.at, each.n, each.value) for each in course(MINUTES, days, weekly=True)] == [
        (MONDAY, 3, 3.0),
        (MONDAY + timedelta(days=7), 1, 7.0),
    ]
    assert level(MINUTES, days.values()) == 4.0


def test_a_total_is_the_sum_so_far() -> None:
    days = {MONDAY: of("10"), MONDAY + timedelta(days=2): of("5")}

    assert [each.value for each in course(SPEND, days)] == [10.0, 10.0, 15.0]


def test_a_quantile_among_the_time_outs_has_no_value_and_an_open_end() -> None:
    (day,) = course(P95, {MONDAY: Totals(failed=4, bins={1751: 16})})

    assert (day.n, day.value, day.high) == (20, None, float("inf"))


def test_the_sentence_says_where_it_is_against_before_and_the_stop_line() -> None:
    days = {MONDAY: of("2", "2"), MONDAY + timedelta(days=1): of("4", "4")}

    said = summary(MINUTES, course(MINUTES, days), before=2.5, stop=3.0)

    assert said == (
        "3\N{NO-BREAK SPACE}Mar\N{NO-BREAK SPACE}2026: 4 min (4 to 4 min), above 2.5 min before; "
        "1 of 2 points past the stop line of 3 min."
    )
    assert summary(MINUTES, [], before=None, stop=None) == "Nothing is measured yet."
