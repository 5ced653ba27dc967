"""What pages need of a request and scripts do not: a request with a token in its header passes these by.

A token is looked at by the REST door, and by nothing else: there is no session to load, no person to look up, no page to
put a policy on. For a small post they took a fifth of the whole (docs/performance.md).
"""

from typing import Any

from django.contrib.auth.middleware import AuthenticationMiddleware
from django.contrib.auth.models import AnonymousUser
from django.contrib.messages.middleware import MessageMiddleware
from django.contrib.sessions.middleware import SessionMiddleware
from django.http import HttpRequest
from django.http.response import HttpResponseBase

from config.security import PolicyMiddleware

DOORS = ("/api/", "/v1/")


def comes_with_a_token(request: HttpRequest) -> bool:
    """As pilots.api.authentication.TokenAuthentication decides it: then no other way of signing in is tried."""
    scheme = request.META.get("HTTP_AUTHORIZATION", "")[:7]
    return scheme.lower() == "bearer " and request.path_info.startswith(DOORS)


class _ForPages:
    get_response: Any

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if comes_with_a_token(request):
            return self.get_response(request)  # type: ignore[no-any-return]
        return super().__call__(request)  # type: ignore[misc,no-any-return]


class Sessions(_ForPages, SessionMiddleware):
    pass


class People(_ForPages, AuthenticationMiddleware):
    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Whatever else is at these addresses sees nobody, and asks for a sign-in."""
        if comes_with_a_token(request):
            request.user = AnonymousUser()
        return super().__call__(request)


class Notes(_ForPages, MessageMiddleware):
    pass


class Policy(_ForPages, PolicyMiddleware):
    pass
