"""Scorers: one a file, each `score(expected, answer_text, options) -> Score`. Pure, without Django."""

from __future__ import annotations

from evaluations.scoring import exact, includes, json_schema, label_in_set, normalised, numeric
from evaluations.scoring.options import nearest
from evaluations.scoring.score import Scorer, ScorerMisused

SCORERS: dict[str, Scorer] = {
    "exact": exact.score,
    "includes": includes.score,
    "json_schema": json_schema.score,
    "label_in_set": label_in_set.score,
    "normalised": normalised.score,
    "numeric": numeric.score,
}


def scorer(name: str) -> Scorer:
    """The scorer of that name; raises ScorerMisused with the nearest name for an unknown one."""
    if name not in SCORERS:
        raise ScorerMisused(f"Unknown scorer {name!r}. {nearest(name, list(SCORERS))}")
    return SCORERS[name]
