"""The expected words stand somewhere in the answer, whole and in order."""

from __future__ import annotations

from evaluations.scoring.normalised import comparable, normalise
from evaluations.scoring.options import acceptable, only
from evaluations.scoring.score import Options, Score, right, wrong

VERSION = 1


def score(expected: object, answer_text: str, options: Options) -> Score:
    """Compared as the normalised scorer does; "art" is not found in "start"."""
    only(options)
    said = f" {normalise(answer_text)} "
    if any(f" {words} " in said for words in comparable(expected)):
        return right()
    return wrong(f"{' or '.join(repr(text) for text in acceptable(expected))} does not occur.")
