"""The life of a run: planned, offered to the workers, claimed by one, finished; or cancelled, or swept up."""

import uuid
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from celery import current_app
from django.conf import settings
from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import Q, QuerySet

from evaluations.actions.fitting import misfit
from evaluations.actions.target_plans import TargetPlan
from evaluations.models import Deployment, Prompt, Result, Run, RunTarget, SuiteVersion
from evaluations.models.run import Outcome, RunState

EXECUTE_TASK = "evaluations.execute_run"
STALLED_AFTER = timedelta(seconds=60)  # a living worker beats every two seconds
OFFERED_AGAIN_AFTER = timedelta(minutes=5)
STALLS_ALLOWED = 5  # in a row, without a single result in between
MOST_REPEATS = 100


class RunRefused(Exception):
    """Nothing was changed. The message says why and what to do."""


class ClaimLost(Exception):
    """The run belongs to another worker by now, or was cancelled. Nothing of this worker was stored."""


@dataclass(frozen=True, slots=True)
class TargetSpec:
    """`key` is the caller's own name for the target and names it in results."""

    key: str
    deployment: Deployment
    prompt: Prompt


@dataclass(frozen=True, slots=True)
class Claim:
    """The right to work on a run, held by one worker at a time."""

    run_id: int
    token: uuid.UUID


@dataclass(frozen=True, slots=True)
class Swept:
    """How many runs the sweep took from dead workers, gave up on, and offered once more."""

    released: int
    failed: int
    offered_again: int


def plan(
    *,
    suite_version: SuiteVersion,
    targets: Sequence[TargetSpec],
    repeats: int,
    now: datetime,
    by: User | None = None,
) -> Run:
    """A run of every case against every target, frozen, and offered to the workers once committed.

    Raises RunRefused for targets that do not fit the suite and for cases its scorer cannot judge.
    """
    _refuse_unfit(suite_version, targets, repeats)
    with transaction.atomic():
        run = Run.objects.create(
            suite_version=suite_version,
            repeats=repeats,
            planned_results=suite_version.case_count * len(targets) * repeats,
            created_at=now,
            created_by=by,
        )
        for spec in targets:
            frozen = TargetPlan.of(spec.deployment, spec.prompt, suite_version)
            RunTarget.objects.create(
                run=run,
                key=spec.key,
                deployment=spec.deployment,
                prompt=spec.prompt,
                plan=frozen.stored(),
                fingerprint=frozen.fingerprint,
            )
        _offer(run.pk, now)
    run.refresh_from_db()
    return run


def claim(*, run_id: int, now: datetime) -> Claim | None:
    """The run for this worker alone, or None when it is not (or no longer) waiting for one."""
    token = uuid.uuid4()
    taken = Run.objects.filter(pk=run_id, state=RunState.QUEUED).update(
        state=RunState.RUNNING, claim=token, claimed_at=now, heartbeat_at=now
    )
    return Claim(run_id, token) if taken else None


def beat(*, claim: Claim, now: datetime) -> None:
    """A sign of life. Raises ClaimLost."""
    if not _held(claim).update(heartbeat_at=now):
        raise ClaimLost


def note_trouble(*, claim: Claim, reason: str) -> None:
    """Keep why a worker broke off, for whoever looks at the run. The sweep offers it again."""
    _held(claim).update(failure=reason)


def finish(*, claim: Claim, now: datetime) -> None:
    """Done, or failed when no model was reached at all; announced once committed. Raises ClaimLost."""
    with transaction.atomic():
        run = _held(claim).select_for_update().first()
        if run is None:
            raise ClaimLost
        stored = Result.objects.filter(target__run=run).count()
        if stored < run.planned_results:
            _end(
                run,
                RunState.FAILED,
                now,
                f"{run.planned_results - stored} results are missing. Start it again.",
            )
        elif reason := _why_nothing_was_asked(run):
            _end(run, RunState.FAILED, now, f"No model was reached. {reason}")
        else:
            _end(run, RunState.DONE, now, "")


def cancel(*, run: Run, by: User | None, now: datetime) -> None:
    """Stop it: its worker notices within seconds and stores nothing more. Raises RunRefused when it has ended."""
    with transaction.atomic():
        held = Run.objects.select_for_update().get(pk=run.pk)
        if held.state not in {RunState.QUEUED, RunState.RUNNING}:
            raise RunRefused(f"Run {run.pk} has ended already ({held.get_state_display().lower()}).")
        _end(held, RunState.CANCELLED, now, f"Cancelled by {by or 'a script'}.")
    run.refresh_from_db()


