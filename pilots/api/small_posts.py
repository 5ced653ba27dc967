"""The commonest request by far, a few measurements as JSON with a token, answered without the machinery around a view
(docs/adr/0022).

Each step is the one that the view takes: throttle, token, scope, pilot, decoder, store, report. Whatever is not plain goes
on to the view, which begins anew, and so does each refusal before anything was stored.
"""

from collections.abc import Callable
from functools import lru_cache

from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.http.response import HttpResponseBase
from django.urls import ResolverMatch, resolve
from django.utils import timezone
from structlog.contextvars import bind_contextvars

from config.api import Problem
from pilots.actions import gathering, reach, tokens
from pilots.api import bodies, idempotency, options, reports, throttles
from pilots.models import Pilot
from pilots.models.token import Scope

DOOR = "/api/v1/pilots/"
ADDRESS = "api:measurements"
SCHEME = "Bearer "
SMALL = 4096
"""Bytes. More are worth the views' time."""

UNUSUAL = frozenset({idempotency.HEADER, "HTTP_CONTENT_ENCODING", "HTTP_TRANSFER_ENCODING"})
"""Headers that the view looks at."""


class SmallPosts:
    """Middleware, after whatever holds for every request and before what pages need."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        return (_is_plain(request) and _answered(request)) or self.get_response(request)


def _is_plain(request: HttpRequest) -> bool:
    meta = request.META
    announced = meta.get("CONTENT_LENGTH") or ""
    return (
        request.method == "POST"
        and request.path_info.startswith(DOOR)
        and announced.isdecimal()
        and 0 < int(announced) <= SMALL
        and meta.get("CONTENT_TYPE") == "application/json"
        and meta.get("HTTP_AUTHORIZATION", "").startswith(SCHEME)
        and meta.get("HTTP_ACCEPT", "*/*") == "*/*"
        and UNUSUAL.isdisjoint(meta)
    )


def _answered(request: HttpRequest) -> HttpResponse | None:
    """None where the view is to say what is wrong: nothing is stored then."""
    match, taken = _resolved(request.path_info), _plainly_taken(request.META.get("QUERY_STRING", ""))
    if match is None or taken is None:
        return None
    try:
        posted = bodies.of_json(request.body)
    except (bodies.Unreadable, bodies.TooLarge):
        return None
    now = timezone.now()
    secret = request.META["HTTP_AUTHORIZATION"].removeprefix(SCHEME).strip()
    knock = throttles.knock(secret, size=len(request.body), may_be_ahead=True)
    token = None if knock.wait else tokens.find(secret, now=now, generation=knock.generation)
    if token is None or Scope.INGEST not in token.scopes:
        return None
    tokens.touch(token, now)
    pilot_id = reach.pilot_id(token, match.kwargs["slug"])
    if pilot_id is None:
        return None
    request.resolver_match = match
    bind_contextvars(pilot=match.kwargs["slug"])
    try:
        report = gathering.record(
            pilot_id=pilot_id, rows=posted.rows, now=now, if_good=None if knock.is_fresh else token.pk
        )
    except (tokens.Ended, Pilot.DoesNotExist):
        return None
    return reports.response(reports.of_rows(report, posted, taken, request=request))


@lru_cache(maxsize=1000)
def _resolved(path: str) -> ResolverMatch | None:
    try:
        match = resolve(path)
    except Http404:
        return None
    return match if match.view_name == ADDRESS else None


@lru_cache(maxsize=1000)
def _plainly_taken(query: str) -> options.BatchOptions | None:
    if not options.NAMES.issuperset(QueryDict(query)):
        return None
    try:
        taken = options.of_query(query)
    except Problem:
        return None
    return taken if taken.plain else None
