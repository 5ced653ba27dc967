"""Results that another tool made: what they have in common, whatever the file."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from evaluations.formats.draft import CaseDraft

Ended = Literal["ok", "refused", "blocked", "timeout", "error"]


@dataclass(frozen=True, slots=True)
class ForeignResult:
    """One sample's outcome. `value` from 0 to 1, 0 where it failed; `repeat` counts from 0. Seconds; counts of tokens."""

    case: CaseDraft
    repeat: int
    outcome: Ended
    value: float
    passed: bool
    answer: str = ""
    detail: str = ""
    model: str = ""
    judged_by: Literal["check", "model"] = "check"
    latency_s: float | None = None
    input_tokens: int | None = None
    output_tokens: int | None = None
    asked_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Figure:
    """A number the tool itself reports, and of how many samples; n is None where the file does not say."""

    name: str
    value: float
    n: int | None = None


@dataclass(slots=True)
class ForeignRun:
    """`planned` counts cases, times `repeats` for samples; what `results` lack of it never ran. Read once."""

    tool: str
    version: str
    task: str
    model: str
    planned: int
    repeats: int
    results: Iterator[ForeignResult]
    figures: list[Figure] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    metadata: Mapping[str, object] = field(default_factory=dict)
