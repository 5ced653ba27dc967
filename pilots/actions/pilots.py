from collections.abc import Sequence
from datetime import datetime

from django.contrib.auth.models import User
from django.db import transaction

from pilots import permissions
from pilots.actions import audit, charters, plans, verdicts
from pilots.actions.refusals import NotAllowed, Refused, WrongState
from pilots.models import Pilot, PlanVersion, Token
from pilots.models.pilot import State
from pilots.queries.readiness import Missing, missing


class NotReady(Refused):
    """The charter lacks something a pilot cannot start without; `missing` lists it."""

    code = "not_ready"

    def __init__(self, points: Sequence[Missing]) -> None:
        self.missing = list(points)
        super().__init__(
            "This pilot cannot start yet. " + " ".join(f"{point.reason} {point.fix}" for point in points)
        )


@transaction.atomic
def start(
    *, pilot: Pilot, by: User, now: datetime, reason: str = "", token: Token | None = None
) -> PlanVersion:
    """Freezes the plan, opens the window and asks for the first verdict. Raises NotAllowed, WrongState, NotReady.

    With a `token`, here and below, `by` is who answers for it.
    """
    pilot = _locked(pilot, by=by, token=token)
    if pilot.state != State.DRAFT:
        raise WrongState(f"{pilot.name} has been started already.")
    if points := missing(pilot):
        raise NotReady(points)
    pilot.state, pilot.started_at, pilot.started_by = State.RUNNING, now, by
    pilot.save(update_fields=["state", "started_at", "started_by"])
    version = plans.freeze(pilot=pilot, reason="Start of the pilot.", by=by, now=now)
    charters.write_version(pilot=pilot, reason="Start of the pilot.", by=by, now=now)
    pilot.schedules.filter(enabled=True).update(next_run_at=now)
    audit.record(
        verb="pilot.started",
        pilot=pilot,
        by=None if token else by,
        token=token,
        now=now,
        reason=reason,
        before={"state": State.DRAFT},
        after={"state": State.RUNNING, "plan_hash": version.plan_hash},
    )
    verdicts.request(pilot=pilot)
    return version


@transaction.atomic
def pause(*, pilot: Pilot, by: User, reason: str, now: datetime, token: Token | None = None) -> Pilot:
    """No evaluation runs are made while paused; measurements are still taken. Raises NotAllowed, WrongState, Refused."""
    return _move(
        pilot,
        by=by,
        token=token,
        reason=reason,
        now=now,
        verb="pilot.paused",
        source=State.RUNNING,
        to=State.PAUSED,
    )


@transaction.atomic
def resume(*, pilot: Pilot, by: User, reason: str, now: datetime, token: Token | None = None) -> Pilot:
    """Raises NotAllowed, WrongState, Refused (no reason)."""
    return _move(
        pilot,
        by=by,
        token=token,
        reason=reason,
        now=now,
        verb="pilot.resumed",
        source=State.PAUSED,
        to=State.RUNNING,
    )


def move(*, pilot: Pilot, to: str, reason: str, by: User, now: datetime, token: Token | None = None) -> Pilot:
    """To another state, by its name. Raises what `start`, `pause` and `resume` do, and Refused for no such way."""
    if to == State.RUNNING and pilot.state == State.DRAFT:
        start(pilot=pilot, by=by, now=now, reason=reason, token=token)
        return Pilot.objects.get(pk=pilot.pk)
    if to == State.RUNNING:
        return resume(pilot=pilot, by=by, reason=reason, now=now, token=token)
    if to == State.PAUSED:
        return pause(pilot=pilot, by=by, reason=reason, now=now, token=token)
    raise WrongState(f"No way leads to {to} here. A pilot is started, paused and resumed.")


@transaction.atomic
def hand_over(*, pilot: Pilot, to: User, by: User, reason: str, now: datetime) -> Pilot:
    """Makes somebody else the accountable owner; the log keeps both names. Raises NotAllowed, Refused."""
    pilot = _locked(pilot, by=by)
    if to.pk == pilot.decider_id:
        raise Refused(
            "The decider cannot own the pilot she signs. Choose somebody else.", code="decider_is_owner"
        )
    if not permissions.may_create(to):
        raise Refused(
            f"{to} may not run pilots. Add the person to the group Owners first.", code="not_an_owner"
        )
    _need(reason)
    before = pilot.owner
    pilot.owner = to
    if pilot.deputy_id == to.pk:
        pilot.deputy = None
    pilot.save(update_fields=["owner", "deputy"])
    audit.record(
        verb="pilot.handed_over",
        pilot=pilot,
        by=by,
        now=now,
        reason=reason,
        before={"owner": before.get_username()},
        after={"owner": to.get_username()},
    )
    return pilot


def _locked(pilot: Pilot, *, by: User, token: Token | None = None) -> Pilot:
    pilot = Pilot.objects.select_for_update(no_key=True).get(pk=pilot.pk)
    if not permissions.may_change(by, pilot, token):
        raise NotAllowed("Only the owner, the deputy or an administrator may do that.")
    return pilot


def _need(reason: str) -> None:
    if not reason.strip():
        raise Refused("Give a reason; it is kept in the pilot's log.", code="reason_missing")


def _move(
    pilot: Pilot,
    *,
    by: User,
    token: Token | None,
    reason: str,
    now: datetime,
    verb: str,
    source: State,
    to: State,
) -> Pilot:
    pilot = _locked(pilot, by=by, token=token)
    if pilot.state != source:
        raise WrongState(f"{pilot.name} is {pilot.get_state_display().lower()}, so this cannot be done.")
    _need(reason)
    pilot.state = to
    pilot.save(update_fields=["state"])
    audit.record(
        verb=verb,
        pilot=pilot,
        by=None if token else by,
        token=token,
        now=now,
        reason=reason,
        before={"state": source},
        after={"state": to},
    )
    return pilot
