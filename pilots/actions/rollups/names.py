"""What a batch must know of its pilot once it is locked: frames, names for the digests, faulty stretches, epochs."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from functools import lru_cache
from typing import Any, NamedTuple, Self

import msgspec
from django.db import IntegrityError

from pilots.actions.measurement_row import Row
from pilots.actions.rollups.frame import Frame

# Metrics without a frame are counted when it is built; candidates are named for the digests.
NAMES = """
SELECT 'metric', m.id, m.key, f.signature::text, NULL::timestamptz, NULL::timestamptz
FROM pilots_metric m LEFT JOIN pilots_rollupframe f ON f.metric_id = m.id
WHERE m.pilot_id = %(pilot)s AND m.id = ANY(%(metrics)s::bigint[])
UNION ALL
SELECT 'candidate', id, slug, NULL, NULL, NULL FROM pilots_candidate
WHERE pilot_id = %(pilot)s AND id = ANY(%(candidates)s::bigint[])
UNION ALL
SELECT 'stretch', 0, source, NULL, starts_at, ends_at FROM pilots_faultystretch WHERE pilot_id = %(pilot)s
UNION ALL
SELECT 'span', candidate, fingerprint, NULL, min(first_at), max(last_at) FROM pilots_rollupspan
WHERE pilot_id = %(pilot)s GROUP BY candidate, fingerprint
"""


class Stretch(NamedTuple):
    """Of a source that is known to have been faulty."""

    source: str
    starts_at: datetime
    ends_at: datetime

    def holds(self, row: Row) -> bool:
        return row.source == self.source and self.starts_at <= row.observed_at < self.ends_at


class Names(NamedTuple):
    """How the rows of some metrics are counted, and what their candidates are called in digests."""

    metrics: frozenset[int]
    frames: Mapping[int, Frame]
    slugs: Mapping[int, str]

    @classmethod
    def of(cls, found: Sequence[tuple[Any, ...]], *, expected: int) -> Self:
        """Of what NAMES answers. What is named is there while the transaction lasts: whoever deletes it waits for the pilot's
        lock. Raises IntegrityError when something is missing."""
        metrics = [each for each in found if each[0] == "metric"]
        slugs = {pk: name for kind, pk, name, *_ in found if kind == "candidate"}
        if len(metrics) + len(slugs) != expected:
            raise IntegrityError("A metric or a candidate of these measurements was deleted meanwhile.")
        return cls(
            frozenset(pk for _, pk, *_ in metrics),
            {pk: _frame(signature) for _, pk, _, signature, *_ in metrics if signature},
            slugs,
        )

    def hold(self, metrics: Iterable[int], candidates: Iterable[int]) -> bool:
        return self.metrics.issuperset(metrics) and self.slugs.keys() >= set(candidates)


@lru_cache(maxsize=1000)
def _frame(signature: str) -> Frame:
    return Frame.of(msgspec.json.decode(signature))
