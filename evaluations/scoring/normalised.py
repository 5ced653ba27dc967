"""The same words: letter case, width and form of characters, punctuation and spacing do not count."""

from __future__ import annotations

import re
import unicodedata

from evaluations.scoring.options import acceptable, only
from evaluations.scoring.score import Options, Score, ScorerMisused, right, wrong

VERSION = 1

# A point or comma between digits and a sign before one carry meaning: 3.5 is not 35, and -2 is not 2.
MEANT = re.compile(r"(?<=\d)[.,](?=\d)|(?<![\w.])[-+](?=\d)")


def score(expected: object, answer_text: str, options: Options) -> Score:
    only(options)
    if normalise(answer_text) in comparable(expected):
        return right()
    shown = " or ".join(repr(text) for text in acceptable(expected))
    return wrong(f"Not {shown}, also when case and punctuation are ignored.")


def comparable(expected: object) -> set[str]:
    """The acceptable answers, normalised; raises ScorerMisused where nothing would be left to compare."""
    wanted = {normalise(text) for text in acceptable(expected)}
    if "" in wanted:
        raise ScorerMisused("The expected value is punctuation alone: use the scorer 'exact'.")
    return wanted


def normalise(text: str) -> str:
    """NFKC, casefold, punctuation as spaces, single spaces. Accents stay: they tell words apart."""
    folded = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text).casefold()).replace(
        "\u2212", "-"
    )
    meant = {match.start() for match in MEANT.finditer(folded)}
    kept = (char if i in meant or not _mark(char) else " " for i, char in enumerate(folded))
    return " ".join("".join(kept).split())


def _mark(char: str) -> bool:
    # Currency, percent and arithmetic signs change what an answer says; other punctuation does not.
    category = unicodedata.category(char)
    return char not in "%#&@" and (category[0] == "P" or category in ("Sk", "So"))
