"""Who may do what about faulty measurements, and when: asked at the door, and again by the worker that does it."""

from datetime import datetime

from django.contrib.auth.models import User
from django.db.models import QuerySet

from pilots import permissions
from pilots.actions import rollups
from pilots.actions.refusals import NotAllowed, Refused, WrongState
from pilots.models import FaultyStretch, Measurement, Pilot, Quarantine, QuarantineAct, Weighing
from pilots.models.weighing import WeighingState


def mark(
    *,
    pilot: Pilot,
    source: str,
    starts_at: datetime,
    ends_at: datetime,
    reason: str,
    by: User,
    now: datetime,
) -> None:
    """Whether this person may mark this stretch now. Raises NotAllowed, WrongState or Refused."""
    if not permissions.may_run(by, pilot):
        raise NotAllowed("Only the owner or the deputy marks measurements as faulty.")
    _check_open(pilot)
    _check_stretch(starts_at, ends_at, reason, now=now)
    if not measured(pilot, source, starts_at, ends_at).exists():
        raise Refused(
            "No measurement of this source lies in that time. Check the source and the dates.", code="no_rows"
        )


def second(*, quarantine: Quarantine, by: User) -> None:
    """Whether this person may agree now. Raises NotAllowed, WrongState or Refused."""
    pilot = quarantine.pilot
    if by.pk == quarantine.proposed_by_id:
        raise NotAllowed(
            "You proposed this, so somebody else must agree: the decider, the owner or the deputy.",
            code="proposer_cannot_second",
        )
    if not permissions.may_second(by, pilot, quarantine.proposed_by):
        raise NotAllowed("Only somebody who runs this pilot or signs its decision can agree.")
    _check_open(pilot)
    _check_unanswered(quarantine)


def decline(*, quarantine: Quarantine, reason: str, by: User) -> None:
    """Raises NotAllowed or Refused."""
    pilot = quarantine.pilot
    if by.pk != quarantine.proposed_by_id and not permissions.may_second(by, pilot, quarantine.proposed_by):
        raise NotAllowed("Only somebody who runs this pilot or signs its decision can decline.")
    _check_unanswered(quarantine)
    if not reason.strip():
        raise Refused("Say why you decline; who proposed it will read it.", code="reason_missing")


def release(*, quarantine: Quarantine, reason: str, by: User) -> None:
    """Whether this person may let the rows count again now. Raises NotAllowed, WrongState or Refused."""
    pilot = quarantine.pilot
    if not (permissions.may_run(by, pilot) or permissions.may_sign(by, pilot)):
        raise NotAllowed("Only somebody who runs this pilot or signs its decision can release a quarantine.")
    if quarantine.needs_second and by.pk == quarantine.proposed_by_id:
        raise NotAllowed("You proposed this and it changed the flag, so somebody else must release it.")
    _check_open(pilot)
    if not FaultyStretch.objects.filter(quarantine=quarantine).exists():
        raise Refused("This quarantine is not in force.", code="not_in_force")
    if not reason.strip():
        raise Refused("Say why these measurements are sound after all.", code="reason_missing")


def idle(pilot: Pilot) -> None:
    """Raises Refused while a worker holds the pilot: nobody waits for minutes in front of a page."""
    if Weighing.objects.filter(pilot=pilot, state=WeighingState.WAITING).exists():
        raise Refused(
            "A worker is at measurements of this pilot that somebody called faulty. Wait until it is through.",
            code="being_weighed",
        )


def measured(pilot: Pilot, source: str, starts_at: datetime, ends_at: datetime) -> QuerySet[Measurement]:
    """In no order."""
    return Measurement.objects.filter(
        pilot=pilot, source=source, observed_at__gte=starts_at, observed_at__lt=ends_at
    ).order_by()


def _check_open(pilot: Pilot) -> None:
    if not pilot.is_under_trial:
        raise WrongState(
            f"{pilot.name} is {pilot.get_state_display().lower()}: its statistics are not kept now."
        )
    if rollups.is_sealed(pilot):
        raise Refused(
            f"Months of measurements of {pilot.name} were retired: its statistics cannot be counted again without some"
            " of them. Say what was wrong in the reason of the decision instead.",
            code="retired",
        )


def _check_stretch(starts_at: datetime, ends_at: datetime, reason: str, *, now: datetime) -> None:
    if not reason.strip():
        raise Refused(
            "Say what was wrong with the source; it is kept beside every later verdict.",
            code="reason_missing",
        )
    if starts_at >= ends_at:
        raise Refused("The faulty time must begin before it ends.", code="stretch_not_in_order")
    if ends_at > now:
        raise Refused(
            "The faulty time must lie in the past: mend the source first.", code="stretch_in_future"
        )


def _check_unanswered(quarantine: Quarantine) -> None:
    if QuarantineAct.objects.filter(quarantine=quarantine).exists():
        raise Refused("This was answered already.", code="answered")
