"""To the company's sign-in and back: OpenID Connect's code flow, with state, nonce and PKCE, once each."""

import base64
import hashlib
import secrets
from functools import cache
from http import HTTPStatus
from urllib.parse import urlsplit

import structlog
from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from accounts.actions import arrivals
from accounts.openid import claims
from accounts.openid.issuer import Issuer, Registration
from accounts.openid.network import NoAnswer
from accounts.openid.tokens import NoProof
from accounts.views import entering
from evaluations.providers.destinations import AllowedHosts
from pilots.actions.refusals import Refused

BEGUN = "openid_begun"
AT_ONCE = 5  # windows of one browser
PATIENCE_S = 600
log = structlog.get_logger(__name__)

STALE = "This sign-in was not begun in this browser, or it took too long. Begin it again."
DENIED = "Your company's sign-in did not let you in, or you stopped it there."
NO_PROOF = "What your company's sign-in sent is no proof of who you are. Try again; if it stays, tell an administrator."
NO_ANSWER = (
    "Your company's sign-in does not answer. Try again in a minute; if it stays, tell an administrator."
)


@login_not_required
@never_cache
@require_safe
def begin(request: HttpRequest) -> HttpResponse:
    """Only a link leads here, so the page that has it needs no other form-action than our own."""
    issuer = _issuer()
    state, nonce, verifier = (secrets.token_urlsafe(32) for _ in range(3))
    challenge = base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=").decode()
    try:
        way = issuer.way_in(redirect_uri=_way_back(), state=state, nonce=nonce, challenge=challenge)
    except NoAnswer as fault:
        return _no_answer(request, fault)
    begun = dict(list(request.session.get(BEGUN, {}).items())[1 - AT_ONCE :])
    at = timezone.now().timestamp()
    begun[state] = {"nonce": nonce, "verifier": verifier, "onwards": entering.onwards_from(request), "at": at}
    request.session[BEGUN] = begun
    return redirect(way)


@login_not_required
@never_cache
@require_safe
def come_back(request: HttpRequest) -> HttpResponse:
    issuer, now = _issuer(), timezone.now()
    begun = request.session.get(BEGUN, {})
    this = begun.pop(request.GET.get("state", ""), None)
    request.session[BEGUN] = begun
    if this is None or now.timestamp() - this["at"] > PATIENCE_S:
        return _refused(request, STALE, why="state")
    if request.GET.get("iss", settings.OPENID_ISSUER) != settings.OPENID_ISSUER:
        return _refused(request, NO_PROOF, why="another issuer answered (RFC 9207)")
    if not request.GET.get("code"):
        return _refused(request, DENIED, why="no code")
    try:
        said = issuer.claims(
            code=request.GET["code"], verifier=this["verifier"], nonce=this["nonce"], redirect_uri=_way_back()
        )
        read = claims.read(
            said,
            groups_claim=settings.OPENID_GROUPS_CLAIM,
            emails_are_verified=settings.OPENID_EMAILS_ARE_VERIFIED,
        )
        person = arrivals.arrive(claims=read, now=now)
    except NoAnswer as fault:
        return _no_answer(request, fault)
    except NoProof as fault:
        return _refused(request, NO_PROOF, why=str(fault))
    except Refused as refusal:
        return _refused(request, str(refusal), why=str(refusal))
    return entering.proceed(request, person, onwards=this["onwards"], way="openid", methods=read.methods)


def _issuer() -> Issuer:
    """Raises Http404 where there is none: then nothing of this can be reached."""
    if not settings.OPENID_ISSUER:
        raise Http404
    hosts = (urlsplit(settings.OPENID_ISSUER).netloc, *settings.OPENID_ALLOWED_HOSTS)
    return _known(
        Registration(
            issuer=settings.OPENID_ISSUER,
            client_id=settings.OPENID_CLIENT_ID,
            client_secret=settings.OPENID_CLIENT_SECRET,
            allowed=AllowedHosts.parse(hosts),
            scopes=settings.OPENID_SCOPES,
            groups_claim=settings.OPENID_GROUPS_CLAIM,
        )
    )


@cache
def _known(registration: Registration) -> Issuer:
    """One a process: it keeps what the issuer published."""
    return Issuer(registration)


def _way_back() -> str:
    """By the settings alone: what a request calls its host says nothing."""
    return str(settings.BASE_URL).rstrip("/") + reverse("openid-return")


def _no_answer(request: HttpRequest, fault: NoAnswer) -> HttpResponse:
    log.error("the issuer did not answer", why=str(fault))
    return _page(request, NO_ANSWER, HTTPStatus.BAD_GATEWAY)


def _refused(request: HttpRequest, sentence: str, *, why: str) -> HttpResponse:
    log.warning("sign-in refused", why=why)
    return _page(request, sentence, HTTPStatus.FORBIDDEN)


def _page(request: HttpRequest, sentence: str, status: HTTPStatus) -> HttpResponse:
    return render(request, "accounts/refused.html", {"sentence": sentence}, status=status)
