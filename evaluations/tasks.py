"""What the workers and beat call. Each fetches nothing and decides nothing: one action a task."""

from celery import shared_task
from django.utils import timezone


@shared_task(name="evaluations.execute_run", acks_late=True)
def execute_run(*, run_id: int) -> None:
    """Works on the next batch of the run."""
    from evaluations.actions import execution

    execution.work_on(run_id=run_id)


@shared_task(name="evaluations.sweep_runs")
def sweep_runs() -> None:
    """Frees the batches of workers that died; offers again what was not taken. Due every half minute."""
    from evaluations.actions import batches

    batches.release_stalled(now=timezone.now())
