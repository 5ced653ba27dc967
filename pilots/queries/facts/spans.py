"""When each candidate was measured with which fingerprint, and the epochs that follow from it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Max, Min

from pilots.models import RollupSpan


@dataclass(frozen=True, order=True)
class Span:
    """Of one fingerprint of one candidate (its id)."""

    candidate: int
    first: datetime
    fingerprint: str
    last: datetime


def load(pilot_id: int) -> list[Span]:
    """In the order of candidate, first time, fingerprint: the order in which epochs are counted."""
    found = RollupSpan.objects.filter(pilot_id=pilot_id).order_by().values("candidate", "fingerprint")
    return sorted(
        Span(each["candidate"], each["first"], each["fingerprint"], each["last"])
        for each in found.annotate(first=Min("first_at"), last=Max("last_at"))
    )


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
