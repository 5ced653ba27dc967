import math

import pytest

from pilots.charts.scale import Scale, axis_labels, domain, label, ticks, within_reach


@pytest.mark.parametrize(
    ("low", "high", "expected"),
    [
        (0, 1, [0.0, 0.25, 0.5, 0.75, 1.0]),
        (0.36, 1.04, [0.4, 0.6, 0.8, 1.0]),
        (-3, 7, [-2.5, 0.0, 2.5, 5.0]),
        (0, 180, [0.0, 50.0, 100.0, 150.0]),
        (1e-6, 5e-6, [1e-6, 2e-6, 3e-6, 4e-6, 5e-6]),
    ],
)
def test_ticks_are_round_numbers_inside_the_range(low, high, expected):
    assert ticks(low, high) == pytest.approx(expected)


def test_the_range_of_nothing_is_zero_to_one():
    assert domain([None, math.nan, math.inf]) == (0.0, 1.0)


@pytest.mark.parametrize(("value", "expected"), [(5.0, (4.5, 5.5)), (0.0, (-1.0, 1.0)), (-2.0, (-2.2, -1.8))])
def test_equal_values_get_a_range_around_them(value, expected):
    assert domain([value, value, value]) == pytest.approx(expected)


def test_infinity_is_clipped_to_the_end_of_the_scale():
    scale = Scale(0, 10, 100, 200)

    assert [scale(value) for value in (-math.inf, 5, math.inf)] == [100, 150, 200]


def test_a_wild_interval_does_not_flatten_the_rest():
    assert within_reach([2.0, 3.0], [-500.0, 2.5, 500.0], reach=2) == [0.0, 2.5, 5.0]


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (99.95, "99.95"),
        (-0.4, "\u22120.4"),
        (1234567, "1\u202f234\u202f567"),
        (0.00001, "1.0e\u221205"),
        (0, "0"),
        (-0.0, "0"),
        (math.inf, "no upper end"),
        (-math.inf, "no lower end"),
        (math.nan, "not known"),
        (None, "not known"),
    ],
)
def test_a_number_is_written_for_the_eye(value, expected):
    assert label(value) == expected


def test_a_change_carries_its_sign_and_its_unit():
    assert label(0.2, unit="min", signed=True) == "+0.2\u00a0min"


def test_the_numbers_of_an_axis_have_equally_many_decimals():
    assert axis_labels([0.0, 0.25, 0.5], unit="€") == ["0.00", "0.25", "0.50\u00a0€"]
    assert axis_labels([-2.0, 0.0, 2.0]) == ["\u22122", "0", "2"]
