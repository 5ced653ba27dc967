"""How long requests took, by the name of their view. With PROMETHEUS_MULTIPROC_DIR set, all web processes are one."""

import time
from collections.abc import Callable
from functools import cache

from django.http import HttpRequest, HttpResponse
from prometheus_client import Histogram

SECONDS = Histogram(
    "pilotage_http_request_seconds",
    "Requests by view, method and class of status",
    ["view", "method", "status"],
    buckets=(0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10),
)
METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})


class MeasuringMiddleware:
    """A few microseconds a request: one look-up and one observation."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        began = time.perf_counter()
        response = self.get_response(request)
        match = request.resolver_match
        view = (match.view_name or "unnamed") if match else "none"
        observe(view, str(request.method), response.status_code, began)
        return response


def observe(view: str, method: str, status: int, began: float) -> None:
    """`began` by time.perf_counter."""
    _kept(view, method if method in METHODS else "other", f"{status // 100}xx").observe(
        time.perf_counter() - began
    )


@cache
def _kept(*labels: str) -> Histogram:
    return SECONDS.labels(*labels)
