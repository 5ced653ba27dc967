"""What pages need of a request and scripts do not: a request with a token in its header passes these by.

A token is looked at by the REST door, and by nothing else: there is no session to load, no person to look up, no page to
put a policy on. For a small post they took a fifth of the whole (docs/performance.md).
"""

from collections.abc import Callable

from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest
from django.http.response import HttpResponseBase

DOORS = ("/api/", "/v1/")

Handler = Callable[[HttpRequest], HttpResponseBase]


class ForPages:
    """Stands before the middleware of pages in `MIDDLEWARE`; a token's request goes from here to its view at once.

    What they decide once the view is known (`process_view`) holds for it all the same.
    """

    def __init__(self, get_response: Handler) -> None:
        self.page = get_response
        self.view = _behind(get_response)

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if not comes_with_a_token(request):
            return self.page(request)
        # Whatever else is at these addresses sees nobody, and asks for a sign-in.
        request.user = AnonymousUser()
        return self.view(request)


def comes_with_a_token(request: HttpRequest) -> bool:
    """As pilots.api.authentication.TokenAuthentication decides it: then no other way of signing in is tried."""
    scheme = request.META.get("HTTP_AUTHORIZATION", "")[:7]
    return scheme.lower() == "bearer " and request.path_info.startswith(DOORS)


def _behind(handler: Handler) -> Handler:
    """What is left of a chain without its middleware: Django wraps each, and each has the next as `get_response`."""
    while hasattr(middleware := getattr(handler, "__wrapped__", None), "get_response"):
        handler = middleware.get_response  # type: ignore[union-attr]
    return handler
