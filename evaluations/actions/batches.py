"""The life of a batch: offered to the workers, claimed by one, done; put back when its worker died or no host was reached.

Locks are taken in one order, the run before its batches.
"""

import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta

from celery import current_app
from django.db import transaction
from django.db.models import Q, QuerySet

from evaluations.actions import budgets, endings
from evaluations.models import Batch, Run
from evaluations.models.batch import BatchState
from evaluations.models.run import RunState, Texts

EXECUTE_TASK = "evaluations.execute_run"
STALLED_AFTER = timedelta(seconds=60)  # a living worker beats every two seconds
OFFERED_AGAIN_AFTER = timedelta(minutes=5)
STALLS_ALLOWED = 5  # in a row, without a single result in between
# Batches of one run that are in work or on offer: one run does not fill the queue before all others.
WINDOW = 8
# Waits before what was not reached is asked once more; a provider may be down for some minutes.
ROUND_WAITS = (timedelta(seconds=15), timedelta(minutes=1), timedelta(minutes=4))


class ClaimLost(Exception):
    """The batch belongs to another worker by now, or the run has ended. Nothing of this worker was stored."""


@dataclass(frozen=True, slots=True)
class Claim:
    """The right to work on a batch, held by one worker at a time. `texts`: what is stored of the answers."""

    run_id: int
    batch_id: int
    token: uuid.UUID
    texts: str = Texts.AS_IS


@dataclass(frozen=True, slots=True)
class Swept:
    """Batches taken from dead workers, runs given up on, and batches offered once more."""

    released: int
    failed: int
    offered_again: int


def offer(*, run_id: int, now: datetime) -> int:
    """Tell the workers of the run's next batches, as many as one run may have under way; how many that were.

    A message is only a hint that something waits: lost or doubled, it does no harm. Whoever gets it takes whichever
    batch of the run is next. It expires when the next one is due, so that nothing piles up while no worker runs.
    """
    recently = now - OFFERED_AGAIN_AFTER
    with transaction.atomic():
        batches = Batch.objects.filter(run=run_id)
        live = batches.filter(
            Q(state=BatchState.WORKING) | Q(state=BatchState.WAITING, offered_at__gte=recently)
        ).count()
        free = batches.due(now=now).filter(Q(offered_at=None) | Q(offered_at__lt=recently))
        chosen = list(
            free.order_by("number")
            .select_for_update(skip_locked=True)[: max(0, WINDOW - live)]
            .values_list("pk", flat=True)
        )
        batches.filter(pk__in=chosen).update(offered_at=now)
        # robust: a broker that is down must not break what was committed. It is logged, and the sweep offers again.
        transaction.on_commit(lambda: _send(run_id, len(chosen)), robust=True)
    return len(chosen)


def claim(*, run_id: int, now: datetime) -> Claim | None:
    """The run's next batch for this worker alone; None when none is waiting (any more)."""
    waiting = Batch.objects.due(now=now).filter(run=run_id)
    if not waiting.exists():
        return None
    with transaction.atomic():
        Run.objects.filter(pk=run_id, state=RunState.QUEUED).update(state=RunState.RUNNING, started_at=now)
        batch = (
            waiting.select_related("run")
            .order_by("number")
            .select_for_update(skip_locked=True, of=("self",))
            .first()
        )
        if batch is None:
            return None
        batch.state, batch.claim, batch.claimed_at, batch.heartbeat_at = (
            BatchState.WORKING,
            uuid.uuid4(),
            now,
            now,
        )
        batch.save(update_fields=["state", "claim", "claimed_at", "heartbeat_at"])
        return Claim(run_id, batch.pk, batch.claim, batch.run.texts)


def beat(*, claim: Claim, now: datetime) -> None:
    """A sign of life. Raises ClaimLost."""
    if not held(claim).update(heartbeat_at=now):
        raise ClaimLost


def note_trouble(*, claim: Claim, reason: str) -> None:
    """Keep why a worker broke off, for whoever looks at the run. The sweep offers the batch again."""
    held(claim).update(trouble=reason)


def finish(*, claim: Claim, unreached: bool, now: datetime) -> None:
    """Done; or, where a host could not be reached, put back for another round while there are some left.

    Ends the run with its last batch, else offers the next one. Raises ClaimLost.
    """
    with transaction.atomic():
        run = Run.objects.select_for_update().get(pk=claim.run_id)
        batch = held(claim).select_for_update().first()
        if batch is None:
            raise ClaimLost
        batch.claim = None
        if unreached and batch.rounds < len(ROUND_WAITS):
            batch.state, batch.offered_at = BatchState.WAITING, None
            batch.not_before = now + ROUND_WAITS[batch.rounds]
            batch.rounds += 1
        else:
            batch.state = BatchState.DONE
        batch.save(update_fields=["state", "claim", "offered_at", "not_before", "rounds"])
        endings.finish_when_complete(run, now)
        if run.state == RunState.RUNNING:
            offer(run_id=run.pk, now=now)


def give_back(*, claim: Claim, now: datetime) -> None:
    """The worker's time is up and something is left of it: it waits again, and is offered at once. Raises ClaimLost."""
    with transaction.atomic():
        if not held(claim).update(state=BatchState.WAITING, claim=None, offered_at=None):
            raise ClaimLost
        offer(run_id=claim.run_id, now=now)


def release_stalled(*, now: datetime) -> Swept:
    """Take batches from workers that died, offer again what nobody took, end what is past its limits.

    Safe to call at any time, by anybody.
    """
    released = failed = 0
    stalled = Batch.objects.stalled(since=now - STALLED_AFTER)
    for batch_id, run_id in list(stalled.values_list("pk", "run_id")):
        with transaction.atomic():
            run = Run.objects.select_for_update(skip_locked=True).filter(pk=run_id).first()
            batch = stalled.filter(pk=batch_id).select_for_update(skip_locked=True).first()
            if run is None or batch is None:
                continue
            if batch.stalls >= STALLS_ALLOWED:
                endings.end(run, RunState.FAILED, now, _why_given_up(batch))
                failed += 1
            else:
                _release(batch)
                released += 1
    offered = 0
    for run in Run.objects.unfinished().order_by("id"):
        if reason := budgets.why_out_of_time(run, now=now):
            endings.fail(run_id=run.pk, reason=reason, now=now)
            failed += 1
        else:
            offered += offer(run_id=run.pk, now=now)
    return Swept(released, failed, offered)


def held(claim: Claim) -> QuerySet[Batch]:
    return Batch.objects.filter(pk=claim.batch_id, claim=claim.token, state=BatchState.WORKING)


def _release(batch: Batch) -> None:
    batch.state, batch.claim, batch.offered_at, batch.stalls = (
        BatchState.WAITING,
        None,
        None,
        batch.stalls + 1,
    )
    batch.save(update_fields=["state", "claim", "offered_at", "stalls"])


def _why_given_up(batch: Batch) -> str:
    last = f" The last one said: {batch.trouble}" if batch.trouble else ""
    return (
        f"{batch.stalls + 1} workers broke off without a result (batch {batch.number}). "
        f"Look into the workers' log for it.{last}"
    )


def _send(run_id: int, messages: int) -> None:
    for _ in range(messages):
        current_app.send_task(
            EXECUTE_TASK, kwargs={"run_id": run_id}, expires=OFFERED_AGAIN_AFTER.total_seconds()
        )
