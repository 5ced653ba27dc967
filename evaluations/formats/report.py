"""What a file held and how much of it could be taken over."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from evaluations.formats.draft import BadRow, CaseDraft

SHOWN = 50


@dataclass(frozen=True, slots=True)
class Refusal:
    """Something in a file that cannot be taken over: in which row, what, and why."""

    row: int
    what: str
    reason: str

    def __str__(self) -> str:
        return f"Row {self.row}: {self.what} is left out: {self.reason}"


@dataclass(slots=True)
class Coverage:
    """How many assertions a file had and how many became checks. Filled while the rows are read."""

    assertions: int = 0
    taken: int = 0
    refusals: list[Refusal] = field(default_factory=list)
    refused: int = 0

    @property
    def share(self) -> float | None:
        """Taken of all; None where the format knows no assertions, or the file held none."""
        return self.taken / self.assertions if self.assertions else None

    def take(self, number: int = 1) -> None:
        self.assertions += number
        self.taken += number

    def refuse(self, row: int, what: str, reason: str) -> None:
        self.assertions += 1
        self.refused += 1
        if len(self.refusals) < SHOWN:
            self.refusals.append(Refusal(row, what, reason))

    def words(self) -> str:
        return f"{self.taken} of {self.assertions} assertions become checks ({self.taken / self.assertions:.0%})."


Rows = Iterator[tuple[int, CaseDraft | BadRow]]


@dataclass(frozen=True, slots=True)
class Reading:
    """A file being read. `coverage` is complete once `rows` are."""

    format: str
    rows: Rows
    coverage: Coverage
