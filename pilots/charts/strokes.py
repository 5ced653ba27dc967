"""Broken lines: a gap in the data is a gap in the drawing, never a bridge."""

from collections.abc import Iterable
from typing import TypeVar

Mark = TypeVar("Mark")


def runs(marks: Iterable[Mark | None]) -> list[list[Mark]]:
    """The longest stretches without a None, in order."""
    stretches: list[list[Mark]] = [[]]
    for mark in marks:
        if mark is None:
            stretches.append([])
        else:
            stretches[-1].append(mark)
    return [stretch for stretch in stretches if stretch]
