"""What holds for every request, before anything of it is read."""

import re
from collections.abc import Callable, Mapping
from random import getrandbits
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from structlog.contextvars import bind_contextvars, unbind_contextvars

from config.api import problem

HARMLESS = re.compile(r"[A-Za-z0-9._-]{8,64}")
REQUEST_ID = "X-Request-ID"
OF_A_PILOT = ("/p/", "/api/v1/pilots/")


def id_of_request(meta: Mapping[str, Any]) -> str:
    """The caller's own when it is harmless, else a new one.

    Nothing rests on its being hard to guess. Asking the system for one would give the interpreter away in the middle.
    """
    sent = meta.get("HTTP_X_REQUEST_ID", "")
    return sent if HARMLESS.fullmatch(sent) else f"{getrandbits(128):032x}"


class RequestIdMiddleware:
    """Every request has an id, which is in the answer and in the logs."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request_id = id_of_request(request.META)
        request.request_id = request_id  # type: ignore[attr-defined]
        bind_contextvars(request_id=request_id)
        try:
            response = self.get_response(request)
        finally:
            unbind_contextvars("request_id", "pilot")
        response[REQUEST_ID] = request_id
        return response

    def process_view(
        self, request: HttpRequest, view: object, args: object, kwargs: dict[str, object]
    ) -> None:
        """Lines of a pilot's request name the pilot."""
        if "slug" in kwargs and request.path.startswith(OF_A_PILOT):
            bind_contextvars(pilot=kwargs["slug"])


class LargestBodyMiddleware:
    """413 by the Content-Length alone: a body that is too long is not read, nor kept, nor parsed."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        announced = request.META.get("CONTENT_LENGTH") or "0"
        if announced.isdecimal() and int(announced) <= settings.LARGEST_BODY:
            return self.get_response(request)
        largest = settings.LARGEST_BODY // 2**20
        return problem(
            request,
            status=413,
            code="too_large",
            detail=f"Send at most {largest} MB at a time; /api/v1/docs/ says what each address takes.",
        )
