"""Exactly one label of a closed set, and the right one. Naming two is wrong: nobody could act on it."""

from __future__ import annotations

import json
import re
from functools import lru_cache
from typing import NamedTuple

from evaluations.scoring.normalised import normalise
from evaluations.scoring.options import only
from evaluations.scoring.score import Options, Score, ScorerMisused, right, wrong

VERSION = 1

FENCE = re.compile(r"\A\s*```(?:json)?\s*(.*?)\s*```\s*\Z", re.DOTALL)


class _Label(NamedTuple):
    shown: str
    plain: str


def score(expected: object, answer_text: str, options: Options) -> Score:
    """Options: `labels` (list of texts, required), `field` holding the label of a JSON answer ("label")."""
    only(options, "labels", "field")
    labels = _labels(options.get("labels"))
    plain = normalise(str(expected))
    wanted = next((label for label in labels if label.plain == plain), None)
    if wanted is None:
        raise ScorerMisused(
            f"The expected label {expected!r} is not in the set. Add it, or correct the case."
        )
    named = _named(answer_text, labels, str(options.get("field", "label")))
    if not named:
        return wrong(f"No label of the set; expected {wanted.shown!r}.")
    if len(named) > 1:
        return wrong(
            f"{len(named)} labels ({', '.join(label.shown for label in named)}); expected {wanted.shown!r}."
        )
    return right() if named == [wanted] else wrong(f"{named[0].shown!r} instead of {wanted.shown!r}.")


def _labels(given: object) -> list[_Label]:
    texts = tuple(given) if isinstance(given, list | tuple) else ()
    return _distinct(texts if all(isinstance(text, str) for text in texts) else ())


@lru_cache(maxsize=64)
def _distinct(texts: tuple[str, ...]) -> list[_Label]:
    """Worked out once a set, not once an answer."""
    labels = [_Label(text, normalise(text)) for text in texts]
    plain = {label.plain for label in labels}
    if len(labels) < 2 or len(plain) != len(labels) or "" in plain:
        raise ScorerMisused(
            "Option 'labels' must list two or more texts that differ in more than punctuation."
        )
    return labels


def _named(answer_text: str, labels: list[_Label], field: str) -> list[_Label]:
    """The labels named, in the set's order: by the answer's JSON field where it has one, else by its text."""
    value = _field(answer_text, field)
    if value is None:
        return _mentioned(answer_text, labels)
    values = value if isinstance(value, list) else [value]
    said = {normalise(one) for one in values if isinstance(one, str)}
    return [label for label in labels if label.plain in said]


def _field(answer_text: str, field: str) -> object:
    fenced = FENCE.match(answer_text)
    try:
        parsed = json.loads(fenced.group(1) if fenced else answer_text)
    except (ValueError, RecursionError):
        return None
    if isinstance(parsed, dict):
        return parsed.get(field)
    return parsed if isinstance(parsed, str) else None


def _mentioned(answer_text: str, labels: list[_Label]) -> list[_Label]:
    """Whole words only, longer labels first: "bug report" is not also "bug"."""
    rest = f" {normalise(answer_text)} "
    found: list[_Label] = []
    for label in sorted(labels, key=lambda one: -len(one.plain)):
        if f" {label.plain} " in rest:
            found.append(label)
            rest = rest.replace(f" {label.plain} ", " | ")
    return [label for label in labels if label in found]
