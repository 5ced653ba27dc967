"""Sign-in under attack: after a few wrong passwords one address may not try that name again for a while."""

from http import HTTPStatus
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render


def client_address(request: HttpRequest) -> str:
    """The address that our outermost proxy saw. What a client writes into the header itself is never believed."""
    if settings.TRUSTED_PROXIES > 0:
        seen = [
            each.strip() for each in request.headers.get("X-Forwarded-For", "").split(",") if each.strip()
        ]
        if len(seen) >= settings.TRUSTED_PROXIES:
            return str(seen[-settings.TRUSTED_PROXIES])
    return str(request.META.get("REMOTE_ADDR", ""))


def locked(request: HttpRequest, credentials: dict[str, Any], *args: Any, **kwargs: Any) -> HttpResponse:
    """The same answer whether the name exists or not."""
    minutes = int(settings.AXES_COOLOFF_TIME.total_seconds()) // 60
    answer = render(
        request, "registration/locked.html", {"minutes": minutes}, status=HTTPStatus.TOO_MANY_REQUESTS
    )
    answer["Retry-After"] = str(minutes * 60)
    return answer
