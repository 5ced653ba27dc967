from __future__ import annotations

import pytest

from evaluations.providers.protocol import OUTCOMES
from evaluations.scoring import exact
from evaluations.scoring.grade import Grade, grade
from evaluations.scoring.score import Score


def graded(**changes: object) -> Grade:
    given = {
        "outcome": "ok",
        "answer_text": "Paris",
        "expected": "Paris",
        "scorer": exact.score,
        "options": {},
    }
    return grade(**(given | changes))  # type: ignore[arg-type]


def test_an_answer_is_scored_by_the_scorer():
    assert graded() == Grade("ok", Score(1.0, True))
    assert graded(answer_text="Rome") == Grade("ok", Score(0.0, False, "Not exactly 'Paris'."))


def test_abstaining_where_it_is_demanded_is_success():
    grade = graded(answer_text="I don't know.", expected=None, abstention="demanded")

    assert grade == Grade("abstained", Score(1.0, True, "Rightly abstained."))


def test_answering_where_abstention_is_demanded_is_wrong():
    grade = graded(answer_text="Paris", expected=None, abstention="demanded")

    assert grade == Grade("ok", Score(0.0, False, "Answered a question that has no answer in its material."))


def test_abstaining_where_it_is_permitted_scores_zero_under_its_own_name():
    grade = graded(answer_text="I don't know.", abstention="permitted")

    assert grade == Grade("abstained", Score(0.0, False, "No answer was given."))


def test_abstaining_where_it_is_forbidden_is_a_wrong_answer():
    grade = graded(answer_text="I don't know.")

    assert grade == Grade("ok", Score(0.0, False, "Not exactly 'Paris'."))


@pytest.mark.parametrize("outcome", sorted(set(OUTCOMES) - {"ok", "abstained", "infra_error"}))
@pytest.mark.parametrize("abstention", ["forbidden", "permitted", "demanded"])
def test_every_failure_of_the_model_scores_zero_and_stays(outcome, abstention):
    grade = graded(outcome=outcome, abstention=abstention)

    assert grade == Grade(outcome, Score(0.0, False, f"No answer to score: {outcome}."))


def test_only_our_own_failure_has_no_score():
    assert graded(outcome="infra_error", answer_text="") == Grade("infra_error", None)
