"""The rows of one batch on their way into the table, its keys and the running statistics, in one transaction."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime
from typing import Any

import msgspec
from django.contrib.auth.models import User
from django.db import InterfaceError, OperationalError, connection

from pilots.actions import audit, measurement_table, partitions, server_bound, sources, tokens
from pilots.actions.measurement_fields import Fault, storable
from pilots.actions.measurement_known import Outdated
from pilots.actions.measurement_report import ItemReport, Report
from pilots.actions.measurement_row import Row
from pilots.actions.measurement_rows import Reader
from pilots.actions.rollups import Intake
from pilots.models import Pilot, Token


class Batch:
    """The rows of one call, read before the transaction begins.

    Locks are taken in one order by everybody: the pilot, external ids by name, units by name.
    """

    def __init__(
        self,
        pilot: Pilot,
        rows: Sequence[Mapping[str, Any]],
        *,
        now: datetime,
        replacing: bool = False,
        token: Token | None = None,
        by: User | None = None,
        if_good: Collection[int] = (),
        anew: bool,
    ) -> None:
        self.raws = rows
        self.now = now
        self.replacing = replacing
        self.token = token
        self.by = by
        self.if_good = if_good
        self.reader = Reader.of(pilot.pk, now=now, anew=anew)
        self.pilot = self.reader.pilot
        self.rows, self.faults = self.reader.read(rows)
        retired = partitions.cover(row.observed_at for row in self.rows if row)
        if retired:
            self._refuse(retired)

    def _refuse(self, retired: set[date]) -> None:
        for index, row in enumerate(self.rows):
            if row and partitions.first_day(row.observed_at) in retired:
                self.rows[index] = None
                self.faults[index] = [_month_is_retired(row)]

    def store(self, *, only_batch: bool, alone: bool, one_by_one: bool, is_last: bool) -> Report:
        """`is_last`: it may end the transaction. Raises MustBeAlone, and IntegrityError when many ids are to be taken and one
        is, unless `one_by_one`."""
        good = [row for row in self.rows if row is not None]
        # Corrections, and several batches in one transaction, would lock units in no order.
        alone = alone or self.replacing or bool(connection.savepoint_ids and not only_batch)
        claim = measurement_table.Claim(self.pilot.pk, good, one_by_one=one_by_one or self.replacing)
        asked = [*self.reader.unconfirmed, *tokens.still_good(self.if_good, now=self.now), *claim.asked]
        try:
            intake, told = Intake.open(self.pilot, good, now=self.now, alone=alone, then=asked)
        except (OperationalError, InterfaceError) as error:
            # Nothing was asked before, so a connection that died since it was last used is found out only here.
            if self.reader.unconfirmed and server_bound.is_lost():
                raise Outdated from error
            raise
        known = measurement_table.stored(self.pilot.pk, claim.taken(self._confirmed(told)))
        first = claim.first
        again: set[int] = set()
        if known or claim.repeats:
            again = {
                id(row)
                for row in good
                if row.external_id and (row.identity in known or first[row.identity] is not row)
            }
        items: list[ItemReport] = []
        for index, row in enumerate(self.rows):
            if row is None:
                items.append(
                    ItemReport(index, _external_id(self.raws[index]), "rejected", self.faults[index])
                )
            elif id(row) in again:
                items.append(self._again(index, row, first[row.identity], known, intake))
            else:
                items.append(ItemReport(index, row.external_id, "created"))
        new = [row for row in good if id(row) not in again]
        heard = sources.heard(pilot=self.pilot, rows=good, now=self.now)
        inserted = measurement_table.inserted(self.pilot.pk, new, now=self.now)
        if inserted and not intake.are_doubtful(new):
            intake.add(new, then=[*inserted, *heard], is_last=is_last)
            return Report(items)
        intake.add(new, then=inserted)
        if not inserted:
            measurement_table.write(self.pilot.pk, new, now=self.now)
        intake.doubt_late(new)
        if heard:
            server_bound.together(*heard)
        return Report(items)

    def _confirmed(self, told: list[list[tuple[Any, ...]]]) -> list[list[tuple[Any, ...]]]:
        """The answers to what was asked besides. Raises Outdated, and tokens.Ended."""
        if self.reader.unconfirmed:
            found, *told = told
            self.reader.confirm(found)
        if self.if_good:
            good, *told = told
            tokens.refuse_ended(self.if_good, good)
        return told

    def _again(
        self,
        index: int,
        row: Row,
        first: Row,
        known: dict[tuple[str, str], Row | None],
        intake: Intake,
    ) -> ItemReport:
        """Another row under an external id that is stored, or that an earlier row of this batch brings."""
        stored = known.get(row.identity, first)
        if stored is None:
            if self.replacing:
                return ItemReport(index, row.external_id, "rejected", [RETIRED])
            return ItemReport(index, row.external_id, "duplicate")
        before, after = self._changes(stored, row)
        if before == after:
            return ItemReport(index, row.external_id, "duplicate")
        if not self.replacing or row.identity not in known:
            return ItemReport(index, row.external_id, "conflicting_duplicate", [CONFLICT])
        known[row.identity] = self._replace(stored, row, before, after, intake)
        return ItemReport(index, row.external_id, "replaced")

    def _changes(self, stored: Row, row: Row) -> tuple[dict[str, Any], dict[str, Any]]:
        """The fields that were sent and differ, as JSON; defaults do not count."""
        names = [name for name in sorted(row.given) if not _same(name, stored, row)]
        return {name: self._shown(name, stored) for name in names}, {
            name: self._shown(name, row) for name in names
        }

    def _shown(self, name: str, row: Row) -> Any:
        if name == "metric":
            return next(key for key, metric in self.reader.metrics.items() if metric.pk == row.metric_id)
        if name == "candidate":
            return next((slug for slug, pk in self.reader.candidates.items() if pk == row.candidate_id), None)
        if name == "context":
            return msgspec.json.decode(row.context)
        value = getattr(row, name)
        return str(value) if name in {"value", "observed_at"} and value is not None else value

    def _replace(
        self, stored: Row, row: Row, before: dict[str, Any], after: dict[str, Any], intake: Intake
    ) -> Row:
        intake.take_out(stored)
        # A baseline row has no candidate: one cannot be corrected without the other.
        together = {"phase", "candidate"} if {"phase", "candidate"} & row.given else set()
        sent = [STORED_AS.get(name, name) for name in row.given | together]
        corrected = msgspec.structs.replace(stored, raw=None, **{name: getattr(row, name) for name in sent})
        measurement_table.correct(self.pilot.pk, stored, corrected, now=self.now)
        intake.put_back(corrected, before=stored)
        audit.record(
            verb="measurement.replaced",
            pilot=self.pilot,
            by=self.by,
            token=self.token,
            now=self.now,
            before={"id": stored.id, **before},
            after=after,
        )
        return corrected


STORED_AS = {"metric": "metric_id", "candidate": "candidate_id", "value": "scaled"}
CONFLICT: Fault = {
    "pointer": "/external_id",
    "code": "conflicting_duplicate",
    "message": "This external_id is stored with other values. Send it with on_conflict=replace to correct it.",
}
RETIRED: Fault = {
    "pointer": "/external_id",
    "code": "retired",
    "message": "The measurement under this external_id was retired with its month: it counts, and cannot be corrected.",
}


def _same(name: str, stored: Row, row: Row) -> bool:
    if name == "context":
        return measurement_table.same_context(stored, row)
    name = STORED_AS.get(name, name)
    return bool(getattr(stored, name) == getattr(row, name))


def _month_is_retired(row: Row) -> Fault:
    month = f"{row.observed_at:%B %Y}"
    return {
        "pointer": "/observed_at",
        "code": "retired",
        "message": f"The measurements of {month} were retired: their figures are sealed and nothing can be added.",
    }


def _external_id(raw: object) -> str:
    """As the reader will take it: whole numbers are text, what cannot be stored is left to the reader to refuse."""
    given = raw.get("external_id", "") if isinstance(raw, Mapping) else ""
    if isinstance(given, int) and not isinstance(given, bool):
        given = str(given)
    return given if isinstance(given, str) and storable(given) else ""
