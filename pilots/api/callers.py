"""Who called, told apart: a token in `request.auth`, or a person in `request.user`."""

from django.contrib.auth.models import User
from django.http import Http404
from rest_framework.request import Request

from pilots.models import Pilot, Token
from pilots.models.pilot import PilotQuerySet


def token(request: Request) -> Token | None:
    return request.auth if isinstance(request.auth, Token) else None


def person(request: Request) -> User | None:
    return request.user if isinstance(request.user, User) else None


def visible_pilots(request: Request) -> PilotQuerySet:
    """What the token is bound to, or what the person may read; what is not among them does not exist for the caller."""
    used = token(request)
    if used is None:
        return Pilot.objects.all().visible_to(request.user)
    return Pilot.objects.all() if used.all_pilots else Pilot.objects.filter(tokens=used)


def pilot(request: Request, slug: str, *, only: tuple[str, ...] = ()) -> Pilot:
    """Raises Http404, for a pilot that is not there and for one that is none of the caller's business.

    `only`: the fields that are fetched, for a caller that asks often and needs few; others when they are asked for."""
    visible = visible_pilots(request)
    try:
        return (visible.only(*only) if only else visible).get(slug=slug)
    except Pilot.DoesNotExist:
        raise Http404 from None
