"""Evaluation runs for a pilot: made when due, and their results taken in as measurements, once."""

import secrets
from datetime import datetime, timedelta

import structlog
from django.db import transaction

from evaluations.actions import runs as evaluation_runs
from evaluations.actions.budgets import Limits
from evaluations.actions.target_plans import TargetPlan
from evaluations.models.run import RunState
from pilots.actions import alarms, audit, measurements, run_rows
from pilots.models import EvaluationSchedule, PilotRun
from pilots.models.pilot import State
from pilots.models.schedule import Purpose
from pilots.queries import targets, text_policy

log = structlog.get_logger(__name__)
BATCH = 1000
ANSWERED = [RunState.DONE, RunState.FAILED]
"""A failed run is taken in as well: its errors are ours, and the judge must see them."""
ENDED = [*ANSWERED, RunState.CANCELLED]
"""Of one that was cancelled, what it cost."""
PLANNED = {Purpose.MEASURE: "run.planned", Purpose.DRILL: "drill.planned", Purpose.CANARY: "canary.planned"}


def start_due(*, now: datetime) -> list[PilotRun]:
    """One run for each schedule that is due and has none under way. Safe to call from two places at once."""
    for schedule in changed(now=now):
        EvaluationSchedule.objects.filter(pk=schedule.pk).update(next_run_at=now)
    made = []
    for schedule_id in EvaluationSchedule.objects.due(now=now).order_by("id").values_list("id", flat=True):
        if run := start_scheduled(schedule_id=schedule_id, now=now):
            made.append(run)
    return made


def changed(*, now: datetime) -> list[EvaluationSchedule]:
    """Schedules whose deployments or prompts are not those of their last run any more, and that want to know at once."""
    watching = EvaluationSchedule.objects.filter(
        enabled=True, on_change=True, pilot__state=State.RUNNING, next_run_at__gt=now
    )
    return [each for each in watching.select_related("pilot", "suite_version__suite") if _has_changed(each)]


@transaction.atomic
def start_scheduled(*, schedule_id: int, now: datetime) -> PilotRun | None:
    """Plans the run of one due schedule and sets its next time; None when somebody else did, or the last is still running."""
    schedule = (
        EvaluationSchedule.objects.due(now=now)
        .select_related("pilot", "suite_version__suite")
        .select_for_update(skip_locked=True, of=("self",))
        .filter(pk=schedule_id)
        .first()
    )
    if schedule is None:
        return None
    schedule.next_run_at = next_time(schedule, now=now)
    schedule.save(update_fields=["next_run_at"])
    if schedule.runs.filter(run__state__in=[RunState.QUEUED, RunState.RUNNING]).exists():
        return None
    try:
        specs = targets.of(schedule)
        if not specs:
            return None
        run = evaluation_runs.plan(
            suite_version=schedule.suite_version,
            targets=specs,
            repeats=schedule.repeats,
            limits=_limits(schedule),
            texts=text_policy.stored_as(schedule.pilot),
            now=now,
        )
    except (evaluation_runs.RunRefused, targets.NobodyToAsk) as refusal:
        audit.record(verb="run.refused", pilot=schedule.pilot, now=now, reason=str(refusal))
        return None
    audit.record(
        verb=PLANNED[Purpose(schedule.purpose)],
        pilot=schedule.pilot,
        now=now,
        after={"run": run.pk, "results": run.planned_results},
    )
    return PilotRun.objects.create(pilot=schedule.pilot, schedule=schedule, run=run)


def next_time(schedule: EvaluationSchedule, *, now: datetime) -> datetime:
    """The next place on the schedule's own grid that is not past, moved by chance within the jitter."""
    pace, due = timedelta(hours=schedule.every_hours), schedule.next_run_at or now
    due += pace * (max(now - due, timedelta()) // pace + 1)
    spread = schedule.jitter_minutes * 60
    return max(
        due + timedelta(seconds=secrets.randbelow(spread + 1) - spread // 2), now + timedelta(minutes=1)
    )


def _limits(schedule: EvaluationSchedule) -> Limits:
    spend, minutes = schedule.max_spend, schedule.max_minutes
    return Limits(
        spend=spend,
        currency=schedule.pilot.currency if spend is not None else "",
        seconds=minutes * 60 if minutes else None,
    )


def _has_changed(schedule: EvaluationSchedule) -> bool:
    last = schedule.runs.order_by("-id").first()
    if last is None:
        return False
    try:
        wanted = {
            spec.key: TargetPlan.of(spec.deployment, spec.prompt, schedule.suite_version).fingerprint
            for spec in targets.of(schedule)
        }
    except targets.NobodyToAsk:
        return False
    return dict(last.run.targets.values_list("key", "fingerprint")) != wanted


def absorb_finished(*, now: datetime) -> int:
    """Takes in every finished run that is still waiting: what a lost message left behind. One that cannot be taken in is
    told in the log, and keeps none of the others waiting."""
    waiting = PilotRun.objects.filter(absorbed_at__isnull=True, run__state__in=ENDED).values_list(
        "run_id", flat=True
    )
    taken = 0
    for run_id in waiting:
        try:
            taken += absorb(run_id=run_id, now=now)
        except measurements.RejectedBatch:
            log.exception("a run cannot be taken in", run_id=run_id)
    return taken


@transaction.atomic
def absorb(*, run_id: int, now: datetime) -> bool:
    """Records a finished run's results and costs as measurements of its pilot; False when there is nothing to do (any more).

    External ids name result or run and metric, so a second call, or one that was cut off, counts nothing twice.
    """
    link = (
        PilotRun.objects.select_for_update(of=("self",))
        .select_related("pilot", "schedule")
        .filter(run_id=run_id)
        .first()
    )
    if link is None or link.absorbed_at or link.run.state not in ENDED:
        return False
    rows = list(run_rows.of_spending(link))
    if link.run.state in ANSWERED:
        rows += run_rows.of_results(link)
    for start in range(0, len(rows), BATCH):
        measurements.record(pilot=link.pilot, rows=rows[start : start + BATCH], now=now, atomic=True)
    if link.schedule.purpose == Purpose.CANARY and link.run.state in ANSWERED:
        alarms.look(link, now=now)
    link.absorbed_at = now
    link.save(update_fields=["absorbed_at"])
    audit.record(
        verb="run.absorbed", pilot=link.pilot, now=now, after={"run": run_id, "measurements": len(rows)}
    )
    if link.run.state == RunState.FAILED:
        audit.record(verb="run.failed", pilot=link.pilot, now=now, reason=f"Run {run_id}: {link.run.failure}")
    return True
