"""The rows of a batch added up where they were read: what `statements.of_rows` would say of them, without reading them back.

Values are whole numbers, scaled by 10^10: sums of them and of their squares are exact in any order.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import UTC, date, datetime
from hashlib import sha256
from operator import attrgetter
from struct import unpack
from typing import Any, NamedTuple, Self

import msgspec

from evaluations.stats import histogram
from pilots.actions import server_bound
from pilots.actions.measurement_row import FEW_DIGITS, ONE, SCALE, Row
from pilots.actions.rollups.frame import Frame
from pilots.actions.rollups.statements import GIVEN_TYPES
from pilots.actions.rollups.sums import Place, Sums, Unit, UnitSums, share_row, unit_row
from pilots.queries.facts.spans import Span, indices

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
NO_DAY = date(2000, 1, 1)
WORDS: Callable[[Row], Any] = attrgetter(
    "metric_id", "candidate_id", "phase", "outcome", "segment", "fingerprint", "provenance"
)
UNIT: Callable[[Row], str] = attrgetter("unit_id")


class Count:
    """Adds up rows of one pilot. `sign` is -1 for a row that is taken out before it is corrected."""

    def __init__(
        self,
        *,
        frames: Mapping[int, Frame],
        slugs: Mapping[int, str],
        spans: Sequence[Span],
        sign: int = 1,
    ) -> None:
        self.frames = frames
        self.slugs = slugs
        self.sign = sign
        self.shares: dict[Place, Sums] = {}
        self.units: dict[Unit, UnitSums] = {}
        self._epochs: dict[tuple[int, str], int] = {}
        self._turns: dict[int, list[tuple[datetime, int]]] = {}
        for span, index in indices(spans):
            self._epochs[span.candidate, span.fingerprint] = index
            self._turns.setdefault(span.candidate, []).append((span.first, index))

    def add(self, rows: Iterable[Row]) -> Self:
        """Rows of metrics without a frame are left for when it is built."""
        for lot in _lots(rows):
            row = lot.rows[0]
            frame = self.frames.get(row.metric_id)
            if frame is None or row.provenance not in frame.provenances:
                continue
            for part in self._between_turns(lot, frame):
                self._add(part, frame)
        return self

    def _between_turns(self, lot: "Lot", frame: Frame) -> Iterable["Lot"]:
        """The lot in parts, in each of which all rows belong to the same phase and epoch."""
        row = lot.rows[0]
        if row.phase == "baseline":
            return [lot]
        turns = {frame.counts_from, frame.maintenance_from} - {None}
        if not row.fingerprint:
            turns |= {first for first, _ in self._turns.get(row.candidate_id or 0, ())}
        if not turns:
            return [lot]
        ordered = sorted(turns)  # type: ignore[type-var]
        if bisect_right(ordered, lot.first) == bisect_right(ordered, lot.last):  # type: ignore[type-var]
            return [lot]
        parts: dict[int, list[Row]] = {}
        for row in lot.rows:
            parts.setdefault(bisect_right(ordered, row.observed_at), []).append(row)  # type: ignore[type-var]
        return map(Lot.of, parts.values())

    def _add(self, lot: "Lot", frame: Frame) -> None:
        """Rows that differ in value, time and identity alone."""
        rows, moments, first, last = lot
        row = rows[0]
        candidate = row.candidate_id or 0
        if row.phase == "baseline":
            phase, epoch = "baseline", 0
        elif frame.counts_from is not None and row.observed_at < frame.counts_from:
            return
        else:
            late = frame.maintenance_from is not None and row.observed_at >= frame.maintenance_from
            phase = "maintenance" if late else "first_use"
            epoch = (
                self._epochs[candidate, row.fingerprint]
                if row.fingerprint
                else self._in_force(candidate, row.observed_at)
            )
        digests = self._digests(rows, moments, frame)
        if row.unit_id:
            for each, digest in zip(rows, digests, strict=True):
                self._count_unit(
                    (row.metric_id, candidate, epoch, row.segment, each.unit_id), each, frame, digest
                )
            sums = self._share((row.metric_id, candidate, epoch, "", phase, NO_DAY))
        else:
            sums = self._share((row.metric_id, candidate, epoch, row.segment, phase, row.observed_at.date()))
            sums.digest += self.sign * sum(digests)
            self._count(sums, rows, frame)
            if row.outcome != "infra_error" and self.sign > 0:
                sums.first_at = _earlier(sums.first_at, first)
                sums.last_at = _later(sums.last_at, last)
        sums.seen_at = _later(sums.seen_at, last)
        if row.outcome != "infra_error":
            sums.good_at = _later(sums.good_at, last)
        if not row.fingerprint and phase != "baseline":
            sums.blank_at = _later(sums.blank_at, last)

    def _share(self, place: Place) -> Sums:
        found = self.shares.get(place)
        if found is None:
            found = self.shares[place] = Sums()
        return found

    def _count(self, sums: Sums, rows: list[Row], frame: Frame) -> None:
        sign, outcome = self.sign, rows[0].outcome
        sums.rows += sign * len(rows)
        if outcome != "ok":
            sums.bad[outcome] = sums.bad.get(outcome, 0) + sign * len(rows)
            return
        values = sorted([row.scaled or 0 for row in rows])
        if frame.bounded(values[0]) != values[0] or frame.bounded(values[-1]) != values[-1]:
            values = [frame.bounded(value) for value in values]
        sums.n += sign * len(values)
        sums.total += sign * sum(values)
        sums.squares += sign * sum([value * value for value in values])
        sums.ones += sign * (bisect_right(values, ONE) - bisect_left(values, ONE))
        for at, limit in frame.limits:
            beyond = len(values) - bisect_right(values, limit) if frame.lower else bisect_left(values, limit)
            sums.beyond[at] += sign * beyond
        for number, n in histogram.counted(values).items():
            sums.bins[number] = sums.bins.get(number, 0) + sign * n

    def _count_unit(self, place: Unit, row: Row, frame: Frame, digest: int) -> None:
        at, sign = row.observed_at, self.sign
        sums = self.units.get(place)
        if sums is None:
            sums = self.units[place] = UnitSums(at, at)
        sums.first_at, sums.last_at = min(sums.first_at, at), max(sums.last_at, at)
        sums.rows += sign
        sums.digest += sign * digest
        if row.outcome == "infra_error":
            return
        sums.good += sign
        sums.outcomes[row.outcome] += sign
        counted = frame.bounded(row.scaled or 0) if row.outcome == "ok" else frame.counted_as[row.outcome]
        if counted is not None:
            sums.counted += sign
            sums.total += sign * counted

    def _in_force(self, candidate: int, at: datetime) -> int:
        return max((index for first, index in self._turns.get(candidate, ()) if first <= at), default=0)

    def _digests(self, rows: list[Row], moments: list[datetime], frame: Frame) -> tuple[int, ...]:
        """As pilots.queries.facts.row.DIGEST, of rows that differ in value, time of the day and identity alone."""
        row = rows[0]
        candidate = f"{self.slugs[row.candidate_id]}|" if row.candidate_id else ""
        kind = f"{frame.key}|{candidate}{row.phase}|"
        outcome, place = f"{row.outcome}|", f"|{row.segment}|{row.fingerprint}|"
        texts = [
            f"{kind}{value}{outcome}{at}|{row.unit_id}{place}{row.source}|{row.external_id}".encode()
            for row, value, at in zip(rows, _values(rows), _seconds(moments), strict=True)
        ]
        hashed = b"".join([sha256(text).digest() for text in texts])
        return unpack(">" + "q24x" * len(rows), hashed)

    def share_rows(self) -> list[dict[str, Any]]:
        """As the columns of `statements.SHARE_TYPES`."""
        return [share_row(place, sums) for place, sums in self.shares.items()]

    def unit_columns(self) -> list[str]:
        """As the columns of `statements.GIVEN_TYPES`, each an array."""
        columns: list[list[Any]] = [
            list(column) for column in zip(*map(unit_row, self.units.items()), strict=True)
        ]
        written: dict[str, Callable[[list[Any]], str]] = {
            "text": server_bound.texts,
            "timestamptz": server_bound.instants,
        }
        return [
            written.get(kind, server_bound.numbers)(column)
            for kind, column in zip(GIVEN_TYPES, columns, strict=True)
        ]


class Lot(NamedTuple):
    """Rows to be counted together, when they were observed, and the first and the last of these moments."""

    rows: list[Row]
    moments: list[datetime]
    first: datetime
    last: datetime

    @classmethod
    def of(cls, rows: list[Row]) -> Self:
        moments = [row.observed_at for row in rows]
        return cls(rows, moments, min(moments), max(moments))


def _lots(rows: Iterable[Row]) -> Iterable[Lot]:
    """Rows that differ in value, time of the day, unit and identity alone: what is decided by the rest is decided once."""
    for alike in _grouped(list(rows), WORDS):
        units = set(map(UNIT, alike))
        mixed = "" in units and len(units) > 1
        for lot in map(Lot.of, _grouped(alike, lambda row: row.unit_id != "") if mixed else [alike]):
            if lot.first.date() == lot.last.date():
                yield lot
            else:
                yield from map(Lot.of, _grouped(lot.rows, lambda row: row.observed_at.date()))


def _grouped(rows: list[Row], kind: Callable[[Row], Any]) -> Iterable[list[Row]]:
    kinds = list(map(kind, rows))
    if len(set(kinds)) < 2:
        return [rows] if rows else []
    groups: dict[Any, list[Row]] = {each: [] for each in kinds}
    for each, row in zip(kinds, rows, strict=True):
        groups[each].append(row)
    return groups.values()


def _earlier(one: datetime | None, other: datetime) -> datetime:
    return other if one is None else min(one, other)


def _later(one: datetime | None, other: datetime) -> datetime:
    return other if one is None else max(one, other)


def _values(rows: list[Row]) -> list[str]:
    """What each row's value adds to its digest."""
    scaled = [row.scaled for row in rows]
    numbers = [each for each in scaled if each is not None]
    if len(numbers) == len(rows) and max(numbers) < FEW_DIGITS and min(numbers) > -FEW_DIGITS:
        # So few digits come back from a float as they were, and all of them are written at once.
        written = msgspec.json.encode([each / ONE for each in numbers]).decode()
        if "e" not in written:
            return [f"{each.removesuffix('.0')}|" for each in written[1:-1].split(",")]
    return ["" if each is None else f"{plain(each)}|" for each in scaled]


def _seconds(moments: list[datetime]) -> list[str]:
    """Since 1970, of moments of one day, as PostgreSQL writes them: to the microsecond."""
    midnight = moments[0].replace(hour=0, minute=0, second=0, microsecond=0)
    day_s = (midnight - EPOCH).days * 86400
    return [f"{day_s + (at - midnight).seconds}.{str(at.microsecond + 10**6)[1:]}" for at in moments]


def plain(scaled: int) -> str:
    """A scaled value as PostgreSQL writes it after trim_scale."""
    text = str(abs(scaled)).zfill(SCALE + 1)
    shown = f"{text[:-SCALE]}.{text[-SCALE:]}".rstrip("0").rstrip(".")
    return f"-{shown}" if scaled < 0 else shown
