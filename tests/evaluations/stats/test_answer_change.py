"""The silent-change test: exact at one look, and within its error budget over many."""

import math
from collections import Counter
from random import Random

import pytest

from evaluations.stats.answer_change import Watch, follow, log_e_value, p_value

ALPHA = 0.01


def test_two_new_answers_against_two_old_ones_are_one_of_three_ways():
    # draws of 2 out of {old, old, new, new}: 6, of which {old, old} and {new, new} differ in all four pairs
    assert p_value([({"old": 2}, {"new": 2})]) == pytest.approx(2 / 6)


def test_cases_multiply():
    assert p_value([({"old": 3}, {"new": 3})] * 4) == pytest.approx(0.1**4)


@pytest.mark.parametrize(
    "cases",
    [[], [({"a": 4}, {"a": 2})], [({}, {"a": 2})], [({"a": 2}, {})], [({"a": 1, "b": 1}, {"a": 1, "b": 1})]],
)
def test_nothing_different_is_no_evidence(cases):
    assert p_value(cases) == pytest.approx(1.0)


def test_a_case_that_always_varied_says_little():
    always = [({"a": 10, "b": 10}, {"a": 2})] * 5
    never = [({"a": 20}, {"b": 2})] * 5

    assert p_value(always) > 0.05
    assert p_value(never) < 1e-10


@pytest.mark.parametrize(("p", "e"), [(1.0, 0.5), (0.1, 1.2632), (0.01, 4.4510), (1e-6, 5239.1)])
def test_the_calibrator_at_known_points(p, e):
    assert math.exp(log_e_value(p)) == pytest.approx(e, rel=1e-3)


def nights(random: Random, looks: int, chances: list[list[float]], swap_at: int | None = None) -> int | None:
    """The look at which the alarm sounds, or None: two answers a night to each case, `chances` of each answer."""
    pools: list[Counter[str]] = [Counter() for _ in chances]
    watch = Watch()
    for look in range(looks):
        tonight = [
            Counter(
                random.choices(
                    "abc", weights=each[::-1] if swap_at is not None and look >= swap_at else each, k=2
                )
            )
            for each in chances
        ]
        if look:
            watch = follow(watch, p_value(zip(pools, tonight, strict=True)))
        for pool, answers in zip(pools, tonight, strict=True):
            pool.update(answers)
        if watch.alarms(ALPHA):
            return look
    return None


NOISY = [[0.9, 0.1, 0.0], [0.6, 0.4, 0.0], [0.4, 0.3, 0.3], [1.0, 0.0, 0.0], [0.97, 0.02, 0.01]] * 2


def test_an_unchanged_noisy_model_raises_no_alarm_over_many_looks():
    alarms = [nights(Random(seed), 60, NOISY) for seed in range(40)]

    assert [each for each in alarms if each is not None] == []


@pytest.mark.parametrize("swap_at", [3, 25])
def test_a_swapped_model_is_noticed_within_three_looks(swap_at):
    alarms = [nights(Random(seed), swap_at + 3, NOISY, swap_at) for seed in range(8)]

    assert [each is not None and each >= swap_at for each in alarms] == [True] * 8
