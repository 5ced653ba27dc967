"""Traces by OpenTelemetry, where a collector is named: one span a request, one a task, tied together across the queue.

Nothing is instrumented by others' code: a span holds what is set here and nothing else. That is names and ids; no address
with its query, no header, no body, no message of an error, so no question, no answer and no token.
Loaded only with OTEL_EXPORTER_OTLP_ENDPOINT. The exporter's other variables (headers, sampling) are OpenTelemetry's own.
"""

from collections.abc import Callable
from functools import cache
from typing import Any

import structlog
from celery.signals import before_task_publish, task_failure, task_postrun, task_prerun
from django.http import HttpRequest, HttpResponse
from opentelemetry import context, propagate, trace
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor
from opentelemetry.trace import Span, SpanKind, Status, StatusCode

from config.requests import OF_A_PILOT

METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
IDS = ("pilot_id", "run_id", "weighing_id")
UNDER_WAY = "pilotage_span"


@cache
def provider() -> TracerProvider:
    """Made at the first span of a process, so after a worker has forked."""
    made = TracerProvider(resource=Resource.create({"service.name": "pilotage"}))
    made.add_span_processor(BatchSpanProcessor(OTLPSpanExporter()))
    return made


def _begun(name: str, kind: SpanKind, parent: context.Context, said: dict[str, Any]) -> Span:
    span = provider().get_tracer("pilotage").start_span(name, parent, kind=kind, attributes=said)
    structlog.contextvars.bind_contextvars(trace_id=trace.format_trace_id(span.get_span_context().trace_id))
    return span


class Tracing:
    """Right after the request has its id."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        method = request.method if request.method in METHODS else "_OTHER"
        sent = {"traceparent": request.headers.get("traceparent", "")}
        said = {"http.request.method": method, "pilotage.request_id": getattr(request, "request_id", "")}
        span = _begun(str(method), SpanKind.SERVER, propagate.extract(sent), said)
        with trace.use_span(span, end_on_exit=True, record_exception=False, set_status_on_exception=False):
            response = self.get_response(request)
            structlog.contextvars.unbind_contextvars("trace_id")
            span.set_attribute("http.response.status_code", response.status_code)
            if response.status_code >= 500:
                span.set_status(Status(StatusCode.ERROR))
            if match := request.resolver_match:
                span.update_name(f"{method} /{match.route}")
                span.set_attribute("http.route", f"/{match.route}")
                if request.path.startswith(OF_A_PILOT) and "slug" in match.kwargs:
                    span.set_attribute("pilotage.pilot", match.kwargs["slug"])
        return response


def follow_tasks() -> None:
    """Also into the worker that takes them."""
    before_task_publish.connect(_send_along, weak=False)
    task_prerun.connect(_task_begins, weak=False)
    task_failure.connect(_task_fails, weak=False)
    task_postrun.connect(_task_ends, weak=False)


def _send_along(headers: dict[str, Any], **_: object) -> None:
    propagate.inject(headers)


def _task_begins(task_id: str, task: Any, kwargs: dict[str, Any], **_: object) -> None:
    came_with = {**(task.request.headers or {}), "traceparent": _traceparent(task)}
    ids = {f"pilotage.{name}": kwargs[name] for name in IDS if name in kwargs}
    said = {"celery.task": task.name, "celery.task_id": task_id, **ids}
    span = _begun(task.name, SpanKind.CONSUMER, propagate.extract(came_with), said)
    setattr(task.request, UNDER_WAY, (span, context.attach(trace.set_span_in_context(span))))


def _traceparent(task: Any) -> str:
    sent = getattr(task.request, "traceparent", None) or (task.request.headers or {}).get("traceparent")
    return str(sent or "")


def _task_fails(sender: Any, exception: BaseException, **_: object) -> None:
    if under_way := getattr(sender.request, UNDER_WAY, None):
        under_way[0].set_status(Status(StatusCode.ERROR))
        # Celery wraps what cannot be pickled.
        named = getattr(exception, "exc_cls_name", type(exception).__qualname__)
        under_way[0].set_attribute("error.type", named)


def _task_ends(task: Any, **_: object) -> None:
    if under_way := getattr(task.request, UNDER_WAY, None):
        context.detach(under_way[1])
        under_way[0].end()
