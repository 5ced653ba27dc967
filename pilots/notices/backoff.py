"""When a message that could not be sent is tried again."""

import random
from datetime import timedelta

WAITS = (30, 120, 600, 1800, 7200, 21_600, 43_200)
"""Seconds after each failed attempt; after the last of them it is given up."""


def wait(attempts: int, *, chance: float | None = None) -> timedelta | None:
    """After so many failed attempts; None to give up. A fifth is left to chance, so that a host that was down is not met
    by all at once."""
    if attempts > len(WAITS):
        return None
    spread = random.random() if chance is None else chance  # noqa: S311 (spreads load, guards nothing)
    return timedelta(seconds=WAITS[attempts - 1] * (0.9 + 0.2 * spread))