def release_stalled(*, now: datetime) -> Swept:
    """Take runs from workers that died, and offer again what nobody took. Safe to call at any time, by anybody."""
    released = failed = 0
    with transaction.atomic():
        for run in Run.objects.stalled(since=now - STALLED_AFTER).select_for_update(skip_locked=True):
            if run.stalls >= STALLS_ALLOWED:
                _end(run, RunState.FAILED, now, _why_given_up(run))
                failed += 1
            else:
                _release(run, now)
                released += 1
    return Swept(released, failed, _offer_again(now))


def _refuse_unfit(version: SuiteVersion, targets: Sequence[TargetSpec], repeats: int) -> None:
    if not targets:
        raise RunRefused("Name at least one target: a deployment and a prompt.")
    if not 1 <= repeats <= MOST_REPEATS:
        raise RunRefused(f"Repeat each case between 1 and {MOST_REPEATS} times.")
    key, times = Counter(spec.key for spec in targets).most_common(1)[0]
    if times > 1:
        raise RunRefused(f"Two targets are called {key!r}. Give each its own key.")
    for spec in targets:
        if spec.prompt.suite_id != version.suite_id:
            raise RunRefused(
                f"The prompt {spec.prompt} belongs to another suite. Choose one of {version.suite}."
            )
    suite = version.suite
    for case in version.cases.only("key", "expected", "must_abstain").iterator():
        reason = misfit(
            suite.scorer, suite.scorer_options, expected=case.expected, must_abstain=case.must_abstain
        )
        if reason:
            raise RunRefused(f"Case {case.key!r} cannot be scored: {reason}")


def _held(claim: Claim) -> QuerySet[Run]:
    return Run.objects.filter(pk=claim.run_id, claim=claim.token, state=RunState.RUNNING)


def _end(run: Run, state: RunState, now: datetime, failure: str) -> None:
    run.state, run.claim, run.finished_at, run.failure = state, None, now, failure
    run.save(update_fields=["state", "claim", "finished_at", "failure"])
    if state != RunState.CANCELLED:
        # robust: what was committed stands when the broker is down. Who waits for runs also looks for himself.
        transaction.on_commit(lambda: _announce(run.pk), robust=True)


def _release(run: Run, now: datetime) -> None:
    run.state, run.claim, run.stalls = RunState.QUEUED, None, run.stalls + 1
    run.save(update_fields=["state", "claim", "stalls"])
    _offer(run.pk, now)


def _why_nothing_was_asked(run: Run) -> str:
    """The commonest fault of ours when there is nothing but our faults, else ""."""
    results = Result.objects.filter(target__run=run)
    if results.exclude(outcome=Outcome.INFRA_ERROR).exists():
        return ""
    return Counter(results.values_list("detail", flat=True)[:1000]).most_common(1)[0][0]


def _why_given_up(run: Run) -> str:
    last = f" The last one said: {run.failure}" if run.failure else ""
    return f"{run.stalls + 1} workers broke off without a result. Look into the workers' log for it.{last}"


def _offer(run_id: int, now: datetime) -> None:
    """The message is only a hint that the row is waiting: lost or doubled, it does no harm.

    It expires when the next one is due, so that nothing piles up while no worker runs.
    """
    Run.objects.filter(pk=run_id).update(enqueued_at=now)
    # robust: a broker that is down must not break what was committed. It is logged, and the sweep offers again.
    transaction.on_commit(
        lambda: current_app.send_task(
            EXECUTE_TASK, kwargs={"run_id": run_id}, expires=OFFERED_AGAIN_AFTER.total_seconds()
        ),
        robust=True,
    )


def _offer_again(now: datetime) -> int:
    with transaction.atomic():
        waiting = (
            Run.objects.filter(state=RunState.QUEUED)
            .filter(Q(enqueued_at__isnull=True) | Q(enqueued_at__lt=now - OFFERED_AGAIN_AFTER))
            .select_for_update(skip_locked=True)
        )
        ids = [run.pk for run in waiting]
        for run_id in ids:
            _offer(run_id, now)
    return len(ids)


def _announce(run_id: int) -> None:
    current_app.send_task(settings.EVALUATIONS_RUN_FINISHED_TASK, kwargs={"run_id": run_id})
