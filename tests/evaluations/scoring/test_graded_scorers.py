"""Scorers whose value lies between wrong and right."""

from __future__ import annotations

import pytest

from evaluations.scoring import ScorerMisused, f1, similarity


def test_f1_is_the_one_of_squad():
    # Precision 2/3, recall 2/4: F1 = 2 · (2/3 · 1/2) / (2/3 + 1/2) = 4/7.
    score = f1.score("the red iron gate", "a red gate", {})

    assert score.value == pytest.approx(4 / 7)
    assert (score.passed, score.detail) == (True, "F1 0.57, 0.50 passes.")


@pytest.mark.parametrize(("answer", "value"), [("", 0.0), ("gate red", 1.0), ("nothing else", 0.0)])
def test_f1_knows_no_order_and_no_free_points(answer, value):
    assert f1.score(["red gate", "door"], answer, {}).value == value


def test_similarity_is_the_share_of_letters_kept():
    # "kitten" to "sitting" takes 3 edits; 1 − 3/7 (Levenshtein's own example).
    score = similarity.score("kitten", "Sitting", {"at_least": 0.5})

    assert score.value == pytest.approx(4 / 7)
    assert score.passed


def test_similarity_may_ignore_the_order_of_words():
    assert similarity.score("Anna Maria Rossi", "Rossi, Anna Maria", {"any_order": True}).value == 1.0
    assert not similarity.score("Anna Maria Rossi", "Rossi, Anna Maria", {}).passed


def test_an_answer_too_long_to_compare_is_wrong_and_says_so():
    score = similarity.score("a" * 30_000, "b" * 30_000, {})

    assert (score.passed, score.detail) == (
        False,
        "The answer is too long to be compared letter by letter.",
    )


@pytest.mark.parametrize("score", [f1.score, similarity.score])
@pytest.mark.parametrize("at_least", [0, 1.5, "0.5", True])
def test_a_threshold_is_a_share(score, at_least):
    with pytest.raises(ScorerMisused, match="'at_least' must be"):
        score("a", "a", {"at_least": at_least})
