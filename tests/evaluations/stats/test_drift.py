import json
import math
from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from evaluations.stats.drift import DayTotals, DriftReading, DriftState, fold_means, fold_rates, reading

FIRST = date(2026, 3, 1)


def days_of(totals: list[Decimal], n: int = 25) -> list[DayTotals]:
    return [
        DayTotals((FIRST + timedelta(days=index)).isoformat(), n, total) for index, total in enumerate(totals)
    ]


def wobble(level: int, days: int) -> list[Decimal]:
    """Day sums of 25 tasks around 25·level, up and down by up to 8."""
    return [Decimal(25 * level + (index * 7) % 17 - 8) for index in range(days)]


SHIFTED = days_of(wobble(10, 30) + wobble(11, 20))


def test_a_shift_is_found_and_dated():
    found = reading(fold_means(DriftState(), SHIFTED))

    assert found.alarmed
    assert found.changed_on == "2026-03-31"
    assert found.alarmed_on == "2026-04-02"
    assert found.mean_before == pytest.approx(10.0, abs=0.05)
    assert found.mean_since == pytest.approx(11.0, abs=0.05)


def test_a_level_that_stays_raises_no_alarm():
    calm = reading(fold_means(DriftState(), days_of(wobble(10, 80))))

    assert not calm.alarmed
    assert calm.log_evidence < 0.1
    assert calm.changed_on is None


def test_an_alarm_stays_when_the_level_comes_back():
    back = days_of(wobble(10, 30) + wobble(12, 8) + wobble(10, 40))

    found = reading(fold_means(DriftState(), back))

    assert found.alarmed
    assert found.changed_on == "2026-03-31"


def test_a_split_needs_a_hundred_tasks_on_either_side():
    # 5 tasks a day; the level of a day's sum jumps from about 50 to about 150 after the 20th day
    sums = [Decimal(50 + day % 3 + (100 if day >= 20 else 0)) for day in range(40)]

    a_task_short = reading(fold_means(DriftState(), days_of(sums[:39], n=5)))
    enough = reading(fold_means(DriftState(), days_of(sums, n=5)))

    assert not a_task_short.alarmed
    assert enough.alarmed


@given(st.integers(-(10**9), 10**9), st.sampled_from([Decimal("0.001"), Decimal(1), Decimal(10**6)]))
@settings(max_examples=20, deadline=None)
def test_unit_and_origin_of_the_values_do_not_matter(origin: int, unit: Decimal):
    moved = [DayTotals(day.day, day.n, unit * Decimal(day.total) + day.n * origin) for day in SHIFTED]

    found, plain = reading(fold_means(DriftState(), moved)), reading(fold_means(DriftState(), SHIFTED))

    assert found.log_evidence == pytest.approx(plain.log_evidence, rel=1e-6)
    assert (found.alarmed_on, found.changed_on) == (plain.alarmed_on, plain.changed_on)


@pytest.mark.parametrize("fold", [fold_means, fold_rates])
def test_folding_in_pieces_gives_the_same_state_bit_for_bit(fold):
    days = days_of([Decimal((index * 11) % 13) for index in range(45)])
    one_by_one = DriftState()

    for day in days:
        one_by_one = fold(one_by_one, [day])

    assert one_by_one == fold(DriftState(), days)
    assert fold(fold(DriftState(), days[:20]), days[20:]) == one_by_one


def test_a_stored_state_goes_on_where_it_stopped():
    state = fold_means(DriftState(), SHIFTED[:30])

    stored = json.loads(json.dumps(state.to_json(), allow_nan=False))

    assert DriftState.from_json(stored) == state
    assert fold_means(DriftState.from_json(stored), SHIFTED[30:]) == fold_means(DriftState(), SHIFTED)


def test_a_broken_stored_state_is_refused():
    with pytest.raises(TypeError, match="rebuild"):
        DriftState.from_json(DriftState().to_json() | {"days": "2026-03-01"})
    with pytest.raises(TypeError, match="rebuild"):
        DriftState.from_json(DriftState().to_json() | {"origin": None})


def test_constant_days_are_no_evidence():
    constant = reading(fold_means(DriftState(), days_of([Decimal("2.5")] * 60)))

    assert constant == DriftReading(alarmed=False, log_evidence=constant.log_evidence)
    assert constant.log_evidence <= 0.0


def test_no_days_at_all_are_no_alarm():
    assert reading(DriftState()) == DriftReading(alarmed=False, log_evidence=0.0)
    assert fold_means(DriftState(), []) == DriftState()
    assert fold_rates(DriftState(), []) == DriftState()


@pytest.mark.parametrize("fold", [fold_means, fold_rates])
def test_a_day_out_of_order_or_empty_is_refused(fold):
    state = fold(DriftState(), SHIFTED[:5])

    with pytest.raises(ValueError, match="rebuild the drift state"):
        fold(state, [SHIFTED[2]])
    with pytest.raises(ValueError, match="leave it out"):
        fold(state, [DayTotals("2026-12-31", 0, 0)])


def test_a_rate_that_jumps_is_found_and_dated():
    low, high = [1, 2, 1, 0, 1, 2, 0, 1, 1, 2], [6, 4, 5, 7, 5, 4, 6, 5, 5, 6]
    days = days_of([Decimal(k) for k in low * 3 + high * 2])

    found = reading(fold_rates(DriftState(), days))

    assert found.alarmed
    assert found.changed_on == "2026-03-31"
    assert found.mean_before == pytest.approx(0.044)
    assert found.mean_since == pytest.approx(0.212)


def test_a_single_bad_day_of_a_rate_is_no_drift():
    # 25 of 25 fail on one day: beyond chance task by task, but one day is no new level
    days = days_of([Decimal(k) for k in [1, 0, 2, 1, 1] * 5 + [25] + [1, 0, 2, 1, 1] * 5])

    assert not reading(fold_rates(DriftState(), days)).alarmed


def test_the_alarm_follows_its_budget():
    state = fold_means(DriftState(), SHIFTED)
    evidence = reading(state).log_evidence

    assert not reading(state, alpha=math.exp(-evidence) * 0.99).alarmed
    assert reading(state, alpha=math.exp(-evidence) * 1.01).alarmed
