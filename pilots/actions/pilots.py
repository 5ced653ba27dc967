"""Every way a pilot goes, from a draft to its close. What the clock brings about is in `lifecycle`.

draft ⇄ ready → running ⇄ paused → decision due → decided → closed; a signature lets a pilot under trial go on, or decides it.
"""

from collections.abc import Sequence
from datetime import date, datetime

from django.contrib.auth.models import User
from django.db import transaction

from pilots import permissions
from pilots.actions import audit, charters, plans, verdicts
from pilots.actions.refusals import NotAllowed, Refused, WrongState
from pilots.models import Pilot, PlanVersion, Token
from pilots.models.pilot import BEFORE_START, State
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
def make_ready(
    *, pilot: Pilot, by: User, now: datetime, reason: str = "", token: Token | None = None
) -> Pilot:
    """Says that nothing is missing, so that others may look before the start. Raises NotAllowed, WrongState, NotReady.

    An edit that opens a point of the checklist makes it a draft again (`charters.record_change`).
    """
    pilot = _locked(pilot, by=by, token=token)
    _check_state(pilot, State.DRAFT)
    if points := missing(pilot):
        raise NotReady(points)
    return _moved(pilot, to=State.READY, verb="pilot.ready", by=by, token=token, reason=reason, now=now)


@transaction.atomic
def take_back(*, pilot: Pilot, by: User, reason: str, now: datetime, token: Token | None = None) -> Pilot:
    """A ready pilot is a draft again. Raises NotAllowed, WrongState, Refused (no reason)."""
    pilot = _locked(pilot, by=by, token=token)
    _check_state(pilot, State.READY)
    _need(reason)
    return _moved(pilot, to=State.DRAFT, verb="pilot.taken_back", by=by, token=token, reason=reason, now=now)


@transaction.atomic
def start(
    *, pilot: Pilot, by: User, now: datetime, reason: str = "", token: Token | None = None
) -> PlanVersion:
    """Freezes the plan, opens the window and asks for the first verdict. Raises NotAllowed, WrongState, NotReady.

    With a `token`, here and below, `by` is who answers for it.
    """
    pilot = _locked(pilot, by=by, token=token)
    if pilot.is_frozen:
        raise WrongState(f"{pilot.name} has been started already.")
    if points := missing(pilot):
        raise NotReady(points)
    before = pilot.state
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
        before={"state": before},
        after={"state": State.RUNNING, "plan_hash": version.plan_hash},
    )
    verdicts.request(pilot=pilot)
    return version


@transaction.atomic
def pause(*, pilot: Pilot, by: User, reason: str, now: datetime, token: Token | None = None) -> Pilot:
    """No evaluation runs are made while paused; measurements are still taken. Raises NotAllowed, WrongState, Refused."""
    pilot = _locked(pilot, by=by, token=token)
    _check_state(pilot, State.RUNNING)
    _need(reason)
    return _moved(pilot, to=State.PAUSED, verb="pilot.paused", by=by, token=token, reason=reason, now=now)


@transaction.atomic
def resume(*, pilot: Pilot, by: User, reason: str, now: datetime, token: Token | None = None) -> Pilot:
    """Raises NotAllowed, WrongState, Refused (no reason)."""
    pilot = _locked(pilot, by=by, token=token)
    _check_state(pilot, State.PAUSED)
    _need(reason)
    return _moved(pilot, to=State.RUNNING, verb="pilot.resumed", by=by, token=token, reason=reason, now=now)


@transaction.atomic
def close(*, pilot: Pilot, by: User, reason: str, now: datetime, token: Token | None = None) -> Pilot:
    """Nothing is left to do after the decision; the reason says what was learned. Raises NotAllowed, WrongState, Refused."""
    pilot = _locked(pilot, by=by, token=token)
    _check_state(pilot, State.DECIDED)
    _need(reason)
    return _moved(pilot, to=State.CLOSED, verb="pilot.closed", by=by, token=token, reason=reason, now=now)


def settle(*, pilot: Pilot) -> None:
    """A signature ends the trial. The caller holds the pilot's lock and keeps the log."""
    pilot.state, pilot.overdue_since = State.DECIDED, None
    pilot.save(update_fields=["state", "overdue_since"])


def go_on(*, pilot: Pilot, today: date, until: date | None = None) -> None:
    """A signature lets the trial go on, until a new last day if there is one: it runs, or stays due when its window is
    over and no other was given. Takes pilots under trial, and decided ones whose decision is corrected.

    The caller holds the pilot's lock, freezes the plan anew where the window moved, and keeps the log."""
    pilot.window_end = until or pilot.window_end
    if pilot.window_end >= today or pilot.is_settled:
        pilot.state, pilot.overdue_since = State.RUNNING, None
    pilot.save(update_fields=["state", "overdue_since", "window_end"])


def move(*, pilot: Pilot, to: str, reason: str, by: User, now: datetime, token: Token | None = None) -> Pilot:
    """To another state, by its name. Raises what the acts do, and WrongState for no such way."""
    if to == State.RUNNING and pilot.state in BEFORE_START:
        start(pilot=pilot, by=by, now=now, reason=reason, token=token)
        return Pilot.objects.get(pk=pilot.pk)
    if to == State.RUNNING:
        return resume(pilot=pilot, by=by, reason=reason, now=now, token=token)
    if to == State.READY:
        return make_ready(pilot=pilot, by=by, reason=reason, now=now, token=token)
    acts = {State.DRAFT: take_back, State.PAUSED: pause, State.CLOSED: close}
    if to in acts:
        return acts[State(to)](pilot=pilot, by=by, reason=reason, now=now, token=token)
    raise WrongState(
        f"No way leads to {to} here. A pilot is made ready, started, paused, resumed, and closed once decided."
    )


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
    pilot.ownerless_since = None
    if pilot.deputy_id == to.pk:
        pilot.deputy = None
    pilot.save(update_fields=["owner", "deputy", "ownerless_since"])
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


def _check_state(pilot: Pilot, source: State) -> None:
    if pilot.state != source:
        raise WrongState(f"{pilot.name} is {pilot.get_state_display().lower()}, so this cannot be done.")


def _moved(
    pilot: Pilot, *, to: State, verb: str, by: User, token: Token | None, reason: str, now: datetime
) -> Pilot:
    before, pilot.state = pilot.state, to
    pilot.save(update_fields=["state"])
    audit.record(
        verb=verb,
        pilot=pilot,
        by=None if token else by,
        token=token,
        now=now,
        reason=reason,
        before={"state": before},
        after={"state": to},
    )
    return pilot
