from __future__ import annotations

import time

import pytest

from evaluations.scoring import ScorerMisused, regex


@pytest.mark.parametrize(
    ("pattern", "answer", "options", "passed"),
    [
        (r"\bINV-\d{4}\b", "see INV-2041.", {}, True),
        (r"inv-\d{4}", "see INV-2041.", {}, False),
        (r"inv-\d{4}", "see INV-2041.", {"ignore_case": True}, True),
        (r"\d{4}", "in 2041", {"whole": True}, False),
        (r"\d{4}", " 2041\n", {"whole": True}, True),
        (["a+", "b+"], "xxb", {}, True),
    ],
)
def test_a_pattern_is_searched_for(pattern, answer, options, passed):
    assert regex.score(pattern, answer, options).passed is passed


def test_a_catastrophic_pattern_takes_linear_time():
    began = time.process_time()

    score = regex.score("^(a+)+$", "a" * 100_000 + "!", {})

    # A backtracking engine would need 2^100,000 steps.
    assert not score.passed
    assert time.process_time() - began < 5


@pytest.mark.parametrize(
    ("pattern", "words"),
    [
        ("a(", "missing ."),
        ("(?=a)b", "looking ahead or behind and back-references are left out"),
        (r"(a)\1", "looking ahead or behind and back-references are left out"),
        ("x" * 5001, "longer than 5000 characters"),
        ("((a{100}){100}){100}", "Correct it"),
    ],
)
def test_a_pattern_that_cannot_work_says_what_to_do(pattern, words):
    with pytest.raises(ScorerMisused, match=words):
        regex.score(pattern, "", {})
