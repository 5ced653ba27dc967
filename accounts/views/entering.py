"""The one way in: whoever proved who she is, by whichever way, passes here before a session is hers."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog
from django.conf import settings
from django.contrib.auth import login
from django.contrib.auth.models import User
from django.http import HttpRequest, HttpResponseRedirect
from django.shortcuts import redirect, resolve_url
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme

from accounts.actions import second_factors
from accounts.backends import PEOPLE

WAITING = "waiting_at_the_door"
PATIENCE = timedelta(minutes=10)
log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class Waiting:
    """A person whose second factor is still to come. Nothing is open to her but that."""

    person: User
    onwards: str
    way: str


def onwards_from(request: HttpRequest) -> str:
    """The page asked for, if it is one of ours; else the board."""
    asked = request.POST.get("next", request.GET.get("next", ""))
    ours = url_has_allowed_host_and_scheme(
        asked, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return asked if ours else resolve_url(settings.LOGIN_REDIRECT_URL)


def proceed(
    request: HttpRequest, person: User, *, onwards: str, way: str, methods: Collection[str] = ()
) -> HttpResponseRedirect:
    """In, or to the second factor. `methods`: what she proved herself with already (RFC 8176)."""
    if "mfa" in methods:
        return enter(request, Waiting(person, onwards, way))
    has_one = second_factors.has_one(person)
    if not has_one and not second_factors.is_needed_by(person):
        return enter(request, Waiting(person, onwards, way))
    request.session.cycle_key()
    request.session[WAITING] = {
        "person": person.pk,
        "proof": person.get_session_auth_hash(),
        "onwards": onwards,
        "way": way,
        "since": timezone.now().timestamp(),
    }
    return redirect("second-factor-code" if has_one else "second-factor")


def waiting(request: HttpRequest, *, now: datetime) -> Waiting | None:
    """Who waits in this session; nobody once it took too long, or the account or its password changed."""
    noted = request.session.get(WAITING)
    if not noted or now.timestamp() - noted["since"] > PATIENCE.total_seconds():
        return None
    person = User.objects.filter(pk=noted["person"], is_active=True).first()
    if person is None or person.get_session_auth_hash() != noted["proof"]:
        return None
    return Waiting(person, noted["onwards"], noted["way"])


def enter(request: HttpRequest, who: Waiting) -> HttpResponseRedirect:
    request.session.pop(WAITING, None)
    login(request, who.person, backend=PEOPLE)
    log.info("signed in", person=who.person.pk, way=who.way)
    return redirect(who.onwards)
