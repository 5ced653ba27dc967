"""What became of the rows of a batch."""

from collections import Counter
from functools import cached_property
from typing import Literal

import msgspec

from pilots.actions.measurement_fields import Fault


class ItemReport(msgspec.Struct, frozen=True, gc=False):
    """What became of one row of a batch."""

    index: int
    external_id: str
    status: Literal["created", "duplicate", "conflicting_duplicate", "replaced", "rejected"]
    errors: list[Fault] = []


class Report(msgspec.Struct, frozen=True, dict=True):
    """One item for each row sent, in the order sent."""

    items: list[ItemReport]

    @cached_property
    def counts(self) -> Counter[str]:
        return Counter([item.status for item in self.items])

    @property
    def created(self) -> int:
        return self.counts["created"]

    @property
    def replaced(self) -> int:
        return self.counts["replaced"]

    @property
    def duplicates(self) -> int:
        return self.counts["duplicate"]

    @property
    def rejected(self) -> int:
        return self.counts["rejected"] + self.counts["conflicting_duplicate"]
