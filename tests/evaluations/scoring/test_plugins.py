"""Scorers of other packages: found by entry point, their faults contained."""

from __future__ import annotations

from importlib.metadata import PathDistribution

import pytest

from evaluations.scoring import ScorerMisused, plugged_in, plugins, scorer, versioned
from evaluations.scoring.plugins import ScorerFailed

CODE = """
from evaluations.scoring.score import Score, ScorerMisused

def words(expected, answer_text, options):
    return Score(1.0, len(answer_text.split()) <= int(expected))

def broken(expected, answer_text, options):
    raise KeyError("no such thing")

def odd(expected, answer_text, options):
    return Score(float("nan"), True)

def refusing(expected, answer_text, options):
    raise ScorerMisused("Give a number.")
"""
ENTRIES = """[pilotage.scorers]
words = scorers_of_ours:words
broken = scorers_of_ours:broken
odd = scorers_of_ours:odd
refusing = scorers_of_ours:refusing
absent = scorers_not_there:score
exact = scorers_of_ours:words
"""


@pytest.fixture(autouse=True)
def _package(tmp_path, monkeypatch):
    """A package `word-count` 1.2 installed on the path, as pip would leave it."""
    (tmp_path / "scorers_of_ours.py").write_text(CODE)
    info = tmp_path / "word_count-1.2.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: word-count\nVersion: 1.2\n")
    (info / "entry_points.txt").write_text(ENTRIES)
    assert PathDistribution(info).version == "1.2"
    monkeypatch.syspath_prepend(str(tmp_path))
    plugins.found.cache_clear()
    yield
    plugins.found.cache_clear()


def test_a_plug_in_scores_under_its_name_and_version():
    assert scorer("words")("2", "two words", {}).passed
    assert versioned("words") == "words@1.2"
    assert scorer("words@1.2")("2", "three words here", {}).passed is False


def test_another_version_than_planned_is_refused():
    with pytest.raises(
        ScorerMisused, match=r"Version 1\.1 of the scorer words was planned, but words \(word-count 1\.2\)"
    ):
        scorer("words@1.1")


def test_what_a_plug_in_raises_is_its_fault_and_says_so():
    with pytest.raises(
        ScorerFailed, match=r"The scorer broken \(word-count 1\.2\) raised KeyError: 'no such thing'"
    ):
        scorer("broken")("2", "x", {})


def test_a_value_that_is_no_score_is_its_fault():
    with pytest.raises(ScorerFailed, match="returned no Score with a value from 0 to 1"):
        scorer("odd")("2", "x", {})


def test_what_a_plug_in_refuses_keeps_its_words():
    with pytest.raises(ScorerMisused, match=r"^Give a number\.$"):
        scorer("refusing")("two", "x", {})


def test_plug_ins_that_cannot_be_used_are_listed_with_the_reason():
    faults = {plugin.name: plugin.fault for plugin in plugged_in() if plugin.fault}

    assert faults == {
        "absent": "It cannot be loaded: ModuleNotFoundError: No module named 'scorers_not_there'",
        "exact": "A scorer of ours has this name.",
    }
    assert scorer("exact")("two words", "two words", {}).passed
    with pytest.raises(ScorerMisused, match=r"cannot be used\. It cannot be loaded"):
        scorer("absent")
