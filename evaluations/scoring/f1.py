"""How much of the expected words the answer says, and how little else: the F1 of words, as in SQuAD."""

from __future__ import annotations

from collections import Counter

from evaluations.scoring.normalised import comparable, normalise
from evaluations.scoring.options import only, share
from evaluations.scoring.score import Options, Score, reached

VERSION = 1


def score(expected: object, answer_text: str, options: Options) -> Score:
    """The best of the expected texts counts. Option: `at_least`, the F1 that passes (0.5 by default)."""
    only(options, "at_least")
    at_least = share(options, "at_least", 0.5)
    said = Counter(normalise(answer_text).split())
    return reached(max(_f1(said, Counter(text.split())) for text in comparable(expected)), at_least, "F1")


def _f1(said: Counter[str], wanted: Counter[str]) -> float:
    """2 · shared / (said + wanted): the harmonic mean of precision and recall, written without a division by 0."""
    shared = (said & wanted).total()
    return 2 * shared / (said.total() + wanted.total())
