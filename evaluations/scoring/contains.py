"""A piece of text stands in the answer, character by character; `includes` compares words instead."""

from __future__ import annotations

from evaluations.scoring.options import acceptable, only, switch
from evaluations.scoring.score import Options, Score, right, wrong

VERSION = 1


def score(expected: object, answer_text: str, options: Options) -> Score:
    """Options: `all` (every expected text, not just one), `at_start`, `ignore_case`; all false by default."""
    only(options, "all", "at_start", "ignore_case")
    every, at_start = switch(options, "all"), switch(options, "at_start")
    fold = str.casefold if switch(options, "ignore_case") else str
    said, wanted = fold(answer_text), acceptable(expected)
    missing = [
        text for text in wanted if not (said.startswith(fold(text)) if at_start else fold(text) in said)
    ]
    if not missing or (not every and len(missing) < len(wanted)):
        return right()
    verb = "does not start the answer" if at_start else "does not occur"
    return wrong(f"{(' and ' if every else ' or ').join(repr(text) for text in missing)} {verb}.")
