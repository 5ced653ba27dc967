"""The one way in for measurements, whoever sends them: scripts, people, evaluation runs, the demo."""

from collections import Counter
from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import date, datetime
from functools import cached_property
from typing import Any, Literal

import msgspec
from django.contrib.auth.models import User
from django.db import IntegrityError, InterfaceError, OperationalError, connection, transaction

from pilots.actions import audit, measurement_table, partitions, server_bound, sources, tokens, verdicts
from pilots.actions.measurement_fields import Fault, storable
from pilots.actions.measurement_known import Outdated
from pilots.actions.measurement_row import Row
from pilots.actions.measurement_rows import Reader
from pilots.actions.rollups import Intake, MustBeAlone
from pilots.models import Pilot, Token

ATTEMPTS = 4


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


def named(pilot_id: int) -> Pilot:
    """A pilot for `record`, without a look at the database."""
    return Pilot.from_db(connection.alias, ["id"], [pilot_id])


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
    only_batch: bool = False,
) -> Report:
    """Stores the good rows and reports on each; a row with an `external_id` counts once, however often it is sent. Asks for a
    new verdict.

    In one transaction. With `atomic`, raises RejectedBatch and stores nothing when any row has a fault. With `dry_run`
    nothing is stored and the report is what would have happened. `on_conflict="replace"` takes other values under a known
    external_id as a correction, kept in the audit log. Of `pilot` its key is enough: what decides is read anew. Raises
    Pilot.DoesNotExist when it is gone. A caller whose own transaction holds no second batch says `only_batch`: then other
    batches of the pilot need not wait for its end.
    """

    def batch(*, anew: bool) -> _Batch:
        replacing = on_conflict == "replace"
        return _Batch(pilot, rows, now=now, replacing=replacing, token=source_token, by=by, anew=anew)

    report = _stored(batch, only_batch=only_batch, atomic=atomic, dry_run=dry_run)
    if not dry_run:
        look_at(report, pilot)
    return report


def record_plain(
    *, pilot: Pilot, rows: Sequence[Mapping[str, Any]], now: datetime, if_good: Collection[int]
) -> Report:
    """As `record` for rows to which nothing special applies, in a transaction of their own and leaving `look_at` to the
    caller.

    `if_good`: keys of tokens that are looked at in the same transaction. Raises tokens.Ended for those that are good no more.
    """
    return _stored(lambda *, anew: _Batch(pilot, rows, now=now, if_good=if_good, anew=anew), only_batch=True)


def look_at(report: Report, pilot: Pilot) -> None:
    """Asks for a new verdict, where there is something new, once the transaction is through."""
    if report.created or report.replaced:
        verdicts.request(pilot=pilot)


def _stored(
    batch_of: Callable[..., "_Batch"], *, only_batch: bool, atomic: bool = False, dry_run: bool = False
) -> Report:
    alone = one_by_one = anew = False
    for attempt in range(ATTEMPTS):
        try:
            batch = batch_of(anew=anew)
            with transaction.atomic():
                report = batch.store(
                    only_batch=only_batch,
                    alone=alone,
                    one_by_one=one_by_one,
                    is_last=not (atomic or dry_run),
                )
                if atomic and report.rejected:
                    raise RejectedBatch(report)
                if dry_run:
                    raise _DryRun(report)
                return report
        except _DryRun as dry:
            return dry.report
        except MustBeAlone:
            alone = True
        except Outdated:
            anew = True
        except IntegrityError:
            # An external id is taken, a month was retired, a metric deleted between our look and our insert: look again.
            if attempt == ATTEMPTS - 1:
                raise
            one_by_one = anew = True
            partitions.forget()
    raise AssertionError("unreachable")


class _Batch:
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
