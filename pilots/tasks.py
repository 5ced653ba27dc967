"""What Celery runs: an id in, one action. Beat's own timetable is in the settings.

Actions are imported when a task runs: beat, which only names tasks, stays small. Workers load them before they fork."""

from celery import shared_task
from django.conf import settings
from django.utils import timezone


@shared_task(name="pilots.judge")
def judge(*, pilot_id: int) -> None:
    from pilots.actions import verdicts

    verdicts.judge(pilot_id=pilot_id, now=timezone.now())


@shared_task(name="pilots.judge_due")
def judge_due() -> None:
    """Every pilot whose facts are newer than its last verdict, and each one at least once a day."""
    from pilots.actions import verdicts
    from pilots.queries import looks

    now = timezone.now()
    for pilot_id in looks.due(now=now):
        verdicts.judge(pilot_id=pilot_id, now=now)


@shared_task(name="pilots.start_due_runs")
def start_due_runs() -> None:
    from pilots.actions import runs

    runs.start_due(now=timezone.now())


@shared_task(name="pilots.absorb_run", acks_late=True)
def absorb_run(*, run_id: int) -> None:
    from pilots.actions import runs

    runs.absorb(run_id=run_id, now=timezone.now())


@shared_task(name="pilots.absorb_finished_runs")
def absorb_finished_runs() -> None:
    from pilots.actions import runs

    runs.absorb_finished(now=timezone.now())


@shared_task(name="pilots.fold")
def fold() -> None:
    from pilots.actions import rollups

    rollups.fold_all()


@shared_task(name="pilots.recount_sample")
def recount_sample() -> None:
    from pilots.actions import rollups

    rollups.recount_sample(now=timezone.now())


@shared_task(name="pilots.forget_enclosing_spans")
def forget_enclosing_spans() -> None:
    from pilots.actions import spans

    spans.forget_enclosing(now=timezone.now())


@shared_task(name="pilots.keep_months")
def keep_months() -> None:
    """The next months of the table of measurements are there before their first row; old ones are retired."""
    from pilots.actions import partitions, retirement

    now = timezone.now()
    partitions.make_ahead(now=now)
    retirement.retire_due(now=now, months=settings.MEASUREMENTS_KEPT_MONTHS)


@shared_task(name="pilots.forget_answers")
def forget_answers() -> None:
    from pilots.actions import idempotent_answers

    idempotent_answers.forget(now=timezone.now())


@shared_task(name="pilots.forget_texts")
def forget_texts() -> None:
    """Texts that the organisation keeps no longer."""
    from pilots.actions import forgetting

    forgetting.forget_due(now=timezone.now())


@shared_task(name="pilots.watch_lifecycle")
def watch_lifecycle() -> None:
    """Whose window is over, whose decision is overdue, who has no owner any more, whose accepted risk ran out, whose before
    was compared with."""
    from pilots.actions import baselines, lapses, lifecycle

    now = timezone.now()
    lifecycle.watch(now=now)
    lapses.watch(now=now)
    baselines.freeze_compared(now=now)


@shared_task(name="pilots.watch_creeps")
def watch_creeps() -> None:
    """Which hidden costs began to rise, and which rise no more."""
    from pilots.actions import creeps

    creeps.watch(now=timezone.now())


@shared_task(name="pilots.watch_sources")
def watch_sources() -> None:
    """Who fell silent, and who is heard again."""
    from pilots.actions import sources

    sources.watch(now=timezone.now())


@shared_task(name="pilots.deliver")
def deliver() -> None:
    """Messages that are due. What one worker has claimed no other sends."""
    from pilots.actions.notifications import delivering

    delivering.deliver_due(now=timezone.now())


@shared_task(name="pilots.tell_of_due")
def tell_of_due() -> None:
    from pilots.actions.notifications import calendar

    calendar.tell_of_due(now=timezone.now())
    calendar.tell_of_reviews(now=timezone.now())


@shared_task(name="pilots.send_digests")
def send_digests() -> None:
    from pilots.actions.notifications import calendar

    calendar.send_digests(now=timezone.now())


@shared_task(name="pilots.weigh", acks_late=True)
def weigh(*, weighing_id: int) -> None:
    """What marking measurements as faulty would change."""
    from pilots.actions import weighings

    weighings.weigh(weighing_id=weighing_id, now=timezone.now())


@shared_task(name="pilots.weigh_waiting")
def weigh_waiting() -> None:
    from pilots.actions import weighings

    weighings.weigh_waiting(now=timezone.now())
