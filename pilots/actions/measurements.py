"""The one way in for measurements, whoever sends them: scripts, people, evaluation runs, the demo."""

from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import datetime
from typing import Any, Literal

from django.contrib.auth.models import User
from django.db import IntegrityError, connection, transaction

from pilots.actions import partitions, verdicts
from pilots.actions.measurement_batch import Batch
from pilots.actions.measurement_known import Outdated
from pilots.actions.measurement_report import Report
from pilots.actions.rollups import MustBeAlone
from pilots.models import Pilot, Token

ATTEMPTS = 4


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

    def batch(*, anew: bool) -> Batch:
        replacing = on_conflict == "replace"
        return Batch(pilot, rows, now=now, replacing=replacing, token=source_token, by=by, anew=anew)

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
    return _stored(lambda *, anew: Batch(pilot, rows, now=now, if_good=if_good, anew=anew), only_batch=True)


def look_at(report: Report, pilot: Pilot) -> None:
    """Asks for a new verdict, where there is something new, once the transaction is through."""
    if report.created or report.replaced:
        verdicts.request(pilot=pilot)


def _stored(
    batch_of: Callable[..., Batch], *, only_batch: bool, atomic: bool = False, dry_run: bool = False
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
