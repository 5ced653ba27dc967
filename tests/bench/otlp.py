"""Spans a second at /v1/traces in batches of 500, readable when acknowledged: the web server as it runs, eight clients."""

import os
import tempfile
import time
from pathlib import Path
from statistics import median
from time import process_time
from typing import Any

import psycopg
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from opentelemetry.proto.common.v1.common_pb2 import AnyValue, KeyValue

from config.local.ports import LOOPBACK
from pilots.api.otlp import dialects, protobuf
from tests.bench.client import at_once, written
from tests.bench.report import Figure
from tests.own_instance import OwnInstance, running

SPANS = 500
BATCHES = 24
CLIENTS = 8
ROUNDS = 3
RATE = f"spans a second in batches of {SPANS}, {CLIENTS} clients"
PREPARE = """
from datetime import timedelta
from itertools import count
from django.utils import timezone
from pilots.actions import overrides, pilots, rollups
from pilots.queries import plans
from pilots.queries.readiness import checklist
from tests import factories
from tests.factories import make_candidate, make_deployment, make_metric, make_ready_pilot, make_token
factories._numbers = count(1000)  # what another bench made in this instance has lower ones
now = timezone.now()
days = {"window_start": -1, "maintenance_start": 5, "window_end": 40}
dates = {name: (now + timedelta(days=add)).date() for name, add in days.items()}
deployment = make_deployment(served_model="model-x")
made = []
for slug, metrics in (("otlp-one", ["latency"]), ("otlp-three", ["latency", "input_tokens", "output_tokens"])):
    pilot = make_ready_pilot(slug, **dates)
    pilot.candidates.all().delete()
    make_candidate(pilot, deployment=deployment)
    for key in metrics:
        make_metric(pilot, key, unit="s" if key == "latency" else "")
    for point in checklist(pilot).overridable:
        overrides.override(pilot=pilot, code=point.code, reason="A bench.", by=pilot.owner, now=now)
    pilots.start(pilot=pilot, by=pilot.owner, now=now)
    rollups.refresh(pilot=pilot, plan=plans.current(pilot)[1], now=now)
    made.append((slug, make_token(pilot, now=now)[1]))
print(json.dumps(made))
"""
STORED = """
SELECT count(*) FROM pilots_measurement m JOIN pilots_pilot p ON p.id = m.pilot_id
JOIN pilots_metric x ON x.id = m.metric_id WHERE p.slug = %s AND x.key = 'latency'
"""
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
    with tempfile.TemporaryDirectory() as directory, running(Path(directory)) as instance:
        instance.env |= {"TOKEN_REQUESTS_PER_SECOND": "0", "TOKEN_BYTES_PER_SECOND": "0"}
        instance.begin("web")
        return figures(instance)


def figures(instance: OwnInstance) -> list[Figure]:
    """Of a server that takes whatever is sent to it, without a throttle."""
    secrets = instance.python(PREPARE)
    return [
        Figure(f"{RATE}, one metric of each", _rate(instance, *secrets[0]), "spans/s", 20_000, at_most=False),
        Figure(f"{RATE}, three metrics of each", _rate(instance, *secrets[1]), "spans/s"),
        Figure("decoding a span", _decoding_us(), "µs of CPU"),
    ]


def _rate(instance: OwnInstance, slug: str, secret: str) -> float:
    """The median of a few rounds, after one to warm up; every span is looked for in the database at the end."""
    host, rates = f"{LOOPBACK}:{instance.port}", []
    headers = {"Authorization": f"Bearer {secret}", "Content-Type": "application/x-protobuf"}
    with psycopg.connect(instance.env["DATABASE_URL"], autocommit=True) as database:
        for turn in range(1 + ROUNDS):
            before = _stored(database, slug)
            posts = [
                written(host, "/v1/traces", _export(turn * BATCHES + number), headers)
                for number in range(BATCHES)
            ]
            _, seconds = at_once(host, posts, clients=CLIENTS, status=200)
            rates.append(BATCHES * SPANS / seconds)
            stored = _stored(database, slug) - before
            assert stored == BATCHES * SPANS, f"{stored} spans were stored"
    return median(rates[1:])


def _stored(database: psycopg.Connection[Any], slug: str) -> int:
    found = database.execute(STORED, [slug]).fetchone()
    assert found is not None
    return int(found[0])


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
