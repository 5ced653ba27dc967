"""The commonest request by far, a few measurements as JSON with a token, answered without Django's and DRF's machinery
(docs/adr/0022).

Each step is the one that middleware and view take: host, throttle, token, scope, pilot, decoder, store, report. Whatever is
not plain goes on to them, and they begin anew; so does each request of which nothing was stored.
"""

import time
from collections.abc import Callable, Iterable
from functools import lru_cache
from http import HTTPStatus
from io import BytesIO
from typing import Any

from django.conf import settings
from django.core.exceptions import DisallowedHost
from django.core.handlers.exception import response_for_exception
from django.core.handlers.wsgi import WSGIRequest
from django.core.signals import request_started
from django.http import Http404, HttpResponse, QueryDict
from django.middleware.security import SecurityMiddleware
from django.urls import ResolverMatch, resolve
from django.utils import timezone
from structlog.contextvars import bind_contextvars, unbind_contextvars

from config.api import Problem
from config.metrics import requests as metrics
from config.requests import REQUEST_ID, id_of_request
from pilots.actions import gathering, reach, tokens
from pilots.api import bodies, idempotency, options, reports, throttles
from pilots.api.renderers import JSON
from pilots.models import Pilot
from pilots.models.token import Scope

DOOR = "/api/v1/pilots/"
ADDRESS = "api:measurements"
SCHEME = "Bearer "
SMALL = 4096
"""Bytes. More are worth the views' time."""

UNUSUAL = frozenset({idempotency.HEADER, "HTTP_CONTENT_ENCODING", "HTTP_TRANSFER_ENCODING"})
"""Headers that the view looks at."""

WAY = ("wsgi.url_scheme", "HTTP_X_FORWARDED_PROTO", "HTTP_HOST", "SERVER_NAME", "SERVER_PORT")
"""Of an environment, what says by which way a request came: as whom it addressed us, and whether by TLS."""

Environment = dict[str, Any]
Application = Callable[[Environment, Callable[..., Any]], Iterable[bytes]]


class SmallPosts:
    """WSGI, in front of Django, for requests whose body is at hand."""

    def __init__(self, application: Application) -> None:
        self.application = application
        self.largest = min(SMALL, settings.LARGEST_BODY)
        self.added = lru_cache(maxsize=100)(_added)

    def __call__(self, environ: Environment, start_response: Callable[..., Any]) -> Iterable[bytes]:
        sent = self._sent(environ) if _is_plain(environ, self.largest) else None
        if sent is None:
            return self.application(environ, start_response)
        status, headers, body = sent
        start_response(f"{status} {HTTPStatus(status).phrase}", headers)
        return [body]

    def _sent(self, environ: Environment) -> tuple[int, list[tuple[str, str]], bytes] | None:
        """Status, headers and body; None where Django is to answer."""
        began = time.perf_counter()
        match, added = _resolved(environ["PATH_INFO"]), self.added(*map(environ.get, WAY))
        if match is None or added is None:
            return None
        request_id = id_of_request(environ)
        bind_contextvars(request_id=request_id, pilot=match.kwargs["slug"])
        try:
            answer = _answered(environ, match, request_id)
        finally:
            unbind_contextvars("request_id", "pilot")
        if answer is None:
            return None
        status, media_type, body = answer
        metrics.observe(ADDRESS, "POST", status, began)
        of_this = ("Content-Type", media_type), ("Content-Length", str(len(body))), (REQUEST_ID, request_id)
        return status, [*of_this, *added], body


def _is_plain(environ: Environment, largest: int) -> bool:
    announced = environ.get("CONTENT_LENGTH") or ""
    return (
        environ["REQUEST_METHOD"] == "POST"
        and environ["PATH_INFO"].startswith(DOOR)
        and announced.isdecimal()
        and 0 < int(announced) <= largest
        and environ.get("CONTENT_TYPE") == "application/json"
        and environ.get("HTTP_AUTHORIZATION", "").startswith(SCHEME)
        and environ.get("HTTP_ACCEPT", "*/*") == "*/*"
        and UNUSUAL.isdisjoint(environ)
    )


@lru_cache(maxsize=1000)
def _resolved(path: str) -> ResolverMatch | None:
    try:
        match = resolve(path)
    except Http404:
        return None
    return match if match.view_name == ADDRESS else None


def _added(*way: str | None) -> list[tuple[str, str]] | None:
    """The headers that Django's middleware puts on every answer to a request that came by this way; None where it refuses or
    redirects it."""
    came = {name: value for name, value in zip(WAY, way, strict=True) if value is not None}
    request = WSGIRequest({"REQUEST_METHOD": "POST", "PATH_INFO": DOOR, "wsgi.input": BytesIO(), **came})
    passed_on = HttpResponse()
    del passed_on["Content-Type"]
    try:
        request.get_host()
        answer = SecurityMiddleware(lambda _: passed_on)(request)
    except DisallowedHost:
        return None
    return list(answer.items()) if answer is passed_on else None


def _answered(environ: Environment, match: ResolverMatch, request_id: str) -> tuple[int, str, bytes] | None:
    """Status, media type and body; None where nothing was stored: then Django and the view say why."""
    taken = _plainly_taken(environ.get("QUERY_STRING", ""))
    if taken is None:
        return None
    body = environ["wsgi.input"].read()
    environ["wsgi.input"].seek(0)
    try:
        posted = bodies.of_json(body)
    except (bodies.Unreadable, bodies.TooLarge):
        return None
    request_started.send(SmallPosts, environ=environ)  # looks after the connections
    now = timezone.now()
    try:
        secret = environ["HTTP_AUTHORIZATION"].removeprefix(SCHEME).strip()
        knock = throttles.knock(secret, size=len(body), may_be_ahead=True)
        environ[throttles.COUNTED] = not knock.wait
        token = None if knock.wait else tokens.find(secret, now=now, generation=knock.generation)
        if token is None or Scope.INGEST not in token.scopes:
            return None
        tokens.touch(token, now)
        pilot_id = reach.pilot_id(token, match.kwargs["slug"])
        if pilot_id is None:
            return None
        report = gathering.record(
            pilot_id=pilot_id, rows=posted.rows, now=now, if_good=None if knock.is_fresh else token.pk
        )
    except (tokens.Ended, Pilot.DoesNotExist):
        return None
    except Exception as error:
        # Nobody knows what was stored, so it must not be tried again.
        request = WSGIRequest(environ)
        request.resolver_match = match
        request.request_id = request_id  # type: ignore[attr-defined]
        response = response_for_exception(request, error)
        return response.status_code, response["Content-Type"], response.content
    if report.rejected == len(report.items):
        return None
    answer = reports.of_batch(report, posted, taken)
    return answer.status, JSON.media_type, JSON.encoder.encode(answer.body)


@lru_cache(maxsize=1000)
def _plainly_taken(query: str) -> options.BatchOptions | None:
    if not options.NAMES.issuperset(QueryDict(query)):
        return None
    try:
        taken = options.of_query(query)
    except Problem:
        return None
    return taken if taken.plain else None
