"""The rows of one transaction, counted into the running statistics of their pilot."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from typing import Any, Self

import msgspec
from django.db.models import Max

from pilots.actions import server_bound
from pilots.actions.journeys import Asked
from pilots.actions.measurement_row import Row
from pilots.actions.rollups import epochs, locks, statements
from pilots.actions.rollups.counting import Count
from pilots.actions.rollups.names import NAMES, Names, Stretch
from pilots.models import Pilot, Rollup, RollupFrame, RollupWaiting
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


class MustBeAlone(Exception):
    """Who shares a pilot cannot wait for having it alone: two of them would wait for each other for ever."""


class Intake:
    """Opened once in a transaction, before it touches any measurement; then told what was stored."""

    def __init__(
        self,
        pilot_id: int,
        *,
        now: datetime,
        known: list[Span],
        names: "Names | None" = None,
        faulty: Sequence[Stretch] = (),
    ) -> None:
        self.pilot_id = pilot_id
        self.now = now
        self.spans = known
        self.names = names
        self.faulty = faulty

    @classmethod
    def open(
        cls, pilot: Pilot, rows: Sequence[Row], *, now: datetime, alone: bool, then: Sequence[Asked] = ()
    ) -> tuple[Self, list[list[tuple[Any, ...]]]]:
        """Waits for whoever has the pilot alone. What is asked `then` goes along, and is answered.

        Raises IntegrityError for what was deleted since the rows were read, and MustBeAlone when `rows` change what an epoch
        is: then the transaction is to be begun anew.
        """
        lock = locks.ALONE if alone else locks.SHARED
        metrics, candidates = _named(rows)
        _, found, *answers = server_bound.together(
            (lock, locks.key(pilot.pk)),
            _names_of(pilot.pk, metrics, candidates),
            *then,
        )
        known = spans.of_rows(
            (candidate, first, fingerprint, last)
            for kind, candidate, fingerprint, _, first, last in found
            if kind == "span"
        )
        if not alone and epochs.are_changed(epochs.of_rows(rows), known):
            raise MustBeAlone
        opened = cls(
            pilot.pk,
            now=now,
            known=known,
            names=Names.of(found, expected=len(metrics) + len(candidates)),
            faulty=[Stretch(source, *when) for kind, _, source, _, *when in found if kind == "stretch"],
        )
        return opened, answers

    def add(self, stored: Sequence[Row], *, then: Sequence[Asked] = (), is_last: bool = False) -> None:
        """Rows that are about to be inserted. Those dated ahead of the clock wait until their time has come. What is asked
        `then` goes along. `is_last`: the transaction ends with it."""
        due = [row for row in stored if row.observed_at <= self.now]
        if len(due) < len(stored):
            RollupWaiting.objects.bulk_create(
                RollupWaiting(measurement_id=row.id, pilot_id=self.pilot_id, observed_at=row.observed_at)
                for row in stored
                if row.observed_at > self.now
            )
        self.count(due, then=then, is_last=is_last)

    def are_doubtful(self, rows: Sequence[Row]) -> bool:
        """Whether one falls into a stretch known to be faulty."""
        return any(each.holds(row) for each in self.faulty for row in rows)

    def doubt_late(self, stored: Sequence[Row]) -> None:
        """Once rows are in the table: the doubtful ones were added up all the same, so the pilot is read from its rows
        until the next look has counted them out."""
        if self.are_doubtful(stored):
            self._recount_spans()

    def count(self, rows: Sequence[Row], *, then: Sequence[Asked] = (), is_last: bool = False) -> None:
        """Rows that are in the table, or will be when the transaction is through, and in no statistics yet."""
        self._apply(rows, sign=1, then=[*self._open_epochs(rows), *then], is_last=is_last)

    def take_out(self, row: Row) -> None:
        """Before a correction: the row as it is stored leaves the sums. Called inside the same transaction as `put_back`."""
        if not self._waits(row):
            self._apply([row], sign=-1)

    def put_back(self, row: Row, *, before: Row) -> None:
        """After a correction. What sums cannot follow casts doubt on the metric: it is read from its rows until the
        next rebuild."""
        moved = any(getattr(row, name) != getattr(before, name) for name in NOT_UNDONE)
        waits = self._made_to_wait(row)
        if moved and (row.fingerprint or before.fingerprint):
            self._recount_spans()
        if not waits:
            self._apply([row], sign=1)
        if moved or (row.outcome == "infra_error" and before.outcome != "infra_error"):
            doubt(self.pilot_id, {row.metric_id, before.metric_id})

    def _made_to_wait(self, row: Row) -> bool:
        """A corrected row that is dated ahead waits, as a new one would; one that waits already goes on to."""
        if self._waits(row):
            RollupWaiting.objects.filter(measurement_id=row.id).update(observed_at=row.observed_at)
            return True
        if row.observed_at > self.now:
            RollupWaiting.objects.create(
                measurement_id=row.id, pilot_id=self.pilot_id, observed_at=row.observed_at
            )
            return True
        return False

    def _waits(self, row: Row) -> bool:
        return RollupWaiting.objects.filter(measurement_id=row.id).exists()

    def _open_epochs(self, rows: Sequence[Row]) -> list[Asked]:
        """What is still to be asked where the rows change no epoch."""
        added = epochs.of_rows(rows)
        untold = epochs.untold(added, self.spans)
        if not untold:
            return []
        asked = epochs.told(self.pilot_id, untold)
        if not epochs.are_changed(added, self.spans):
            return [asked]
        server_bound.together(asked)
        merged = spans.load(self.pilot_id)
        if not spans.agree(self.spans, merged, blank=self._blank()):
            doubt(self.pilot_id)
        self.spans = merged
        return []

    def _recount_spans(self) -> None:
        epochs.rebuild_spans(self.pilot_id)
        self.spans = spans.load(self.pilot_id)
        doubt(self.pilot_id)

    def _blank(self) -> dict[int, datetime]:
        found = Rollup.objects.filter(pilot_id=self.pilot_id, blank_at__isnull=False).order_by()
        return dict(found.values_list("candidate").annotate(at=Max("blank_at")))

    def _apply(
        self, rows: Sequence[Row], *, sign: int, then: Sequence[Asked] = (), is_last: bool = False
    ) -> None:
        asked = [*self._changes(rows, sign=sign), *then]
        if is_last:
            server_bound.at_last(*asked)
        elif asked:
            server_bound.together(*asked)

    def _changes(self, rows: Sequence[Row], *, sign: int) -> Iterator[Asked]:
        if not rows:
            return
        metrics, candidates = _named(rows)
        names = self.names
        if names is None or not names.hold(metrics, candidates):
            found = server_bound.execute(*_names_of(self.pilot_id, metrics, candidates), often=True)
            names = self.names = Names.of(found, expected=len(metrics) + len(candidates))
        counted = Count(frames=names.frames, slugs=names.slugs, spans=self.spans, sign=sign).add(rows)
        if counted.shares:
            shares = msgspec.json.encode(counted.share_rows()).decode()
            yield statements.OF_SHARES, {"pilot": self.pilot_id, "shares": shares}
        if counted.units:
            units = {f"unit_{at}": column for at, column in enumerate(counted.unit_columns())}
            yield statements.OF_UNITS, {"pilot": self.pilot_id, "metrics": metrics, **units}


def count_all(pilot_id: int, *, metrics: Iterable[int], known: Sequence[Span]) -> None:
    """Counts the rows of metrics that have a frame and no figures yet."""
    server_bound.execute(
        statements.of_rows(statements.ALL_DUE),
        {"pilot": pilot_id, "metrics": list(metrics), "epochs": epochs.epochs_json(known)},
    )


def doubt(pilot_id: int, metrics: Iterable[int] | None = None) -> None:
    """From here on the metrics (all of the pilot, when left out) are read from their rows until a rebuild."""
    frames = RollupFrame.objects.filter(pilot_id=pilot_id)
    if metrics is not None:
        frames = frames.filter(metric_id__in=list(metrics))
    Rollup.objects.bulk_create(
        Rollup(pilot_id=pilot_id, metric_id=metric_id, phase="baseline", day="2000-01-01", doubts=1)
        for metric_id in frames.values_list("metric_id", flat=True)
    )


def _named(rows: Iterable[Row]) -> tuple[list[int], list[int]]:
    """Metrics and candidates."""
    pairs = {(row.metric_id, row.candidate_id) for row in rows}
    return list({metric for metric, _ in pairs}), list({candidate for _, candidate in pairs if candidate})


def _names_of(pilot_id: int, metrics: list[int], candidates: list[int]) -> Asked:
    written = {"metrics": server_bound.numbers(metrics), "candidates": server_bound.numbers(candidates)}
    return NAMES, {"pilot": pilot_id, **written}
