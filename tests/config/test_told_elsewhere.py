"""What traces and error reports send away: to a collector and a Sentry on loopback, by their real clients."""

import gzip
import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
from celery import shared_task
from django.http import HttpRequest, HttpResponse
from django.test import Client
from django.urls import path
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from opentelemetry.trace import StatusCode
from pytest_django import Settings

from config import errors_elsewhere
from tests.factories import make_token

QUESTION, ANSWER, PASSWORD = "what-maria-asked", "what-it-answered", "correct-horse-battery"
Sent = list[tuple[str, bytes, dict[str, str]]]


def breaks(request: HttpRequest, slug: str) -> HttpResponse:
    answer = ANSWER
    raise ValueError(f"{request.body!r} was answered {answer} with {PASSWORD}")


urlpatterns = [path("p/<slug:slug>/breaks/", breaks)]


@shared_task(name="tests.breaks", ignore_result=True)
def broken(*, run_id: int, text: str = "") -> None:
    raise LookupError(f"{text} {ANSWER}")


@pytest.fixture
def collector() -> Iterator[tuple[str, Sent]]:
    sent: Sent = []

    class Taking(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            sent.append(
                (self.path, gzip.decompress(body) if body[:2] == b"\x1f\x8b" else body, dict(self.headers))
            )
            self.send_response(200)
            self.end_headers()

        def log_message(self, *args: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Taking)
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
    yield f"127.0.0.1:{server.server_port}", sent
    server.shutdown()
    server.server_close()


@pytest.fixture
def broken_page(settings: Settings, client: Client) -> Client:
    settings.ROOT_URLCONF = __name__
    settings.MIDDLEWARE = ["config.requests.RequestIdMiddleware", "config.traces.Tracing"]
    client.raise_request_exception = False
    return client


def breaks_everywhere(client: Client, secret: str, carried: dict[str, Any]) -> None:
    headers = {
        "Authorization": f"Bearer {secret}",
        "Cookie": f"sessionid={PASSWORD}",
        "X-Request-ID": "request-of-the-test",
    }
    client.post(
        f"/p/clause-check/breaks/?token={secret}", QUESTION, content_type="text/plain", headers=headers
    )
    broken.apply(kwargs={"run_id": 7, "text": QUESTION}, headers=carried)


def carried() -> dict[str, Any]:
    """What the queue would carry: headers as they are when a task is published within a span."""
    from opentelemetry import trace

    from config import traces

    headers: dict[str, Any] = {}
    with trace.use_span(traces.provider().get_tracer("test").start_span("asking"), end_on_exit=True):
        traces._send_along(headers)
    return headers


@pytest.fixture
def traces_to(collector: tuple[str, Sent], monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    from celery.signals import before_task_publish, task_failure, task_postrun, task_prerun

    from config import traces

    monkeypatch.setenv("OTEL_EXPORTER_OTLP_ENDPOINT", f"http://{collector[0]}")
    traces.provider.cache_clear()
    traces.follow_tasks()
    yield traces
    traces.provider().shutdown()
    traces.provider.cache_clear()
    for signal, receiver in (
        (before_task_publish, traces._send_along),
        (task_prerun, traces._task_begins),
        (task_failure, traces._task_fails),
        (task_postrun, traces._task_ends),
    ):
        signal.disconnect(receiver)


def spans(sent: Sent) -> dict[str, Any]:
    found = {}
    for _, body, _ in sent:
        for resource in ExportTraceServiceRequest.FromString(body).resource_spans:
            found |= {span.name: span for scope in resource.scope_spans for span in scope.spans}
    return found


@pytest.mark.django_db
def test_a_trace_has_requests_and_tasks_by_their_ids_and_nothing_that_was_said(
    collector: tuple[str, Sent], traces_to: Any, broken_page: Client
) -> None:
    secret = make_token(all_pilots=True, scopes=("ingest",))[1]

    breaks_everywhere(broken_page, secret, carried())
    traces_to.provider().force_flush()

    found = spans(collector[1])
    request, task, asking = found["POST /p/<slug:slug>/breaks/"], found["tests.breaks"], found["asking"]
    assert {each.key: each.value.string_value or each.value.int_value for each in request.attributes} == {
        "http.request.method": "POST",
        "http.route": "/p/<slug:slug>/breaks/",
        "http.response.status_code": 500,
        "pilotage.pilot": "clause-check",
        "pilotage.request_id": "request-of-the-test",
    }
    said = {each.key: each.value.string_value or each.value.int_value for each in task.attributes}
    assert said.pop("celery.task_id")
    assert said == {"celery.task": "tests.breaks", "pilotage.run_id": 7, "error.type": "LookupError"}
    assert (task.trace_id, task.parent_span_id) == (asking.trace_id, asking.span_id)
    assert (request.status.code, task.status.code) == (StatusCode.ERROR.value, StatusCode.ERROR.value)
    assert leaked(collector[1], secret) == []


@pytest.mark.django_db
def test_an_error_report_says_where_it_broke_and_nothing_that_was_said(
    collector: tuple[str, Sent], broken_page: Client, settings: Settings
) -> None:
    import sentry_sdk

    secret = make_token(all_pilots=True, scopes=("ingest",))[1]
    settings.MIDDLEWARE = settings.MIDDLEWARE[:1]
    errors_elsewhere.report(dsn=f"http://key@{collector[0]}/1", environment="test", known={PASSWORD})
    try:
        breaks_everywhere(broken_page, secret, {})
    finally:
        sentry_sdk.get_client().close(timeout=5)
        sentry_sdk.get_global_scope().set_client(None)

    events = [
        json.loads(line)
        for _, body, _ in collector[1]
        for line in body.splitlines()
        if b'"exception"' in line
    ]
    of_page, of_task = (each["exception"]["values"][-1] for each in events)
    assert (of_page["type"], of_page["stacktrace"]["frames"][-1]["function"]) == ("ValueError", "breaks")
    assert (of_task["type"], of_task["stacktrace"]["frames"][-1]["function"]) == ("LookupError", "broken")
    assert events[0]["tags"] == {"request_id": "request-of-the-test", "pilot": "clause-check"}
    assert (events[1]["tags"]["task"], events[1]["tags"]["run_id"]) == ("tests.breaks", "7")
    assert leaked(collector[1], secret) == []


def leaked(sent: Sent, secret: str) -> list[str]:
    all_of_it = b"\n".join(body for _, body, _ in sent)
    assert all_of_it
    return [each for each in (QUESTION, ANSWER, PASSWORD, secret, "sessionid") if each.encode() in all_of_it]


def test_neither_is_on_by_itself(settings: Settings) -> None:
    import sentry_sdk

    assert (settings.TRACES, settings.SENTRY_DSN, sentry_sdk.get_client().is_active()) == (False, "", False)
    assert "config.traces.Tracing" not in settings.MIDDLEWARE
