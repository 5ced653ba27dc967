"""A pattern is found in the answer. RE2: time grows with the length of the answer, whatever the pattern."""

from __future__ import annotations

import re as standard
from functools import lru_cache
from typing import Any

import re2

from evaluations.scoring.options import acceptable, only, switch
from evaluations.scoring.score import Options, Score, ScorerMisused, right, wrong

VERSION = 1

LONGEST_PATTERN = 5000
MOST_MEMORY = 8 << 20  # bytes a pattern's automaton may take
NOT_IN_RE2 = standard.compile(r"\(\?<?[=!]|\(\?>|\\[1-9]|\(\?P=")


def score(expected: object, answer_text: str, options: Options) -> Score:
    """`expected` is a pattern, or several of which one must match. Options: `ignore_case`, `whole` (the whole answer)."""
    only(options, "ignore_case", "whole")
    patterns = acceptable(expected)
    compiled = [_compiled(pattern, switch(options, "ignore_case")) for pattern in patterns]
    said = answer_text.strip() if switch(options, "whole") else answer_text
    for pattern in compiled:
        if pattern.fullmatch(said) if switch(options, "whole") else pattern.search(said):
            return right()
    return wrong(f"No match for {' or '.join(repr(pattern) for pattern in patterns)}.")


@lru_cache(maxsize=512)
def _compiled(pattern: str, ignore_case: bool) -> Any:
    if len(pattern) > LONGEST_PATTERN:
        raise ScorerMisused(
            f"The pattern is longer than {LONGEST_PATTERN} characters. Split it into several."
        )
    wanted = re2.Options()
    wanted.log_errors = False
    wanted.max_mem = MOST_MEMORY
    wanted.case_sensitive = not ignore_case
    try:
        return re2.compile(pattern, wanted)
    except re2.error as error:
        raise ScorerMisused(f"The pattern {pattern!r} cannot be used: {_why(pattern, error)}") from error


def _why(pattern: str, error: Exception) -> str:
    said = error.args[0] if error.args else ""
    words = said.decode("utf-8", "replace") if isinstance(said, bytes) else str(said)
    if NOT_IN_RE2.search(pattern):
        return (
            "looking ahead or behind and back-references are left out, because they can take for ever. "
            "Write what must match in several patterns or checks."
        )
    return f"{words}. Correct it; a character with a meaning of its own needs a backslash before it."
