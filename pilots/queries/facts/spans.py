"""When each candidate was measured with which fingerprint, and the epochs that follow from it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from pilots.actions import server_bound

SPANS = """
SELECT candidate, min(first_at), fingerprint, max(last_at) FROM pilots_rollupspan WHERE pilot_id = %s GROUP BY 1, 3
"""


@dataclass(frozen=True, order=True)
class Span:
    """Of one fingerprint of one candidate (its id)."""

    candidate: int
    first: datetime
    fingerprint: str
    last: datetime


def load(pilot_id: int) -> list[Span]:
    """In the order of candidate, first time, fingerprint: the order in which epochs are counted."""
    return of_rows(server_bound.execute(SPANS, [pilot_id], often=True))


def of_rows(found: Iterable[tuple[Any, ...]]) -> list[Span]:
    """Of what SPANS answers."""
    return sorted(Span(*row) for row in found)


def indices(spans: Iterable[Span]) -> list[tuple[Span, int]]:
    """Each span with the index of its epoch."""
    counted: dict[int, int] = {}
    found = []
    for span in sorted(spans):
        index = counted.get(span.candidate, 0)
        counted[span.candidate] = index + 1
        found.append((span, index))
    return found


def agree(old: Iterable[Span], new: Iterable[Span], *, blank: Mapping[int, datetime]) -> bool:
    """Whether rows counted under the old spans belong to the same epochs under the new ones.

    `blank` is, for each candidate, the newest row without a fingerprint that was counted."""
    before, after = indices(old), indices(new)
    named = {(span.candidate, span.fingerprint): index for span, index in after}
    if any(named.get((span.candidate, span.fingerprint)) != index for span, index in before):
        return False
    return all(_turns(before, each, at) == _turns(after, each, at) for each, at in blank.items())


def _turns(spans: list[tuple[Span, int]], candidate: int, until: datetime) -> list[tuple[datetime, int]]:
    """When the epoch in force changed; the first one reaches back for ever."""
    return [
        (span.first, index)
        for span, index in spans
        if span.candidate == candidate and index > 0 and span.first <= until
    ]
