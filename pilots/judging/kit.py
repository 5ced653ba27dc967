"""What a metric of the kit stands for, told by its key: the same words in templates, scripts, tables and the ledger."""

from __future__ import annotations

import re
from enum import StrEnum


class Part(StrEnum):
    """Of the ledger. `GAIN` is what the pilot is for; the others are where its cost may have moved."""

    GAIN = "gain"
    MODEL = "model"
    REVIEW = "review"
    SECOND_CHECKS = "second_checks"
    EXCEPTIONS = "exceptions"
    FALLBACK = "fallback"
    LOCK_IN = "lock_in"


MOVED: dict[Part, str] = {
    Part.MODEL: r"(context|model|token|inference)_(cost|spend)|cost_per_(accepted_)?(item|task)",
    Part.REVIEW: r"review(_.*)?",
    Part.SECOND_CHECKS: r"(second|double)_checks?(_.*)?",
    Part.EXCEPTIONS: r"(exceptions?|rework)(_.*)?",
    Part.FALLBACK: r"fallback(_.*)?",
    Part.LOCK_IN: r"(lock_?in|switching|exit)(_.*)?",
}
"""Whole keys, hyphens read as underscores: review_minutes, second_check_minutes, exception_minutes, fallback_share."""

CREEPING = re.compile(
    r"(.*_)?tokens(_.*)?|(context|model|token|inference)_(cost|spend)(_.*)?|"
    r"(second|double)_checks?(_.*)?|exceptions?(_.*)?|rework(_.*)?"
)
"""What rises unnoticed after some weeks: tokens, double checks, exceptions."""

MODEL_LATENCY = r"model_(latency|seconds)(_.*)?|(latency|seconds)_(of_)?model"
LATENCY = rf"latency.*|seconds.*|{MODEL_LATENCY}"
ORDER = (
    r"(context|model|token|inference)_(cost|spend)(_.*)?",
    LATENCY,
    r"review_(minutes|time|seconds)|review",
    r"review.*",
    r"(second|double)_checks?(_.*)?",
    r"rework.*",
    r"exceptions?.*",
    r"fallback.*",
    r"cost_per.*",
)
"""The rows of the before/after table; what else was measured comes first, as it was entered."""


def part_of(key: str) -> Part | None:
    """Where a metric of this key may have moved cost to; None for one that moves none."""
    name = _name(key)
    return next((part for part, words in MOVED.items() if re.fullmatch(words, name)), None)


def place_of(key: str) -> int:
    """Sort key of a row of the before/after table."""
    name = _name(key)
    return next((number for number, words in enumerate(ORDER, start=1) if re.fullmatch(words, name)), 0)


def may_creep(key: str) -> bool:
    return CREEPING.fullmatch(_name(key)) is not None


def is_latency(key: str) -> bool:
    return re.fullmatch(LATENCY, _name(key)) is not None


def is_model_latency(key: str) -> bool:
    """Of the model alone: without the queue, and without waiting for a person."""
    return re.fullmatch(MODEL_LATENCY, _name(key)) is not None


def is_review(key: str) -> bool:
    """Minutes of review per item: the column of the board."""
    return part_of(key) is Part.REVIEW


def _name(key: str) -> str:
    return key.lower().replace("-", "_")
