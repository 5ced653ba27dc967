"""The rows of one transaction, counted into the running statistics of their pilot."""

import json
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any, Self

from django.db import connection
from django.db.models import Max

from evaluations.models.run import Outcome
from pilots.actions.rollups import locks, statements
from pilots.models import Measurement, Pilot, Rollup, RollupFrame, RollupSpan, RollupWaiting
from pilots.models.measurement import Phase
from pilots.queries.facts import spans
from pilots.queries.facts.spans import Span

NOT_UNDONE = (
    "metric_id",
    "candidate_id",
    "phase",
    "observed_at",
    "unit_id",
    "segment",
    "fingerprint",
    "provenance",
)
"""Fields whose correction moves a row between series or in time: sums can follow, least and greatest cannot."""


class Intake:
    """Opened once in a transaction, before it touches any measurement; then told what was stored."""

    def __init__(self, pilot_id: int, *, now: datetime, known: list[Span]) -> None:
        self.pilot_id = pilot_id
        self.now = now
        self.spans = known

    @classmethod
    def open(cls, pilot: Pilot, rows: Iterable[Measurement], *, now: datetime) -> Self:
        """Waits for whoever has the pilot alone. Has it alone when `rows` change what an epoch is, and inside a longer
        transaction: several batches in one would lock their units in no order."""
        named = _first_seen(rows)
        known = spans.load(pilot.pk) if named else []
        if connection.savepoint_ids or _changes_epochs(named, known):
            locks.alone(pilot.pk)
        else:
            locks.share(pilot.pk)
        return cls(pilot.pk, now=now, known=spans.load(pilot.pk))

    def add(self, stored: Sequence[Measurement]) -> None:
        """Rows that were just inserted. Those dated ahead of the clock wait until their time has come."""
        due = [row for row in stored if row.observed_at <= self.now]
        RollupWaiting.objects.bulk_create(
            RollupWaiting(measurement_id=row.pk, pilot_id=self.pilot_id, observed_at=row.observed_at)
            for row in stored
            if row.observed_at > self.now
        )
        self.count(due)

    def count(self, rows: Sequence[Measurement]) -> None:
        """Rows that are in the table and in no statistics yet."""
        if not rows:
            return
        self._open_epochs(rows)
        self._apply(rows, sign=1)

    def take_out(self, row: Measurement) -> None:
        """Before a correction: the row as it is stored leaves the sums. Called inside the same transaction as `put_back`."""
        if not self._waits(row):
            self._apply([row], sign=-1)

    def put_back(self, row: Measurement, *, before: Measurement) -> None:
        """After a correction. What sums cannot follow casts doubt on the metric: it is read from its rows until the
        next rebuild."""
        moved = any(getattr(row, name) != getattr(before, name) for name in NOT_UNDONE)
        waits = self._made_to_wait(row)
        if moved and (row.fingerprint or before.fingerprint):
            self._recount_spans()
        if not waits:
            self._apply([row], sign=1)
        if moved or (row.outcome == Outcome.INFRA_ERROR and before.outcome != Outcome.INFRA_ERROR):
            doubt(self.pilot_id, {row.metric_id, before.metric_id})

    def _made_to_wait(self, row: Measurement) -> bool:
        """A corrected row that is dated ahead waits, as a new one would; one that waits already goes on to."""
        if self._waits(row):
            RollupWaiting.objects.filter(measurement_id=row.pk).update(observed_at=row.observed_at)
            return True
        if row.observed_at > self.now:
            RollupWaiting.objects.create(
                measurement_id=row.pk, pilot_id=self.pilot_id, observed_at=row.observed_at
            )
            return True
        return False

    def _waits(self, row: Measurement) -> bool:
        return RollupWaiting.objects.filter(measurement_id=row.pk).exists()

    def _open_epochs(self, rows: Sequence[Measurement]) -> None:
        added = _spans(rows)
        if not added:
            return
        RollupSpan.objects.bulk_create(
            RollupSpan(
                pilot_id=self.pilot_id,
                candidate=span.candidate,
                fingerprint=span.fingerprint,
                first_at=span.first,
                last_at=span.last,
            )
            for span in added
        )
        merged = spans.load(self.pilot_id)
        if not spans.agree(self.spans, merged, blank=self._blank()):
            doubt(self.pilot_id)
        self.spans = merged

    def _recount_spans(self) -> None:
        rebuild_spans(self.pilot_id)
        self.spans = spans.load(self.pilot_id)
        doubt(self.pilot_id)

    def _blank(self) -> dict[int, datetime]:
        found = Rollup.objects.filter(pilot_id=self.pilot_id, blank_at__isnull=False).order_by()
        return dict(found.values_list("candidate").annotate(at=Max("blank_at")))

    def _apply(self, rows: Sequence[Measurement], *, sign: int) -> None:
        times = [row.observed_at for row in rows]
        run(
            self.pilot_id,
            statements.OF_BATCH,
            metrics={row.metric_id for row in rows},
            known=self.spans,
            sign=sign,
            ids=[row.pk for row in rows],
            since=min(times),
            until=max(times),
        )


