"""exact, normalised, includes"""

from __future__ import annotations

import pytest

from evaluations.scoring import ScorerMisused, exact, includes, normalised


@pytest.mark.parametrize(
    ("expected", "answer", "passed"),
    [
        ("Paris", "Paris", True),
        ("Paris", "  Paris\n", True),
        ("Paris", "paris", False),
        ("Paris", "Paris.", False),
        (["Paris", "Lutetia"], "Lutetia", True),
        ("Paris", "", False),
    ],
)
def test_exact_takes_the_same_text_only(expected, answer, passed):
    score = exact.score(expected, answer, {})

    assert (score.passed, score.value) == (passed, float(passed))


@pytest.mark.parametrize(
    ("expected", "answer", "passed"),
    [
        ("Straße", "STRASSE", True),
        ("ﬁne", "fine", True),
        ("Ａ１", "a1", True),
        ("yes", "Yes!", True),
        ("New York", " new\u00a0 york. ", True),
        ("e\u0301t\u00e9", "\u00e9te\u0301", True),
        ("résumé", "resume", False),
        ("3.5", "35", False),
        ("1,000", "1000", False),
        ("-2", "2", False),
        ("-2", "\u22122", True),
        ("5 €", "5 $", False),
        ("50%", "50", False),
        ("C++", "C", False),
        ("well-known", "well known", True),
        (["no", "nope"], "Nope!", True),
        ("yes", "yes and no", False),
    ],
)
def test_normalised_ignores_form_but_not_meaning(expected, answer, passed):
    assert normalised.score(expected, answer, {}).passed is passed


@pytest.mark.parametrize(
    ("expected", "answer", "passed"),
    [
        ("refund", "You get a Refund, soon.", True),
        ("art", "start", False),
        ("14 days", "within 14 days.", True),
        ("14 days", "14 working days", False),
        ("3.5", "about 3.5 hours", True),
        ("3.5", "about 13.5 hours", False),
        (["refund", "money back"], "Your money back!", True),
    ],
)
def test_includes_finds_whole_words_in_order(expected, answer, passed):
    assert includes.score(expected, answer, {}).passed is passed


@pytest.mark.parametrize("score", [exact.score, normalised.score, includes.score])
@pytest.mark.parametrize("expected", [None, "", "  ", [], ["a", ""], 3, {"a": 1}])
def test_a_case_without_a_usable_expected_text_is_misused(score, expected):
    with pytest.raises(ScorerMisused):
        score(expected, "answer", {})


def test_a_wrong_answer_says_what_was_expected():
    assert exact.score("Paris", "Rome", {}).detail == "Not exactly 'Paris'."


@pytest.mark.parametrize("score", [normalised.score, includes.score])
def test_an_expected_value_of_punctuation_alone_is_misused(score):
    with pytest.raises(ScorerMisused, match="punctuation alone"):
        score("?!", "anything", {})
