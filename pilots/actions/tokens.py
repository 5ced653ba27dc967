"""Tokens: what scripts sign in with. The secret is shown once and kept as a hash."""

import hashlib
import re
import secrets
import string
from collections.abc import Collection, Iterable, Sequence
from datetime import datetime, timedelta

from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import Q

from pilots import permissions
from pilots.actions import audit, server_bound
from pilots.actions.journeys import Asked
from pilots.actions.known_tokens import KNOWN, KnownTokens, forget_everywhere
from pilots.actions.refusals import NotAllowed, Refused, WrongState
from pilots.models import Pilot, Token
from pilots.models.token import Scope

MARK = "plt_"
ALPHABET = string.ascii_lowercase + string.digits
PREFIX_LENGTH = 8
SECRET = re.compile(rf"({MARK}[a-z0-9]{{{PREFIX_LENGTH}}})[A-Za-z0-9_-]{{43}}")
TOUCH_EVERY = timedelta(minutes=1)
STILL_GOOD = """
SELECT id FROM pilots_token WHERE id = ANY(%s::bigint[]) AND revoked_at IS NULL AND (expires_at IS NULL OR expires_at > %s)
"""


class Ended(Exception):
    """Tokens that were good when a request came are so no more; `ids` names them."""

    def __init__(self, ids: frozenset[int]) -> None:
        super().__init__("The token has ended meanwhile.")
        self.ids = ids


@transaction.atomic
def create(
    *,
    name: str,
    scopes: Sequence[str],
    pilots: Iterable[Pilot] = (),
    all_pilots: bool = False,
    expires_at: datetime | None = None,
    by: User | None,
    now: datetime,
) -> tuple[Token, str]:
    """The token and its secret, which cannot be had again. `by` None: made at the command line of the instance.

    A person makes tokens for pilots she runs; only administrators make them for every pilot or with the scope admin.
    Raises NotAllowed, and Refused for what would be good for nothing.
    """
    bound = list(pilots)
    _check(scopes=scopes, bound=bound, all_pilots=all_pilots, expires_at=expires_at, now=now)
    _may_make(by, scopes=scopes, bound=bound, all_pilots=all_pilots)
    token, secret = _issue(
        name=name, scopes=scopes, bound=bound, all_pilots=all_pilots, expires_at=expires_at, by=by, now=now
    )
    _log(token, "token.created", by=by, now=now)
    return token, secret


def find(
    secret: str, *, now: datetime, generation: bytes | None = None, known: KnownTokens = KNOWN
) -> Token | None:
    """The token that this secret opens; None when it is unknown, expired or revoked. Compares in constant time.

    With the `generation` that Redis named for this request, a reading of the last seconds may do; without, the database
    is asked.
    """
    shape = SECRET.fullmatch(secret)
    if shape is None:
        return None
    token = _read(shape.group(1), generation, known)
    if token is None or not secrets.compare_digest(token.secret_hash, _hash(secret)):
        return None
    return token if token.is_valid(now=now) else None


def _read(prefix: str, generation: bytes | None, known: KnownTokens) -> Token | None:
    if generation is None:
        return Token.objects.filter(prefix=prefix).first()
    if token := known.get(prefix, generation=generation):
        return token
    token = Token.objects.filter(prefix=prefix).first()
    if token is not None:
        known.keep(token, generation=generation)
    return token


def still_good(ids: Collection[int], *, now: datetime) -> list[Asked]:
    """To be asked in the transaction that acts for these tokens; its answer is for `refuse_ended`."""
    return [(STILL_GOOD, [server_bound.numbers(ids), now])] if ids else []


def refuse_ended(ids: Collection[int], good: Iterable[tuple[int]]) -> None:
    """Raises Ended."""
    if ended := frozenset(ids).difference([pk for (pk,) in good]):
        raise Ended(ended)


@transaction.atomic
def revoke(*, token: Token, by: User | None, now: datetime) -> Token:
    """Good for nothing from now on. A second revocation changes nothing. Raises NotAllowed."""
    token = _locked(token, by=by)
    if token.revoked_at is None:
        token.revoked_at = now
        token.save(update_fields=["revoked_at"])
        forget_everywhere()
        _log(token, "token.revoked", by=by, now=now)
    return token


