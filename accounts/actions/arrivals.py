"""A person comes in with the company's account: who she is here, and what her groups there make of her."""

import re
from datetime import datetime

from django.conf import settings
from django.contrib.auth.models import Group, User
from django.db import IntegrityError, transaction

from accounts import roles
from accounts.models import Identity
from accounts.openid.claims import Claims
from pilots.actions import audit
from pilots.actions.refusals import NotAllowed

NOT_IN_A_NAME = re.compile(r"[^\w.@+-]")
LONGEST_NAME = 100  # of the 150 that Django takes: room for a number
CLOSED = "Your account here was closed. An administrator of this Pilotage can open it again."
UNKNOWN = "You have no account here yet. Ask an administrator of this Pilotage to make one."
NO_PART = "None of your groups at your company opens Pilotage. Ask whoever looks after them."
UNVERIFIED = (
    "There is an account here with your e-mail address, but your company does not say that the address is yours. "
    "Ask an administrator of this Pilotage, or have the address verified there."
)
ANOTHERS = (
    "The account here with your e-mail address belongs to somebody who had the address before you. "
    "Ask an administrator to give that account another address."
)
SEVERAL = (
    "Several accounts here have your e-mail address, so it does not say which is yours. Ask an administrator."
)


def arrive(*, claims: Claims, now: datetime) -> User:
    """The person these claims are of, with the groups that they give her now. Raises NotAllowed.

    She is known by issuer and subject. At her first time she is joined to the one account with her verified e-mail
    address, or gets one where the settings let people be made. An account that was closed here stays closed.
    """
    try:
        return _arrive(claims, now)
    except IntegrityError:  # she came in twice at once, and the other one was first
        return _arrive(claims, now)


@transaction.atomic
def _arrive(claims: Claims, now: datetime) -> User:
    known = Identity.objects.filter(issuer=claims.issuer, subject=claims.subject).first()
    person = known.user if known else _found(claims)
    if person is not None:
        person = User.objects.select_for_update().get(pk=person.pk)
        if not person.is_active:
            raise NotAllowed(CLOSED)
    verb = None if known else "person.joined" if person else "person.made"
    if person is None:
        person = _made(claims)
    Identity.objects.update_or_create(
        issuer=claims.issuer,
        subject=claims.subject,
        defaults={"seen_at": now},
        create_defaults={"user": person, "joined_at": now, "seen_at": now},
    )
    if verb:
        audit.record(verb=verb, now=now, after={"person": person.username, "issuer": claims.issuer})
    _set_parts(person, claims, now)
    return person


def _found(claims: Claims) -> User | None:
    """The account to join, by e-mail address; None when nobody here has it. Raises NotAllowed."""
    with_it = list(User.objects.filter(email__iexact=claims.email)[:2]) if claims.email else []
    if not with_it:
        return None
    if not claims.email_verified:
        raise NotAllowed(UNVERIFIED)
    if len(with_it) > 1:
        raise NotAllowed(SEVERAL)
    if with_it[0].identities.filter(issuer=claims.issuer).exists():
        raise NotAllowed(ANOTHERS)
    return with_it[0]


def _made(claims: Claims) -> User:
    """A person without a password. An address that was not verified is not kept: mails would go to somebody else."""
    if not settings.OPENID_CREATE_PEOPLE:
        raise NotAllowed(UNKNOWN)
    if settings.OPENID_GROUPS and not claims.groups & settings.OPENID_GROUPS.keys():
        raise NotAllowed(NO_PART)
    person = User(
        username=_free_name(claims.username or claims.email.partition("@")[0]),
        first_name=claims.first_name[:150],
        last_name=claims.last_name[:150],
        email=claims.email if claims.email_verified else "",
    )
    person.set_unusable_password()
    person.save()
    return person


def _free_name(wished: str) -> str:
    name = NOT_IN_A_NAME.sub("-", wished)[:LONGEST_NAME] or "person"
    taken = set(User.objects.filter(username__istartswith=name).values_list("username", flat=True))
    folded = {each.casefold() for each in taken}
    numbered = (f"{name}-{number}" for number in range(2, len(taken) + 3))
    return next(each for each in (name, *numbered) if each.casefold() not in folded)


def _set_parts(person: User, claims: Claims, now: datetime) -> None:
    """What the settings name is given and taken by the claims; other groups are an administrator's business, here."""
    mapped = settings.OPENID_GROUPS
    if not mapped:
        return
    before, managed = roles.parts_of(person), set(mapped.values())
    after = (before - managed) | {mapped[each] for each in claims.groups if each in mapped}
    person.groups.set(Group.objects.filter(name__in=after - {roles.ADMINISTRATORS}))
    person.is_superuser = roles.ADMINISTRATORS in after
    person.is_staff = bool(after & (roles.STAFF | {roles.ADMINISTRATORS}))
    person.save(update_fields=["is_superuser", "is_staff"])
    if before != after:
        audit.record(
            verb="person.groups_changed",
            now=now,
            reason="What the company's account says",
            before={"groups": sorted(before)},
            after={"person": person.username, "groups": sorted(after)},
        )
