"""The same text, apart from white space around it."""

from __future__ import annotations

from evaluations.scoring.options import acceptable, only
from evaluations.scoring.score import Options, Score, right, wrong

VERSION = 1


def score(expected: object, answer_text: str, options: Options) -> Score:
    only(options)
    texts = acceptable(expected)
    if answer_text.strip() in {text.strip() for text in texts}:
        return right()
    return wrong(f"Not exactly {' or '.join(repr(text) for text in texts)}.")
