"""Senders that exist: their real packages, as scripts of their own, against a running instance."""

from __future__ import annotations

import gzip
import os
import subprocess
import sys
import time
from collections import Counter
from contextlib import closing
from http.client import HTTPConnection
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from tests.journeys.script import Script

if TYPE_CHECKING:
    from tests.journeys.instance import Instance

OPENTELEMETRY = """
import sys
from opentelemetry.exporter.otlp.proto.http import Compression
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor, SpanExportResult
from opentelemetry.trace import SpanKind, Status, StatusCode

class Seen(OTLPSpanExporter):
    def export(self, spans):
        first, again = super().export(spans), super().export(spans)
        assert (first, again) == (SpanExportResult.SUCCESS,) * 2
        return first

for compression in (Compression.NoCompression, Compression.Gzip):
    provider = TracerProvider()
    provider.add_span_processor(BatchSpanProcessor(Seen(compression=compression)))
    tracer = provider.get_tracer("checker")
    for number in range(3):
        with tracer.start_as_current_span("invoke_agent checker") as agent:
            agent.set_attributes({"gen_ai.operation.name": "invoke_agent", "gen_ai.usage.input_tokens": 9000})
            with tracer.start_as_current_span("chat model-x", kind=SpanKind.CLIENT) as call:
                call.set_attributes({
                    "gen_ai.operation.name": "chat", "gen_ai.provider.name": "openai",
                    "gen_ai.request.model": "model-x", "gen_ai.usage.input_tokens": 100 + number,
                    "pilotage.unit_id": f"doc-{number}",
                })
                if number == 2:
                    call.set_attribute("error.type", "timeout")
                    call.set_status(Status(StatusCode.ERROR, "Request timed out."))
    provider.shutdown()
"""
OPENINFERENCE = """
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer
import json, openai
from openinference.instrumentation.openai import OpenAIInstrumentor
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor

ANSWER = {"id": "c-1", "object": "chat.completion", "created": 1, "model": "model-x",
          "choices": [{"index": 0, "finish_reason": "stop", "message": {"role": "assistant", "content": "yes"}}],
          "usage": {"prompt_tokens": 21, "completion_tokens": 4, "total_tokens": 25}}

class Host(BaseHTTPRequestHandler):
    def do_POST(self):
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        fine = body["messages"][0]["content"] == "fine?"
        answer = json.dumps(ANSWER if fine else {"error": {"message": "overloaded", "code": "busy"}}).encode()
        self.send_response(200 if fine else 500)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(answer)))
        self.end_headers()
        self.wfile.write(answer)
    def log_message(self, *_): pass

host = HTTPServer(("127.0.0.1", 0), Host)
threading.Thread(target=host.serve_forever, daemon=True).start()
provider = TracerProvider()
provider.add_span_processor(SimpleSpanProcessor(OTLPSpanExporter()))
OpenAIInstrumentor().instrument(tracer_provider=provider)
client = openai.OpenAI(base_url=f"http://127.0.0.1:{host.server_port}/v1", api_key="none", max_retries=0)
for question in ("fine?", "busy?"):
    try:
        client.chat.completions.create(model="model-x", messages=[{"role": "user", "content": question}])
    except openai.InternalServerError:
        pass
provider.shutdown()
"""
MLFLOW = """
import mlflow
mlflow.set_experiment("clause-check")
with mlflow.start_run(tags={"pilotage.segment": "north"}) as run:
    mlflow.log_metric("review_minutes", 3.5, step=1)
    mlflow.log_metrics({"review_minutes": 4.5}, step=2)
    mlflow.log_param("temperature", 0)
    mlflow.log_params({"top_p": 1})
    mlflow.set_tags({"team": "legal"})
kept = mlflow.get_run(run.info.run_id)
assert kept.info.status == "FINISHED", kept.info
assert kept.data.metrics == {"review_minutes": 4.5}, kept.data
assert kept.data.params == {"temperature": "0", "top_p": "1"}, kept.data
try:
    mlflow.MlflowClient().log_metric(run.info.run_id, "review_minuts", 1)
except mlflow.exceptions.MlflowException as error:
    assert "Did you mean review_minutes?" in str(error), error
else:
    raise AssertionError("an unknown metric was taken")
"""
LANGFUSE = """
from langfuse import Langfuse
langfuse = Langfuse(public_key="pk-1")
with langfuse.start_as_current_observation(as_type="agent", name="checker"):
    with langfuse.start_as_current_observation(
        as_type="generation", name="answer", model="model-x",
        usage_details={"input": 10, "output": 5}, cost_details={"input": 0.01, "output": 0.02},
    ) as answer:
        trace = answer.trace_id
langfuse.create_score(name="review_minutes", value=2.5, trace_id=trace, data_type="NUMERIC", score_id="s-1")
langfuse.create_score(name="review_minutes", value=2.5, trace_id=trace, data_type="NUMERIC", score_id="s-1")
langfuse.flush()
langfuse.shutdown()
"""


