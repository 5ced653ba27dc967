"""The shape of a score and of everything that gives one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

Options = Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Score:
    """`value` from 0 (wrong) to 1 (right), whether that passes, and one sentence why.

    `violations` counts broken clauses of a contract; None where no contract was held against the answer.
    """

    value: float
    passed: bool
    detail: str = ""
    violations: int | None = None


def right(detail: str = "") -> Score:
    return Score(1.0, True, detail)


def wrong(detail: str) -> Score:
    return Score(0.0, False, detail)


def reached(value: float, at_least: float, what: str) -> Score:
    """A score between 0 and 1 that passes from `at_least` on."""
    return Score(value, value >= at_least, f"{what} {value:.2f}, {at_least:.2f} passes.")


class Scorer(Protocol):
    def __call__(self, expected: object, answer_text: str, options: Options) -> Score:
        """Judges one answer; raises ScorerMisused for senseless options or cases, never for the answer."""
        ...


class ScorerMisused(ValueError):
    """A scorer, an option or an expected value that cannot work. The message says what to change."""
