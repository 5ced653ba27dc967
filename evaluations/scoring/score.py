"""The shape of a score and of everything that gives one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

Options = Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Score:
    """`value` from 0 (wrong) to 1 (right), whether that passes, and one sentence why."""

    value: float
    passed: bool
    detail: str = ""


def right(detail: str = "") -> Score:
    return Score(1.0, True, detail)


def wrong(detail: str) -> Score:
    return Score(0.0, False, detail)


class Scorer(Protocol):
    def __call__(self, expected: object, answer_text: str, options: Options) -> Score:
        """Judges one answer; raises ScorerMisused for senseless options or cases, never for the answer."""
        ...


class ScorerMisused(ValueError):
    """A scorer, an option or an expected value that cannot work. The message says what to change."""
