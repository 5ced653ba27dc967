"""A stop opens the removal checklist; the clock runs until its last step is done, and then the pilot is closed."""

from datetime import datetime

from django.contrib.auth.models import User
from django.db import transaction

from pilots import permissions
from pilots.actions import audit
from pilots.actions import pilots as lifecycle
from pilots.actions.refusals import NotAllowed, Refused, WrongState
from pilots.models import Decision, Drill, Pilot, Removal, RemovalStep
from pilots.models.decision import DecisionOutcome
from pilots.models.safety_plan import SafetyPlan

WITHOUT_A_PLAN = "Take it out of production, and say here how: there was no removal plan."


def follow(*, pilot: Pilot, decision: Decision, now: datetime) -> None:
    """A stop opens the checklist; a correction of a stop into something else ends it unfinished. Under the pilot's lock."""
    open_one = Removal.objects.filter(pilot=pilot).first()
    if decision.outcome != DecisionOutcome.STOP:
        if open_one is not None and open_one.finished_at is None:
            open_one.delete()
        return
    if open_one is None:
        _open(pilot, decision, now=now)


def _open(pilot: Pilot, decision: Decision, *, now: datetime) -> Removal:
    removal = Removal.objects.create(pilot=pilot, decision=decision, opened_at=now)
    RemovalStep.objects.bulk_create(
        RemovalStep(removal=removal, position=position, what=what, who=who, planned_minutes=minutes)
        for position, (what, who, minutes) in enumerate(_steps(pilot), start=1)
    )
    return removal


def _steps(pilot: Pilot) -> list[tuple[str, str, int | None]]:
    """The planned steps; without any, the plan as it is written. Data comes back last."""
    planned = [
        (step.what, step.who, step.minutes) for step in pilot.plan_steps.filter(plan=SafetyPlan.REMOVAL)
    ]
    if not planned:
        planned = [(pilot.removal_plan.strip()[:300] or WITHOUT_A_PLAN, "", None)]
    data = [(f"Data: {pilot.data_return.strip()}"[:300], "", None)] if pilot.data_return.strip() else []
    return [*planned, *data]


@transaction.atomic
def tick(*, removal: Removal, position: int, by: User, now: datetime) -> RemovalStep:
    """One step is done. Raises NotAllowed, WrongState or Refused."""
    _locked(removal, by)
    step = RemovalStep.objects.get(removal=removal, position=position)
    if step.done_at is not None:
        raise Refused("This step was done already.", code="step_done")
    step.done_at, step.done_by = now, by
    step.save(update_fields=["done_at", "done_by"])
    audit.record(verb="removal.step_done", pilot=removal.pilot, by=by, now=now, after={"step": step.what})
    return step


@transaction.atomic
def finish(*, removal: Removal, lessons: str, by: User, now: datetime) -> Pilot:
    """All is taken out: the minutes it took are kept as a removal that worked, and the pilot is closed.

    Raises NotAllowed, WrongState, or Refused while a step is open or nobody says what was learned."""
    pilot = _locked(removal, by)
    if removal.steps.filter(done_at__isnull=True).exists():
        raise Refused("A step of the removal is still open.", code="steps_open")
    removal.finished_at, removal.finished_by = now, by
    removal.save(update_fields=["finished_at", "finished_by"])
    minutes = max(round((now - removal.opened_at).total_seconds() / 60), 1)
    Drill.objects.create(
        pilot=pilot,
        plan=SafetyPlan.REMOVAL,
        held_on=now.date(),
        minutes=minutes,
        notes="The removal itself, after the stop.",
        held_by=by,
    )
    audit.record(verb="removal.finished", pilot=pilot, by=by, now=now, after={"minutes": minutes})
    return lifecycle.close(pilot=pilot, by=by, reason=lessons, now=now)


def _locked(removal: Removal, by: User) -> Pilot:
    pilot = Pilot.objects.select_for_update(no_key=True).get(pk=removal.pilot_id)
    if not permissions.may_run(by, pilot):
        raise NotAllowed("Only the owner, the deputy or an administrator takes a pilot out.")
    if Removal.objects.filter(pk=removal.pk, finished_at__isnull=False).exists():
        raise WrongState("Everything has been taken out already.")
    return pilot
