"""Second factors: an authenticator that is set up, asked for at sign-in, and taken away."""

import hashlib
from collections.abc import Sequence
from datetime import datetime, timedelta

from django.conf import settings
from django.contrib.auth.models import User
from django.db import transaction

from accounts import codes, roles, sealing
from accounts.models import RecoveryCode, SecondFactor
from pilots.actions import audit
from pilots.actions.refusals import NotAllowed, Refused, WrongState

WRONG = "That code does not fit. Take the one that is shown now; each counts once. Is the clock of your phone right?"
LOCKED = "Too many wrong codes. Wait {minutes} minutes, then try again."
UNREADABLE = (
    "Your second factor cannot be read any more. Ask an administrator to reset it, then set it up anew."
)
NOTHING = "There is no second factor to reset."
NEEDED = "Your part here needs a second factor, so it stays. To change your phone, ask an administrator to reset it."


def has_one(person: User) -> bool:
    return SecondFactor.objects.filter(user=person, confirmed_at__isnull=False).exists()


def is_needed_by(person: User) -> bool:
    """Whether her part here asks for one."""
    asked = set(settings.SECOND_FACTOR_REQUIRED)
    return bool(asked) and not asked.isdisjoint(roles.parts_of(person))


@transaction.atomic
def begin(*, person: User, now: datetime) -> str:
    """The secret that her authenticator takes: the same until a code of it was shown. Raises WrongState."""
    secret = codes.new_secret()
    factor, made = SecondFactor.objects.select_for_update().get_or_create(
        user=person, defaults={"sealed_secret": sealing.seal(secret), "made_at": now}
    )
    if factor.confirmed_at is not None:
        raise WrongState("You have a second factor already.")
    if made:
        return secret
    try:
        return sealing.unseal(factor.sealed_secret)
    except sealing.Unreadable:
        factor.sealed_secret, factor.made_at = sealing.seal(secret), now
        factor.save(update_fields=["sealed_secret", "made_at"])
        return secret


def confirm(*, person: User, code: str, now: datetime) -> list[str]:
    """From now on it is asked for. The recovery codes, which cannot be had again. Raises Refused."""
    with transaction.atomic():
        factor = (
            SecondFactor.objects.select_for_update().filter(user=person, confirmed_at__isnull=True).first()
        )
        if factor is None:
            raise WrongState("You have a second factor already, or none was begun. Open the page again.")
        refusal = _tried(factor, code, now)
        if not refusal:
            factor.confirmed_at = now
            factor.save(update_fields=["confirmed_at"])
            audit.record(verb="second_factor.set_up", now=now, by=person)
            return _renewed(factor)
    raise Refused(refusal)


def prove(*, person: User, code: str, now: datetime) -> None:
    """Nothing, when it is a code of her authenticator that never counted before, or a recovery code. Raises Refused."""
    with transaction.atomic():
        factor = SecondFactor.objects.select_for_update().get(user=person, confirmed_at__isnull=False)
        refusal = _tried(factor, code, now)
    if refusal:
        raise Refused(refusal)


def renew_codes(*, person: User, code: str, now: datetime) -> list[str]:
    """New recovery codes; those of before open nothing any more. Raises Refused."""
    prove(person=person, code=code, now=now)
    with transaction.atomic():
        audit.record(verb="second_factor.codes_renewed", now=now, by=person)
        return _renewed(SecondFactor.objects.select_for_update().get(user=person))


def remove(*, person: User, code: str, now: datetime) -> None:
    """Raises Refused, NotAllowed where her part needs it."""
    if is_needed_by(person):
        raise NotAllowed(NEEDED)
    prove(person=person, code=code, now=now)
    with transaction.atomic():
        SecondFactor.objects.filter(user=person).delete()
        audit.record(verb="second_factor.removed", now=now, by=person)


@transaction.atomic
def reset(*, person: User, by: User | None, now: datetime, reason: str = "") -> None:
    """The person signs in without it, and sets up another if her part needs one. `by` None: at the command line.

    Raises NotAllowed, WrongState.
    """
    if by is not None and not (by.is_active and by.is_superuser):
        raise NotAllowed("Administrators reset second factors.")
    if not SecondFactor.objects.filter(user=person).delete()[0]:
        raise WrongState(NOTHING)
    audit.record(verb="second_factor.reset", now=now, by=by, reason=reason, after={"person": person.username})


def _tried(factor: SecondFactor, code: str, now: datetime) -> str:
    """Why the code does not count; "" when it does. Writes what that changes; the row is locked by the caller."""
    minutes = int(settings.AXES_COOLOFF_TIME.total_seconds()) // 60
    if factor.is_locked(now=now):
        return LOCKED.format(minutes=minutes)
    try:
        counts = _counts(factor, codes.as_typed(code), now)
    except sealing.Unreadable:
        return UNREADABLE
    factor.failures = 0 if counts else factor.failures + 1
    refusal = "" if counts else WRONG
    if factor.failures >= settings.AXES_FAILURE_LIMIT:
        factor.failures, factor.locked_until = 0, now + timedelta(minutes=minutes)
        refusal = LOCKED.format(minutes=minutes)
        audit.record(verb="second_factor.locked", now=now, after={"person": factor.user.username})
    factor.save(update_fields=["failures", "locked_until", "last_step"])
    return refusal


def _counts(factor: SecondFactor, code: str, now: datetime) -> bool:
    if len(code) == codes.DIGITS:
        secret = sealing.unseal(factor.sealed_secret)
        step = codes.step_that_fits(secret, code, now=now, after=factor.last_step)
        factor.last_step = step or factor.last_step
        return step is not None
    unused = factor.recovery_codes.filter(code_hash=_hashed(code), used_at__isnull=True)
    return unused.update(used_at=now) == 1


def _renewed(factor: SecondFactor) -> list[str]:
    fresh = codes.new_recovery_codes()
    factor.recovery_codes.all().delete()
    _keep(factor, fresh)
    return fresh


def _keep(factor: SecondFactor, fresh: Sequence[str]) -> None:
    RecoveryCode.objects.bulk_create(
        RecoveryCode(factor=factor, code_hash=_hashed(codes.as_typed(each))) for each in fresh
    )


def _hashed(code: str) -> str:
    """Long and random enough for a plain hash: there is no dictionary of them."""
    return hashlib.sha256(code.encode()).hexdigest()
