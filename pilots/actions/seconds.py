"""The second of two signatures: somebody else agrees to what the decider signed, or declines it."""

from datetime import datetime

from django.contrib.auth.models import User
from django.db import transaction

from pilots import permissions
from pilots.actions import audit, decisions
from pilots.actions.refusals import NotAllowed, Refused, WrongState
from pilots.models import Decision, FirstSignature, Pilot, SecondSignature
from pilots.models.signature import SecondKind


@transaction.atomic
def second(*, first: FirstSignature, by: User, now: datetime) -> Decision:
    """Agrees: the decision is written and carried out. Raises NotAllowed, WrongState, EvidenceMoved or Refused."""
    pilot = _locked(first)
    _check_other(first, pilot, by)
    decision = decisions.write_seconded(first=first, pilot=pilot, by=by, now=now)
    SecondSignature.objects.create(first=first, kind=SecondKind.SECONDED, by=by, at=now, decision=decision)
    return decision


@transaction.atomic
def decline(*, first: FirstSignature, reason: str, by: User, now: datetime) -> SecondSignature:
    """Nothing follows from the first signature. Its signer takes it back, with or without a reason; anybody else who may
    second says why. Raises NotAllowed, WrongState or Refused."""
    pilot = _locked(first)
    own = by.pk == first.signed_by_id
    if not own:
        _check_other(first, pilot, by)
        if not reason.strip():
            raise Refused(
                "Say why you decline; who signed first will read it.", code="decline_reason_missing"
            )
    kind = SecondKind.WITHDRAWN if own else SecondKind.DECLINED
    made = SecondSignature.objects.create(first=first, kind=kind, by=by, at=now, reason=reason.strip())
    audit.record(verb=f"decision.{kind}", pilot=pilot, by=by, now=now, reason=made.reason)
    return made


def _locked(first: FirstSignature) -> Pilot:
    pilot = Pilot.objects.select_for_update(no_key=True).get(pk=first.pilot_id)
    if SecondSignature.objects.filter(first=first).exists():
        raise Refused("This was answered already.", code="answered")
    if first.supersedes_id is None and not pilot.is_under_trial:
        raise WrongState(f"{pilot.name} is {pilot.get_state_display().lower()}: there is nothing to decide.")
    return pilot


def _check_other(first: FirstSignature, pilot: Pilot, by: User) -> None:
    if by.pk == first.signed_by_id:
        raise NotAllowed("You signed first, so somebody else must sign second.", code="signed_first")
    if not permissions.may_sign_second(by, pilot):
        raise NotAllowed("The second signer is a manager who neither runs this pilot nor wrote its memo.")
