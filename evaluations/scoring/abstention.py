"""Does an answer say that it does not know?"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence

from evaluations.scoring.normalised import normalise

PHRASES = (
    "abstain",
    "cannot answer",
    "cannot be answered",
    "cannot be determined",
    "cannot determine",
    "cannot tell",
    "do not have enough information",
    "do not know",
    "insufficient information",
    "not enough information",
    "not sure",
    "unable to answer",
    "unable to determine",
    "unknown",
)
# Contractions are written out before comparing, so that every phrase has one spelling.
CONTRACTIONS = ((re.compile(r"\bcan(?:['’]t| not)\b"), "cannot"), (re.compile(r"n['’]t\b"), " not"))
SENTENCE_END = re.compile(r"[.!?]\s|[\n;]")


def abstained(answer_text: str, phrases: Sequence[str] = PHRASES) -> bool:
    """True if the first sentence holds one of the phrases as whole words.

    Only the first: an answer that gives its result and then doubts a detail has not abstained. In a JSON answer
    the only text counts as a sentence; of several, one must be a phrase and nothing more ("I" apart).
    """
    said = _json_texts(answer_text)
    if said is None or len(said) == 1:
        first = SENTENCE_END.split((said or [answer_text])[0].strip(), maxsplit=1)[0]
        return any(f" {_plain(phrase)} " in f" {_plain(first)} " for phrase in phrases)
    known = {_plain(phrase) for phrase in phrases}
    return any(_plain(text).removeprefix("i ") in known for text in said)


def _json_texts(answer_text: str) -> list[str] | None:
    """The texts of a JSON object or string, None for an answer that is neither."""
    try:
        parsed = json.loads(answer_text)
    except (ValueError, RecursionError):
        return None
    if isinstance(parsed, str):
        return [parsed]
    return (
        [value for value in parsed.values() if isinstance(value, str)] if isinstance(parsed, dict) else None
    )


def _plain(text: str) -> str:
    text = text.casefold()
    for pattern, written_out in CONTRACTIONS:
        text = pattern.sub(written_out, text)
    return normalise(text)