def run(
    pilot_id: int,
    chosen: str,
    *,
    metrics: Iterable[int],
    known: Sequence[Span],
    sign: int = 1,
    **more: object,
) -> None:
    """Counts the chosen rows of metrics that have a frame; those of others are counted when their frame is built."""
    epochs = [
        {
            "candidate": span.candidate,
            "index": index,
            "fingerprint": span.fingerprint,
            "opened_at": span.first.isoformat(),
        }
        for span, index in spans.indices(known)
    ]
    parameters: dict[str, Any] = {
        "pilot": pilot_id,
        "metrics": list(metrics),
        "epochs": json.dumps(epochs),
        "sign": sign,
        **more,
    }
    with connection.cursor() as cursor:
        cursor.execute(statements.keep(chosen), parameters)


def doubt(pilot_id: int, metrics: Iterable[int] | None = None) -> None:
    """From here on the metrics (all of the pilot, when left out) are read from their rows until a rebuild."""
    frames = RollupFrame.objects.filter(pilot_id=pilot_id)
    if metrics is not None:
        frames = frames.filter(metric_id__in=list(metrics))
    Rollup.objects.bulk_create(
        Rollup(pilot_id=pilot_id, metric_id=metric_id, phase="baseline", day="2000-01-01", doubts=1)
        for metric_id in frames.values_list("metric_id", flat=True)
    )


def rebuild_spans(pilot_id: int) -> None:
    """From the rows; the caller has the pilot alone, or casts doubt on it."""
    RollupSpan.objects.filter(pilot_id=pilot_id).delete()
    with connection.cursor() as cursor:
        cursor.execute(
            f"""INSERT INTO pilots_rollupspan (pilot_id, candidate, fingerprint, first_at, last_at)
            SELECT pilot_id, candidate_id, fingerprint, min(observed_at), max(observed_at) FROM pilots_measurement m
            WHERE pilot_id = %s AND fingerprint <> '' AND candidate_id IS NOT NULL AND {statements.ALL_DUE}
            GROUP BY 1, 2, 3""",  # noqa: S608  a constant
            [pilot_id],
        )


def _first_seen(rows: Iterable[Measurement]) -> dict[tuple[int, str], datetime]:
    return {(span.candidate, span.fingerprint): span.first for span in _spans(rows)}


def _changes_epochs(named: dict[tuple[int, str], datetime], known: list[Span]) -> bool:
    first = {(span.candidate, span.fingerprint): span.first for span in known}
    return any(key not in first or at < first[key] for key, at in named.items())


def _spans(rows: Iterable[Measurement]) -> list[Span]:
    found: dict[tuple[int, str], tuple[datetime, datetime]] = {}
    for row in rows:
        if row.fingerprint and row.candidate_id and row.phase != Phase.BASELINE:
            key = row.candidate_id, row.fingerprint
            first, last = found.get(key, (row.observed_at, row.observed_at))
            found[key] = min(first, row.observed_at), max(last, row.observed_at)
    return sorted(Span(key[0], first, key[1], last) for key, (first, last) in found.items())
