from __future__ import annotations

import pytest

from evaluations.scoring import ScorerMisused, numeric


@pytest.mark.parametrize(
    ("expected", "answer", "options", "passed"),
    [
        (42, "42", {}, True),
        (42, "The answer is 42.", {}, True),
        (42, "42 kg", {}, True),
        (42, "42kg", {}, True),
        ("3.50", "€3.5", {}, True),
        (1234567, "1,234,567", {}, True),
        (1234.5, "1'234.5", {}, True),
        (-2, "\u22122 degrees", {}, True),
        (1500, "1.5e3", {}, True),
        (0.3, "0.30000000000000004", {}, False),
        (0.3, "0.30000000000000004", {"absolute": 1e-9}, True),
        (100, "105", {"relative": 0.05}, True),
        (100, "105.1", {"relative": 0.05}, False),
        (-100, "-95", {"relative": 0.05}, True),
        (0, "0.1", {"relative": 0.5}, False),
        (42, "42 of 42", {}, True),
        (42, "between 41 and 43", {}, False),
        (42, "", {}, False),
        (42, "forty-two", {}, False),
        (3, "3,5", {}, False),
        (1234, "1234,567", {}, False),
        (3, "3.5", {}, False),
    ],
)
def test_one_number_within_the_tolerance_passes(expected, answer, options, passed):
    assert numeric.score(expected, answer, options).passed is passed


def test_a_wrong_number_names_both_and_the_tolerance():
    assert numeric.score(100, "120", {"relative": 0.05}).detail == "120 instead of 100, tolerance 5."


@pytest.mark.parametrize("expected", [None, "", "ten", True, "nan", float("inf"), [1]])
def test_an_expected_value_that_is_no_number_is_misused(expected):
    with pytest.raises(ScorerMisused, match="must be a number"):
        numeric.score(expected, "1", {})


@pytest.mark.parametrize("value", [-1, "0.1", True, float("nan"), float("inf")])
def test_a_tolerance_that_is_no_number_of_zero_or_more_is_misused(value):
    with pytest.raises(ScorerMisused, match="Option 'absolute'"):
        numeric.score(1, "1", {"absolute": value})