def send(place: tuple[Instance, str], tmp_path: Path, source: str) -> None:
    """Runs the script as its author would: the addresses and the token come from the environment."""
    instance, token = place
    environment = {
        "PATH": os.environ["PATH"],
        "HOME": str(tmp_path),
        "OTEL_EXPORTER_OTLP_ENDPOINT": instance.url,
        "OTEL_EXPORTER_OTLP_HEADERS": f"Authorization=Bearer%20{token}",
        "MLFLOW_TRACKING_URI": instance.url,
        "MLFLOW_TRACKING_TOKEN": token,
        "LANGFUSE_HOST": instance.url,
        "LANGFUSE_BASE_URL": instance.url,
        "LANGFUSE_SECRET_KEY": token,
    }
    done = subprocess.run(
        [sys.executable, "-c", source],
        cwd=tmp_path, env=environment, capture_output=True, text=True, timeout=100, check=False,
    )  # fmt: skip
    assert done.returncode == 0, f"{done.stderr}\n{instance.says()}"


def counted(script: Script, **wanted: str) -> Counter[tuple[str, str]]:
    """How many rows of each metric and outcome."""
    return Counter((row["metric"], row["outcome"]) for row in rows(script, **wanted))


def rows(script: Script, **wanted: str) -> list[dict[str, Any]]:
    found = script.get("/pilots/clause-check/measurements/?page_size=1000")["results"]
    return [row for row in found if wanted.items() <= row.items()]


def test_opentelemetry_plain_and_gzip_each_exported_twice(
    place: tuple[Instance, str], script: Script, tmp_path: Path
) -> None:
    before = counted(script)

    send(place, tmp_path, OPENTELEMETRY)

    assert counted(script) - before == {
        ("latency", "ok"): 4,
        ("latency", "timeout"): 2,
        ("input_tokens", "ok"): 4,
        ("input_tokens", "timeout"): 2,
        ("cost", "timeout"): 2,
    }


def test_openinference_around_the_openai_client(
    place: tuple[Instance, str], script: Script, tmp_path: Path
) -> None:
    before = counted(script)

    send(place, tmp_path, OPENINFERENCE)

    assert counted(script) - before == {
        ("latency", "ok"): 1,
        ("latency", "error"): 1,
        ("input_tokens", "ok"): 1,
        ("input_tokens", "error"): 1,
        ("cost", "error"): 1,
    }


def test_mlflow_skinny(place: tuple[Instance, str], script: Script, tmp_path: Path) -> None:
    send(place, tmp_path, MLFLOW)

    assert sorted((row["value"], row["segment"]) for row in rows(script, source="mlflow")) == [
        (3.5, "north"),
        (4.5, "north"),
    ]


def test_langfuse_traces_and_scores(place: tuple[Instance, str], script: Script, tmp_path: Path) -> None:
    before = counted(script)

    send(place, tmp_path, LANGFUSE)

    assert counted(script) - before == {
        ("latency", "ok"): 1,
        ("input_tokens", "ok"): 1,
        ("cost", "ok"): 1,
        ("review_minutes", "ok"): 1,
    }
    assert [row["value"] for row in rows(script, metric="cost", outcome="ok")] == [0.03]


def test_a_sender_that_compresses_while_it_sends(place: tuple[Instance, str], script: Script) -> None:
    """Without a Content-Length, in chunks, as exporters for Node do."""
    from tests.pilots.api.otlp.exports import in_json, span

    packed = gzip.compress(in_json(span(77)).replace(b"1795175", str(time.time_ns() - 10**12)[:7].encode()))
    before = len(rows(script))
    headers = {
        "Authorization": f"Bearer {place[1]}",
        "Content-Type": "application/json",
        "Content-Encoding": "gzip",
    }

    with closing(HTTPConnection(urlsplit(place[0].url).netloc, timeout=20)) as connection:
        connection.request(
            "POST", "/v1/traces", iter([packed[:50], packed[50:]]), headers, encode_chunked=True
        )
        with connection.getresponse() as answer:
            assert (answer.status, answer.read()) == (200, b"{}")

    assert len(rows(script)) > before
