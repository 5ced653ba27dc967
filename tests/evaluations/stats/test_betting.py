import json
import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from evaluations.stats.betting import (
    BettingState,
    begin,
    difference_interval,
    fold,
    fold_differences,
    mean_interval,
)
from evaluations.stats.interval import Interval

scores = st.lists(st.floats(0.0, 1.0), max_size=40)


def test_before_the_first_value_nothing_is_known():
    assert mean_interval(begin(), 0.05) == Interval(0.0, 1.0)
    assert difference_interval(begin(), 0.05) == Interval(-1.0, 1.0)
    assert math.isnan(begin().mean)


@settings(max_examples=30, deadline=None)
@given(scores, scores)
def test_folding_in_pieces_gives_the_same_state_bit_for_bit(first: list[float], second: list[float]):
    whole = fold(begin(101), first + second)

    assert fold(fold(begin(101), first), second) == whole


def test_the_size_of_a_batch_does_not_matter_beyond_one_block():
    values = [(index * 37 % 101) / 100 for index in range(600)]
    one_by_one = begin(51)

    for value in values:
        one_by_one = fold(one_by_one, [value])

    assert one_by_one == fold(begin(51), values)


def test_a_stored_state_goes_on_where_it_stopped():
    state = fold(begin(), [0.1, 0.7, 1.0 / 3.0])

    stored = json.loads(json.dumps(state.to_json(), allow_nan=False))

    assert BettingState.from_json(stored) == state
    assert fold(BettingState.from_json(stored), [0.9]) == fold(state, [0.9])


def test_a_record_that_lists_the_capitals_is_read_too():
    state = fold(begin(51), [0.1, 0.7])
    listed = {
        "n": 2,
        "total": state.total,
        "spread": state.spread,
        "up": list(state.up),
        "down": list(state.down),
    }

    assert BettingState.from_json(listed) == state


@pytest.mark.parametrize(
    "stored",
    [
        {"n": 1},
        {"n": "1", "total": 0, "spread": 0, "up": [], "down": []},
        {"n": 1, "total": 0, "spread": 0, "capital": "not base64"},
        {"n": 1, "total": 0, "spread": 0, "capital": "AAAA"},
    ],
)
def test_a_broken_stored_state_is_refused(stored: dict[str, object]):
    with pytest.raises((KeyError, TypeError)):
        BettingState.from_json(stored)


def test_identical_pairs_still_narrow():
    after_100 = difference_interval(fold_differences(begin(), [0.0] * 100), 0.05)
    after_1000 = difference_interval(fold_differences(begin(), [0.0] * 1000), 0.05)

    assert after_100.contains(0.0)
    assert after_1000.contains(0.0)
    assert 0.0 < after_1000.width < 0.03 < after_100.width < 0.2


def test_one_value_of_one_rejects_only_what_a_doubled_bet_allows():
    # with a loss capped at half, a single 1 multiplies up(m) by 1 + min(λ₁, ½/m)(1 − m), λ₁ = sqrt(2 ln 40/(¼·ln 2)) = 6.525;
    # at m = 0 that is 7.525, far from 2/α = 40: nothing is rejected
    state = fold(begin(3), [1.0])

    assert state.up == pytest.approx((math.log(7.5251), math.log(1.5), 0.0), abs=1e-4)
    assert state.down == pytest.approx((math.log(0.5), math.log(0.5), 0.0), abs=1e-4)
    assert mean_interval(state, 0.05) == Interval(0.0, 1.0)


def test_a_candidate_falls_when_half_the_capital_reaches_one_over_alpha():
    # 2/α = 40: ln 40 = 3.68888
    short = BettingState(9, 4.5, 1.0, up=(4.0, 3.688, -1.0), down=(-1.0, 3.688, 4.0))
    above = BettingState(9, 4.5, 1.0, up=(3.7, 3.689, -1.0), down=(-1.0, 0.0, 3.688))
    below = BettingState(9, 4.5, 1.0, up=(3.688, 0.0, -1.0), down=(-1.0, 3.689, 3.7))

    assert mean_interval(short, 0.05) == Interval(0.0, 1.0)
    assert mean_interval(above, 0.05) == Interval(0.5, 1.0)
    assert mean_interval(below, 0.05) == Interval(0.0, 0.5)


def test_a_coarse_grid_is_only_wider():
    values = [0.2, 0.9, 0.6, 0.7, 0.8] * 60

    fine, coarse = (
        mean_interval(fold(begin(1001), values), 0.05),
        mean_interval(fold(begin(11), values), 0.05),
    )

    assert coarse.low <= fine.low <= 0.64 <= fine.high <= coarse.high


@settings(max_examples=25, deadline=None)
@given(st.lists(st.floats(0.0, 1.0), min_size=1, max_size=60))
def test_scores_turned_round_turn_the_interval_round(values: list[float]):
    interval = mean_interval(fold(begin(101), values), 0.05)
    turned = mean_interval(fold(begin(101), [1.0 - value for value in values]), 0.05)

    # one step of the grid for values whose complement is rounded
    assert turned.low == pytest.approx(1.0 - interval.high, abs=0.011)
    assert turned.high == pytest.approx(1.0 - interval.low, abs=0.011)


def test_data_that_contradict_every_mean_hold_what_lies_between():
    moved = mean_interval(fold(begin(), [0.0] * 400 + [1.0] * 4000), 0.05)

    assert 0.0 < moved.low <= moved.high < 1.0


@pytest.mark.parametrize("value", [-0.01, 1.01, math.nan])
def test_a_value_outside_the_bounds_is_refused(value: float):
    with pytest.raises(ValueError, match="outside"):
        fold(begin(), [0.5, value])


def test_a_grid_without_an_inside_is_refused():
    with pytest.raises(ValueError, match="at least 3"):
        begin(2)
