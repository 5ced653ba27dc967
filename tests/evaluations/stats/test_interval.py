import math

import pytest

from evaluations.stats.interval import Interval


def test_ends_in_the_wrong_order_are_refused():
    with pytest.raises(ValueError, match="swap them"):
        Interval(2.0, 1.0)


def test_an_end_that_is_no_number_is_refused():
    with pytest.raises(ValueError, match="two numbers"):
        Interval(math.nan, 1.0)


def test_the_whole_line_contains_everything_and_is_unbounded():
    line = Interval.everything()

    assert line.contains(-1e300)
    assert line.width == math.inf
    assert not line.is_bounded


def test_negate_mirrors_at_zero():
    assert Interval(-1.0, 3.0).negate() == Interval(-3.0, 1.0)


def test_minus_holds_every_difference():
    assert Interval(1.0, 2.0).minus(Interval(0.0, 5.0)) == Interval(-4.0, 2.0)


def test_shift_and_scale_move_both_ends():
    assert Interval(0.0, 1.0).scale(2.0).shift(-1.0) == Interval(-1.0, 1.0)


def test_scale_refuses_to_mirror():
    with pytest.raises(ValueError, match="negate"):
        Interval(0.0, 1.0).scale(-1.0)


@pytest.mark.parametrize(
    ("other", "shared"),
    [
        (Interval(1.0, 5.0), Interval(1.0, 2.0)),
        (Interval(2.0, 3.0), Interval(2.0, 2.0)),
        (Interval(3.0, 4.0), None),
    ],
)
def test_intersection_is_what_both_contain(other: Interval, shared: Interval | None):
    assert Interval(0.0, 2.0).intersection(other) == shared
