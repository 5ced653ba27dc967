"""Spans a second at /v1/traces in batches of 500, readable when acknowledged: the web server as it runs, two clients."""

import logging
import os
import threading
import time
from datetime import timedelta
from http.client import HTTPConnection
from pathlib import Path
from statistics import median
from tempfile import mkdtemp
from time import perf_counter, process_time
from typing import Any
from urllib.parse import urlsplit

from django.utils import timezone
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from opentelemetry.proto.common.v1.common_pb2 import AnyValue, KeyValue

from config.local.launcher import WEB
from config.local.ports import LOOPBACK, free_port
from config.local.process import ask_to_end, see_it_end, spawn
from config.local.state import ROOT
from pilots.actions import pilots
from pilots.api.otlp import dialects, protobuf
from pilots.models import Measurement, Pilot
from tests.bench.report import Figure
from tests.factories import make_candidate, make_deployment, make_metric, make_ready_pilot, make_token

SPANS = 500
BATCHES = 24
CLIENTS = 2
ROUNDS = 3
RATE = f"spans a second in batches of {SPANS}"
CALL: dict[str, Any] = {
    "gen_ai.operation.name": "chat",
    "gen_ai.provider.name": "openai",
    "gen_ai.request.model": "model-x",
    "gen_ai.response.model": "model-x-2026",
    "gen_ai.request.temperature": 0.1,
    "gen_ai.response.id": "chatcmpl-123",
    "gen_ai.usage.input_tokens": 812,
    "gen_ai.usage.output_tokens": 64,
    "server.address": "api.example.com",
    "server.port": 443,
}


def measure(*, full: bool) -> list[Figure]:
    logging.disable(logging.WARNING)
    one = _pilot("bench-otlp-one", ["latency"])
    several = _pilot("bench-otlp-three", ["latency", "input_tokens", "output_tokens"])
    port = free_port()
    log = Path(mkdtemp(prefix="pilotage-bench-")) / "web.log"
    environment = os.environ | {"TOKEN_REQUESTS_PER_SECOND": "0", "TOKEN_BYTES_PER_SECOND": "0"}
    web = spawn("web", [*WEB, "--port", str(port)], log=log, cwd=ROOT, env=environment)
    try:
        _wait(f"{LOOPBACK}:{port}")
        found = [
            Figure(f"{RATE}, one metric of each", _rate(one, port), "spans/s", 20_000, at_most=False),
            Figure(f"{RATE}, three metrics of each", _rate(several, port), "spans/s"),
        ]
    finally:
        ask_to_end(web)
        see_it_end(web, grace=10)
    return [*found, Figure("decoding a span", _decoding_us(), "µs of CPU")]


def _pilot(slug: str, metrics: list[str]) -> tuple[Pilot, str]:
    now = timezone.now()
    days = {"window_start": -1, "maintenance_start": 5, "window_end": 40}
    pilot = make_ready_pilot(slug, **{name: (now + timedelta(days=add)).date() for name, add in days.items()})
    pilot.candidates.all().delete()
    make_candidate(pilot, deployment=make_deployment(served_model="model-x"))
    for key in metrics:
        make_metric(pilot, key, unit="s" if key == "latency" else "")
    pilots.start(pilot=pilot, by=pilot.owner, now=now)
    return pilot, make_token(pilot, now=now)[1]


def _rate(place: tuple[Pilot, str], port: int) -> float:
    """The median of a few rounds; every span is looked for in the database at the end."""
    pilot, secret = place
    rates = []
    for turn in range(ROUNDS):
        before = Measurement.objects.filter(pilot=pilot, metric__key="latency").count()
        bodies = [_export(turn * BATCHES + number) for number in range(BATCHES)]
        threads = [
            threading.Thread(target=_send, args=(port, secret, bodies[client::CLIENTS]))
            for client in range(CLIENTS)
        ]
        started = perf_counter()
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        rates.append(BATCHES * SPANS / (perf_counter() - started))
        stored = Measurement.objects.filter(pilot=pilot, metric__key="latency").count() - before
        assert stored == BATCHES * SPANS, f"{stored} spans were stored"
    return median(rates)


def _send(port: int, secret: str, bodies: list[bytes]) -> None:
    connection = HTTPConnection(LOOPBACK, port, timeout=60)
    headers = {"Authorization": f"Bearer {secret}", "Content-Type": "application/x-protobuf"}
    for body in bodies:
        connection.request("POST", "/v1/traces", body, headers)
        answer = connection.getresponse()
        content = answer.read()
        assert (answer.status, content) == (200, b""), (answer.status, content)


def _export(number: int) -> bytes:
    """A batch as an SDK sends it: each call in a trace of its own."""
    request = ExportTraceServiceRequest()
    scope = request.resource_spans.add().scope_spans.add()
    now = time.time_ns()
    attributes = [KeyValue(key=key, value=_value(value)) for key, value in CALL.items()]
    for index in range(SPANS):
        scope.spans.add(
            trace_id=os.urandom(16),
            span_id=(number * SPANS + index + 1).to_bytes(8, "big"),
            name="chat model-x",
            start_time_unix_nano=now - 10**9 - index * 10**6,
            end_time_unix_nano=now - index * 10**5,
            attributes=attributes,
        )
    return request.SerializeToString()


def _value(value: Any) -> AnyValue:
    if isinstance(value, str):
        return AnyValue(string_value=value)
    return AnyValue(double_value=value) if isinstance(value, float) else AnyValue(int_value=value)


def _decoding_us() -> float:
    raw, times = _export(0), []
    for _ in range(20):
        started = process_time()
        shapes = dialects.Shapes()
        for span in protobuf.spans(raw, most=SPANS):
            dialects.seen(span, shapes)
        times.append((process_time() - started) / SPANS * 1e6)
    return median(times)


def _wait(host: str) -> None:
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        try:
            connection = HTTPConnection(urlsplit(f"//{host}").netloc, timeout=2)
            connection.request("GET", "/healthz")
            if connection.getresponse().status == 200:
                return
        except OSError:
            time.sleep(0.1)
    raise RuntimeError("The web server did not start.")
