"""The one way in for measurements, whoever sends them: scripts, people, evaluation runs, the demo."""

from collections.abc import Mapping, Sequence
from copy import copy
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

from django.contrib.auth.models import User
from django.db import IntegrityError, transaction

from pilots.actions import audit, verdicts
from pilots.actions.measurement_rows import Fault, Reader, Row, storable
from pilots.actions.rollups import Intake
from pilots.models import Measurement, Pilot, Token

ATTEMPTS = 3


@dataclass(frozen=True)
class ItemReport:
    """What became of one row of a batch."""

    index: int
    external_id: str
    status: Literal["created", "duplicate", "conflicting_duplicate", "replaced", "rejected"]
    errors: list[Fault] = field(default_factory=list)


@dataclass(frozen=True)
class Report:
    """One item for each row sent, in the order sent."""

    items: list[ItemReport]

    def count(self, *statuses: str) -> int:
        return sum(item.status in statuses for item in self.items)

    @property
    def created(self) -> int:
        return self.count("created")

    @property
    def replaced(self) -> int:
        return self.count("replaced")

    @property
    def duplicates(self) -> int:
        return self.count("duplicate")

    @property
    def rejected(self) -> int:
        return self.count("rejected", "conflicting_duplicate")


class RejectedBatch(Exception):
    """An atomic batch had faults: nothing of it was stored. `report` names each."""

    def __init__(self, report: Report) -> None:
        super().__init__(f"{report.rejected} of {len(report.items)} rows have faults; nothing was stored.")
        self.report = report


class _DryRun(Exception):
    """Undoes the transaction of a dry run."""

    def __init__(self, report: Report) -> None:
        super().__init__("dry run")
        self.report = report


def record(
    *,
    pilot: Pilot,
    rows: Sequence[Mapping[str, Any]],
    now: datetime,
    source_token: Token | None = None,
    by: User | None = None,
    atomic: bool = False,
    dry_run: bool = False,
    on_conflict: Literal["keep", "replace"] = "keep",
) -> Report:
    """Stores the good rows and reports on each; a row with an `external_id` counts once, however often it is sent.

    In one transaction with the request for a new verdict. With `atomic`, raises RejectedBatch and stores nothing when any row
    has a fault. With `dry_run` nothing is stored and the report is what would have happened. `on_conflict="replace"`
    takes other values under a known external_id as a correction, kept in the audit log.
    """
    for attempt in range(ATTEMPTS):
        try:
            with transaction.atomic():
                report = _store(
                    pilot=pilot,
                    rows=rows,
                    now=now,
                    token=source_token,
                    by=by,
                    replacing=on_conflict == "replace",
                )
                if atomic and report.rejected:
                    raise RejectedBatch(report)
                if dry_run:
                    raise _DryRun(report)
                if report.created or report.replaced:
                    verdicts.request(pilot=pilot)
                return report
        except _DryRun as dry:
            return dry.report
        except IntegrityError:
            # Somebody stored one of our external ids between our look and our insert: look again.
            if attempt == ATTEMPTS - 1:
                raise
    raise AssertionError("unreachable")


def _store(
    *,
    pilot: Pilot,
    rows: Sequence[Mapping[str, Any]],
    now: datetime,
    token: Token | None,
    by: User | None,
    replacing: bool,
) -> Report:
    reader = Reader.of(pilot, now=now)
    items: list[ItemReport] = []
    new: list[Row] = []
    answers = [reader.read(raw) for raw in rows]
    intake = Intake.open(pilot, [row.measurement for row, _ in answers if row], now=now)
    known = _known(pilot, rows)
    for index, (raw, (row, faults)) in enumerate(zip(rows, answers, strict=True)):
        if row is None:
            items.append(ItemReport(index, _external_id(raw), "rejected", faults))
            continue
        stored = known.get(row.identity) if row.external_id else None
        if stored is None:
            new.append(row)
            if row.external_id:
                known[row.identity] = row.measurement
            items.append(ItemReport(index, row.external_id, "created"))
        elif not row.differs_from(stored):
            items.append(ItemReport(index, row.external_id, "duplicate"))
        elif replacing and stored.pk:
            _replace(stored, row, intake=intake, now=now, token=token, by=by)
            items.append(ItemReport(index, row.external_id, "replaced"))
        else:
            items.append(ItemReport(index, row.external_id, "conflicting_duplicate", [CONFLICT]))
    intake.add(Measurement.objects.bulk_create([row.measurement for row in new], batch_size=1000))
    return Report(items)


CONFLICT: Fault = {
    "pointer": "/external_id",
    "code": "conflicting_duplicate",
    "message": "This external_id is stored with other values. Send it with on_conflict=replace to correct it.",
}


def _external_id(raw: Mapping[str, Any]) -> str:
    """As the reader will take it: whole numbers are text, what cannot be stored is left to the reader to refuse."""
    given = raw.get("external_id", "") if isinstance(raw, Mapping) else ""
    if isinstance(given, int) and not isinstance(given, bool):
        given = str(given)
    return given if isinstance(given, str) and storable(given) else ""


def _known(pilot: Pilot, rows: Sequence[Mapping[str, Any]]) -> dict[tuple[str, str], Measurement]:
    ids = {each for each in map(_external_id, rows) if each}
    if not ids:
        return {}
    stored = Measurement.objects.filter(pilot=pilot, external_id__in=ids).select_for_update()
    return {(each.source, each.external_id): each for each in stored}


def _replace(
    stored: Measurement, row: Row, *, intake: Intake, now: datetime, token: Token | None, by: User | None
) -> None:
    before, after = row.changes(stored)
    as_it_was = copy(stored)
    intake.take_out(stored)
    together = {
        "phase",
        "candidate",
    }  # a baseline row has no candidate: one cannot be corrected without the other
    for name in row.given | (together if together & row.given else set()):
        setattr(stored, name, getattr(row.measurement, name))
    stored.recorded_at = now
    stored.save()
    intake.put_back(stored, before=as_it_was)
    audit.record(
        verb="measurement.replaced",
        pilot=stored.pilot,
        by=by,
        token=token,
        now=now,
        before={"id": stored.pk, **before},
        after=after,
    )
