"""Nearly the same letters: 1 less the share of edits (Levenshtein) that turn one text into the other.

It knows no meaning: "may" and "may not" are close. Good for spelling and transcripts, not for truth.
"""

from __future__ import annotations

from rapidfuzz.distance import Levenshtein

from evaluations.scoring.normalised import comparable, normalise
from evaluations.scoring.options import acceptable, number, only, share, switch
from evaluations.scoring.score import Options, Score, reached, wrong

VERSION = 1

MOST_WORK = 400_000_000  # characters × characters; a tenth of a second


def score(expected: object, answer_text: str, options: Options) -> Score:
    """The best of the expected texts counts, normalised first.

    Options: `at_least`, the similarity that passes (0.8 by default), and `any_order` of the words; or `most_edits`
    alone, the edits allowed between the texts as they are.
    """
    if "most_edits" in options:
        return _within(acceptable(expected), answer_text, options)
    only(options, "at_least", "any_order", "most_edits")
    at_least, any_order = share(options, "at_least", 0.8), switch(options, "any_order")
    said = _ordered(normalise(answer_text), any_order)
    wanted = [_ordered(text, any_order) for text in comparable(expected)]
    if len(said) * max(map(len, wanted)) > MOST_WORK:
        return wrong("The answer is too long to be compared letter by letter.")
    return reached(
        max(Levenshtein.normalized_similarity(said, text) for text in wanted), at_least, "Similarity"
    )


def _within(wanted: tuple[str, ...], said: str, options: Options) -> Score:
    only(options, "most_edits")
    most = int(number(options, "most_edits"))
    edits = min(Levenshtein.distance(said, text, score_cutoff=most) for text in wanted)
    value = max(Levenshtein.normalized_similarity(said, text) for text in wanted) if edits <= most else 0.0
    return Score(value, edits <= most, "" if edits <= most else f"More than {most} edits apart.")


def _ordered(text: str, any_order: bool) -> str:
    return " ".join(sorted(text.split())) if any_order else text
