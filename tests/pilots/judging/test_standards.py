"""Reviewers whose yardstick moves are found by their anchors, and those whose does not are left in peace."""

import random

import pytest

from pilots.judging.standards import Judgement, standards

REJECTED, CORRECTED, ACCEPTED = 0, 1, 2


def rounds(*ranks: list[int], person: str = "kim") -> list[Judgement]:
    return [
        Judgement(person, f"item {number}", turn, rank)
        for turn, given in enumerate(ranks)
        for number, rank in enumerate(given)
    ]


def test_a_reviewer_made_20_percent_more_lenient_is_flagged_at_the_next_round() -> None:
    first = [REJECTED] * 20 + [ACCEPTED] * 30

    (standard,) = standards(rounds(first, [ACCEPTED] * 10 + first[10:]))

    assert (standard.moved, standard.drift, standard.lenient, standard.stricter) == (True, 0.2, 10, 0)


def test_steps_that_balance_or_are_few_say_nothing() -> None:
    first = [REJECTED] * 10 + [ACCEPTED] * 10
    balanced = [ACCEPTED] * 5 + [REJECTED] * 5 + [REJECTED] * 5 + [ACCEPTED] * 5

    assert not standards(rounds(first, balanced))[0].moved
    assert not standards(rounds(first, [ACCEPTED] * 3 + first[3:]))[0].moved
    assert standards(rounds(first))[0].drift == 0


def test_each_of_several_people_needs_more_evidence() -> None:
    """Seven steps one way are enough against one person (27 > 20), and not against one of two (27 < 40)."""
    moved = rounds([REJECTED] * 40, [ACCEPTED] * 7 + [REJECTED] * 33)
    steady = rounds([ACCEPTED] * 40, [ACCEPTED] * 40, person="lee")

    assert [each.moved for each in standards(moved)] == [True]
    assert [(each.person, each.moved) for each in standards([*steady, *moved])] == [
        ("kim", False),
        ("lee", False),
    ]


@pytest.mark.parametrize("noise", [0.1, 0.4])
def test_a_steady_but_noisy_reviewer_looked_at_after_every_round_is_rarely_flagged(noise: float) -> None:
    """40 anchors, 5 rounds; 80 reviewers, of whom 5 % may be flagged: at most 10, three errors above 4."""
    chance = random.Random(18)

    def flagged() -> bool:
        truth = [chance.choice([REJECTED, ACCEPTED]) for _ in range(40)]
        judged = [[rank if chance.random() > noise else 2 - rank for rank in truth] for _ in range(5)]
        return any(standards(rounds(*judged[: number + 1]))[0].moved for number in range(1, 5))

    assert sum(flagged() for _ in range(80)) <= 10