@transaction.atomic
def rotate(*, token: Token, overlap: timedelta, by: User | None, now: datetime) -> tuple[Token, str]:
    """A new token of the same reach and lifetime; the old one ends after `overlap`, so that scripts can change over.

    Raises NotAllowed, and WrongState for a token that is no longer good.
    """
    token = _locked(token, by=by)
    if not token.is_valid(now=now):
        raise WrongState("This token has ended already. Make a new one instead.")
    lifetime = token.expires_at - token.created_at if token.expires_at else None
    new, secret = _issue(
        name=token.name,
        scopes=token.scopes,
        bound=list(token.pilots.all()),
        all_pilots=token.all_pilots,
        expires_at=now + lifetime if lifetime else None,
        by=by,
        now=now,
    )
    end = now + overlap
    token.expires_at = min(token.expires_at, end) if token.expires_at else end
    token.save(update_fields=["expires_at"])
    forget_everywhere()
    _log(new, "token.rotated", by=by, now=now, replaces=token)
    return new, secret


def touch(token: Token, now: datetime) -> None:
    """Notes that it was used; at most one write a minute, whatever the number of requests and processes."""
    before = now - TOUCH_EVERY
    if token.last_used_at is not None and token.last_used_at > before:
        return
    Token.objects.filter(Q(last_used_at__isnull=True) | Q(last_used_at__lte=before), pk=token.pk).update(
        last_used_at=now
    )
    token.last_used_at = now  # a reading that is kept for seconds must not write with every request


def _check(
    *,
    scopes: Sequence[str],
    bound: Sequence[Pilot],
    all_pilots: bool,
    expires_at: datetime | None,
    now: datetime,
) -> None:
    unknown = sorted(set(scopes) - set(Scope.values))
    if unknown or not scopes:
        raise Refused(
            f"{', '.join(unknown) or 'No scope'} cannot be given. Choose from {', '.join(Scope.values)}.",
            code="unknown_scope",
        )
    if not bound and not all_pilots:
        raise Refused("Name the pilots the token is for, or make it for all of them.", code="no_pilot")
    if bound and all_pilots:
        raise Refused("Either name pilots or choose all of them, not both.", code="pilots_and_all")
    if expires_at is not None and expires_at <= now:
        raise Refused("The token would have expired already. Choose a later date.", code="expired")


def _may_make(by: User | None, *, scopes: Sequence[str], bound: Sequence[Pilot], all_pilots: bool) -> None:
    if by is None:
        return
    if (all_pilots or Scope.ADMIN in scopes) and not by.is_superuser:
        raise NotAllowed(
            "Only an administrator makes tokens for every pilot or with the scope admin. Name your pilots."
        )
    _may_run_all(by, bound)


def _may_run_all(by: User, bound: Iterable[Pilot]) -> None:
    for pilot in bound:
        if not permissions.may_run(by, pilot):
            raise NotAllowed(
                f"Tokens of {pilot} are made and ended by its owner or deputy. Ask {pilot.owner}."
            )


def _issue(
    *,
    name: str,
    scopes: Sequence[str],
    bound: Sequence[Pilot],
    all_pilots: bool,
    expires_at: datetime | None,
    by: User | None,
    now: datetime,
) -> tuple[Token, str]:
    prefix = MARK + "".join(secrets.choice(ALPHABET) for _ in range(PREFIX_LENGTH))
    secret = prefix + secrets.token_urlsafe(32)
    token = Token.objects.create(
        prefix=prefix,
        secret_hash=_hash(secret),
        name=name,
        scopes=sorted(set(scopes)),
        all_pilots=all_pilots,
        created_by=by,
        created_at=now,
        expires_at=expires_at,
    )
    token.pilots.set(bound)
    return token, secret


def _locked(token: Token, *, by: User | None) -> Token:
    token = Token.objects.select_for_update().get(pk=token.pk)
    if by is not None and not by.is_superuser:
        if token.all_pilots:
            raise NotAllowed("Only an administrator changes a token for every pilot.")
        _may_run_all(by, token.pilots.all())
    return token


def _log(token: Token, verb: str, *, by: User | None, now: datetime, replaces: Token | None = None) -> None:
    """One row in the log of each pilot it is bound to; one without a pilot when it is good for all."""
    after = {"token": token.prefix, "name": token.name, "scopes": list(token.scopes)}
    if token.expires_at:
        after["expires_at"] = token.expires_at.isoformat()
    before = {"token": replaces.prefix} if replaces else None
    bound: list[Pilot | None] = [None] if token.all_pilots else list(token.pilots.all())
    for pilot in bound:
        audit.record(verb=verb, pilot=pilot, by=by, now=now, before=before, after=after)


def _hash(secret: str) -> str:
    """A plain SHA-256 is enough: the secret is 256 random bits, not a password somebody chose."""
    return hashlib.sha256(secret.encode()).hexdigest()
