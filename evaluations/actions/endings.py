"""How a run ends: complete, without a model reached, at a limit, or cancelled. Each in a transaction that holds it."""

from collections import Counter
from datetime import datetime

from celery import current_app
from django.conf import settings
from django.db import transaction

from evaluations.models import Batch, Result, Run
from evaluations.models.batch import BatchState
from evaluations.models.run import Outcome, RunState

UNFINISHED = (RunState.QUEUED, RunState.RUNNING)


def finish_when_complete(run: Run, now: datetime) -> None:
    """Done when no batch is left, or failed when no model was reached at all."""
    if run.state not in UNFINISHED or Batch.objects.filter(run=run).open().exists():
        return
    stored = Result.objects.filter(target__run=run).count()
    if stored < run.planned_results:
        missing = run.planned_results - stored
        end(run, RunState.FAILED, now, f"{missing} results are missing. Start it again.")
    elif reason := _why_nothing_was_asked(run):
        end(run, RunState.FAILED, now, f"No model was reached. {reason}")
    else:
        end(run, RunState.DONE, now, "")


def fail(*, run_id: int, reason: str, now: datetime) -> None:
    """End it for a reason of its own, such as a limit that is reached. Does nothing when it has ended."""
    with transaction.atomic():
        held = Run.objects.select_for_update().filter(pk=run_id, state__in=UNFINISHED).first()
        if held is not None:
            end(held, RunState.FAILED, now, reason)


def end(run: Run, state: RunState, now: datetime, failure: str) -> None:
    """It is over, and so is every batch of it. Announced once committed."""
    run.state, run.finished_at, run.failure = state, now, failure
    run.save(update_fields=["state", "finished_at", "failure"])
    Batch.objects.filter(run=run).open().update(state=BatchState.DROPPED, claim=None)
    if state != RunState.CANCELLED:
        # robust: what was committed stands when the broker is down. Who waits for runs also looks for himself.
        transaction.on_commit(lambda: _announce(run.pk), robust=True)


def _why_nothing_was_asked(run: Run) -> str:
    """The commonest fault of ours when there is nothing but our faults, else ""."""
    results = Result.objects.filter(target__run=run)
    if results.exclude(outcome=Outcome.INFRA_ERROR).exists():
        return ""
    return Counter(results.values_list("detail", flat=True)[:1000]).most_common(1)[0][0]


def _announce(run_id: int) -> None:
    current_app.send_task(settings.EVALUATIONS_RUN_FINISHED_TASK, kwargs={"run_id": run_id})
