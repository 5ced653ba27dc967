"""The charter of a pilot: logged, edited, and who may. Its parts are written by `plan_edits`."""

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any

from django.contrib.auth.models import User
from django.core.exceptions import ValidationError
from django.db import transaction

from pilots import permissions
from pilots.actions import audit, fences, verdicts
from pilots.actions.refusals import NotAllowed, Refused, Unfit, WrongState
from pilots.judging.persons import hidden
from pilots.models import CharterVersion, Event, Pilot, Token
from pilots.models.pilot import State
from pilots.queries import charters
from pilots.queries.readiness import missing

PLANNED = (
    "slug",
    "spend_cap",
    "volume_cap",
    "hours_cap",
    "baseline_start",
    "window_start",
    "maintenance_start",
    "window_end",
    "maintenance_min_items",
    "seeks_saving",
    "currency",
    "payback_months",
)
"""Part of the plan that is frozen at the start, or of addresses that scripts know by then."""


def frozen_fields(pilot: Pilot | None, *, by_administrator: bool) -> tuple[str, ...]:
    """Fields nobody edits any more. The owner changes by handing over; the decider only by an administrator."""
    if pilot is None or not pilot.is_frozen:
        return ()
    return (*PLANNED, "owner") if by_administrator else (*PLANNED, "owner", "decider")


@transaction.atomic
def save(
    *, pilot: Pilot, by: User, token: Token | None = None, readers: Collection[User] | None = None
) -> Pilot:
    """Stores the charter as it is now, new or edited; `record_change` then keeps what was changed. None leaves the
    readers as they are.

    Raises NotAllowed, WrongState (decided), Refused (frozen) or Unfit.
    """
    stored = Pilot.objects.select_for_update(no_key=True).filter(pk=pilot.pk).first() if pilot.pk else None
    _check_may(stored, by, token)
    if stored is not None:
        _check_frozen(stored, pilot, by_administrator=by.is_superuser and token is None)
    try:
        if stored is None or stored.owner_id != pilot.owner_id:
            check_owner(pilot.owner, field="owner")
        pilot.full_clean()
    except ValidationError as error:
        raise Unfit(error) from error
    pilot.save()
    if readers is not None:
        pilot.readers.set(readers)
    return pilot


@transaction.atomic
def record_change(
    *,
    pilot: Pilot,
    by: User,
    now: datetime,
    before: Mapping[str, Any],
    after: Mapping[str, Any],
    token: Token | None = None,
    reason: str = "",
) -> Event | None:
    """Keeps what an edit changed in the audit log; None when it changed nothing. Values are JSON.

    A draft's caps become its fences. Once the pilot has started, the whole charter is kept as a new version as well,
    with the reason. Raises Refused when a started pilot's edit has none.
    """
    fences.build(pilot=pilot)
    if before == after:
        return None
    if pilot.is_frozen and not reason.strip():
        raise Refused(
            "Say why: the charter of a started pilot is kept version by version, each with its reason.",
            code="reason_missing",
        )
    _back_to_draft(pilot, by=by, token=token, now=now)
    verb = "pilot.changed" if before else "pilot.logged"
    verdicts.request(pilot=pilot)  # an operator named or a cost estimated may be what a go was waiting for
    if pilot.is_frozen:
        write_version(pilot=pilot, reason=reason.strip(), by=by, now=now)
    return audit.record(
        verb=verb,
        pilot=pilot,
        by=None if token else by,
        token=token,
        now=now,
        reason=reason,
        before=before,
        after=after,
    )


@transaction.atomic
def write_version(*, pilot: Pilot, reason: str, by: User, now: datetime) -> CharterVersion | None:
    """The charter as it is now, unless it is what the newest version says."""
    Pilot.objects.select_for_update(no_key=True).get(pk=pilot.pk)
    persons, newest = charters.persons(pilot), charters.newest(pilot)
    document = hidden(charters.document(pilot), persons)
    charter_hash = charters.hash_of(document)
    if newest is not None and newest.charter_hash == charter_hash:
        return None
    return CharterVersion.objects.create(
        pilot=pilot,
        number=newest.number + 1 if newest else 1,
        charter=document,
        persons=persons,
        charter_hash=charter_hash,
        reason=reason,
        written_by=by,
        written_at=now,
    )


def check_owner(owner: User, *, field: str = "") -> None:
    """Raises ValidationError, of the field if one is named."""
    if not permissions.may_create(owner):
        sentence = f"{owner} may not run pilots. Choose somebody from the group Owners."
        raise ValidationError({field: sentence} if field else sentence)


def _back_to_draft(pilot: Pilot, *, by: User, token: Token | None, now: datetime) -> None:
    """A pilot is ready only as long as nothing is missing."""
    if pilot.state != State.READY or not (points := missing(pilot)):
        return
    pilot.state = State.DRAFT
    pilot.save(update_fields=["state"])
    audit.record(
        verb="pilot.taken_back",
        pilot=pilot,
        by=None if token else by,
        token=token,
        now=now,
        reason=" ".join(point.reason for point in points),
        before={"state": State.READY},
        after={"state": State.DRAFT},
    )


def _check_may(stored: Pilot | None, by: User, token: Token | None) -> None:
    if stored is None:
        if not (permissions.may_create_with(token) if token else permissions.may_create(by)):
            raise NotAllowed(
                "Pilots are logged by people of the group Owners, and by tokens for all pilots with the scope admin."
            )
        return
    if not permissions.may_change(by, stored, token):
        raise NotAllowed("Only the owner, the deputy or an administrator edits this pilot.")
    if stored.is_settled:
        raise WrongState(f"{stored.name} has been decided: its charter is closed.")


def _check_frozen(stored: Pilot, pilot: Pilot, *, by_administrator: bool) -> None:
    names = frozen_fields(stored, by_administrator=by_administrator)
    changed = [name for name in names if getattr(stored, name) != getattr(pilot, name)]
    if changed:
        raise Refused(
            f"{', '.join(changed)} cannot be edited any more: frozen when the pilot started. "
            "The end is moved by a signed decision, the owner by handing over.",
            code="frozen",
        )
