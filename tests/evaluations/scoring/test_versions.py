"""A scorer that judges an answer differently than it did has another version: the figures below are of version 1."""

from __future__ import annotations

import pytest

from evaluations.scoring import OURS, ours, scorer, versions
from evaluations.scoring.model_judge import Verdict

ANSWERS = ("Paris", " paris. ", "Paris, France", "12.5", '{"label": "paris"}', "", "I do not know.")
LABELS = {"labels": ["paris", "rome"]}
SCHEMA = {"schema": {"type": "object", "required": ["label"]}}
VERDICTS = {"judge": "judge", "verdicts": {"Is polite.": Verdict(True, "It is.")}}
GIVEN: dict[str, tuple[object, dict[str, object]]] = {
    "checks": ({"checks": [{"scorer": "contains", "expected": "Paris"}], "threshold": 0.5}, {}),
    "contains": ("Paris", {}),
    "contract": (None, SCHEMA),
    "exact": ("Paris", {}),
    "f1": ("Paris France", {}),
    "includes": ("paris", {}),
    "json_schema": (None, SCHEMA),
    "label_in_set": ("paris", LABELS),
    "model_judge": ("Is polite.", VERDICTS),
    "normalised": ("Paris", {}),
    "numeric": ("12.4", {"absolute": 0.2}),
    "regex": ("^Par", {}),
    "similarity": ("Paris", {}),
}
# Each answer's value, and + where it passes.
VERSION_1 = {
    "checks": "1.00+ 0.00- 1.00+ 0.00- 0.00- 0.00- 0.00-",
    "contains": "1.00+ 0.00- 1.00+ 0.00- 0.00- 0.00- 0.00-",
    "contract": "0.00- 0.00- 0.00- 0.00- 1.00+ 0.00- 0.00-",
    "exact": "1.00+ 0.00- 0.00- 0.00- 0.00- 0.00- 0.00-",
    "f1": "0.67+ 0.67+ 1.00+ 0.00- 0.50+ 0.00- 0.00-",
    "includes": "1.00+ 1.00+ 1.00+ 0.00- 1.00+ 0.00- 0.00-",
    "json_schema": "0.00- 0.00- 0.00- 0.00- 1.00+ 0.00- 0.00-",
    "label_in_set": "1.00+ 1.00+ 1.00+ 0.00- 1.00+ 0.00- 0.00-",
    "model_judge": "1.00+ 1.00+ 1.00+ 1.00+ 1.00+ 1.00+ 1.00+",
    "normalised": "1.00+ 1.00+ 0.00- 0.00- 0.00- 0.00- 0.00-",
    "numeric": "0.00- 0.00- 0.00- 1.00+ 0.00- 0.00- 0.00-",
    "regex": "1.00+ 0.00- 1.00+ 0.00- 0.00- 0.00- 0.00-",
    "similarity": "1.00+ 1.00+ 0.42- 0.00- 0.45- 0.00- 0.00-",
}


@pytest.mark.parametrize("name", sorted(OURS))
def test_what_a_scorer_says_belongs_to_its_version(name):
    expected, options = GIVEN[name]
    said = [scorer(name)(expected, answer, options) for answer in ANSWERS]

    assert ours(name).VERSION == 1
    assert " ".join(f"{one.value:.2f}{'+' if one.passed else '-'}" for one in said) == VERSION_1[name]


def test_a_plan_names_the_version_of_each_scorer_it_uses():
    assert versions(["exact", "gone"]) == {"outcomes": "1", "exact": "1", "gone": "?"}
