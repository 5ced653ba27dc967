"""What becomes of spans posted to /v1/traces. Reading the dialects is tested beside the decoders, in otlp/."""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from django.db import OperationalError
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceResponse
from pytest_django import Settings
from rest_framework.test import APIClient

from pilots.actions import spans, tokens
from pilots.models import EnclosingSpan, Measurement, Pilot, SpanMapping
from tests.copied_rows import copied
from tests.factories import (
    NOW,
    make_candidate,
    make_deployment,
    make_metric,
    make_pilot,
    make_ready_pilot,
    make_running_pilot,
    make_token,
    start,
)
from tests.pilots.api.otlp.exports import GEN_AI, in_json, protobuf, span
from tests.pilots.api.otlp.test_dialects import LANGFUSE, OPENINFERENCE

Export = Callable[..., Any]
AGENT = {"gen_ai.operation.name": "invoke_agent", "gen_ai.usage.input_tokens": 9000}


@pytest.fixture
def pilot(db: None) -> Pilot:
    return traced()


@copied
def traced() -> Pilot:
    """With a latency in milliseconds, input tokens, cost in dollars and an error rate; its model is model-x."""
    pilot = make_ready_pilot()
    pilot.candidates.all().delete()
    make_candidate(pilot, deployment=make_deployment(served_model="model-x"))
    make_metric(pilot, "model_latency", unit="ms", cap=Decimal(60000))
    make_metric(pilot, "input_tokens", unit="", cap=None)
    make_metric(pilot, "cost_per_call", unit="USD", cap=Decimal(1))
    make_metric(pilot, "error_rate", unit="", estimand="rate", margin="0.05", cap=None, floor=None)
    return start(pilot)


@pytest.fixture
def export(script: APIClient) -> Export:
    """Sends it; the answer's partial success is (rejected spans, message)."""

    def send(
        raw: bytes,
        *,
        client: APIClient = script,
        content_type: str = "application/x-protobuf",
        path: str = "/v1/traces",
        **headers: str,
    ) -> Any:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        answer = client.generic("POST", path, raw, content_type, headers=named)
        if answer.status_code == 200 and content_type == "application/x-protobuf":
            partial = ExportTraceServiceResponse.FromString(answer.content).partial_success
            answer.partial = (partial.rejected_spans, partial.error_message)  # type: ignore[attr-defined]
        return answer

    return send


def stored(pilot: Pilot) -> set[tuple[str, float | None, str]]:
    rows = Measurement.objects.filter(pilot=pilot).values_list("metric__key", "value", "outcome")
    return {(key, None if value is None else float(value), outcome) for key, value, outcome in rows}


def test_a_call_becomes_a_row_for_each_metric_that_it_tells_of(pilot: Pilot, export: Export):
    answer = export(
        protobuf(span(attributes=GEN_AI | {"pilotage.unit_id": "doc-1", "pilotage.segment": "n"}))
    )

    assert (answer.status_code, answer.content, answer["Content-Type"]) == (
        200,
        b"",
        "application/x-protobuf",
    )
    assert stored(pilot) == {
        ("model_latency", 1500, "ok"),
        ("input_tokens", 120, "ok"),
        ("error_rate", 0, "ok"),
    }
    row = Measurement.objects.filter(metric__key="model_latency").get()
    assert (row.source, row.unit_id, row.segment, row.fingerprint) == ("otlp", "doc-1", "n", "model-x-2026")
    assert (row.candidate and row.candidate.slug, row.observed_at.isoformat()) == (
        "primary",
        "2026-11-20T11:50:01.500000+00:00",
    )


def test_json_and_gzip_say_the_same(pilot: Pilot, export: Export):
    first = export(in_json(span()), content_type="application/json")
    again = export(gzip.compress(protobuf(span())), Content_Encoding="gzip")

    assert (first.status_code, first.content, first["Content-Type"]) == (200, b"{}", "application/json")
    assert (again.status_code, again.partial) == (200, (0, ""))
    assert Measurement.objects.count() == 3


def test_an_export_that_is_repeated_counts_nothing_twice(pilot: Pilot, export: Export):
    raw = protobuf(span(1), span(2, LANGFUSE), span(3, OPENINFERENCE | {"llm.model_name": "model-x"}))

    answers = [export(raw) for _ in range(3)]

    assert [answer.partial for answer in answers] == [(0, "")] * 3
    assert Measurement.objects.filter(metric__key="model_latency").count() == 3
    assert Measurement.objects.filter(metric__key="cost_per_call").count() == 2


def test_a_failed_call_stays_in_the_denominator_of_every_metric(pilot: Pilot, export: Export):
    failed = {name: value for name, value in GEN_AI.items() if "usage" not in name}

    export(protobuf(span(attributes=failed, failed=True, status="Request timed out.")))

    assert stored(pilot) == {
        ("model_latency", 1500, "timeout"),
        ("input_tokens", None, "timeout"),
        ("cost_per_call", None, "timeout"),
        ("error_rate", None, "timeout"),
    }


def test_what_is_no_call_is_taken_and_counted_as_ignored(pilot: Pilot, export: Export):
    answer = export(protobuf(span(1, AGENT), span(2, {"http.request.method": "GET"}), span(3, parent=1)))

    assert answer.partial == (
        0,
        "2 spans ignored: no model call (agents, tools and other work are not counted).",
    )
    assert Measurement.objects.filter(metric__key="input_tokens").get().value == 120


def test_of_calls_inside_calls_only_the_innermost_counts(pilot: Pilot, export: Export):
    outer, web, inner = span(1), span(2, {"http.request.method": "POST"}, parent=1), span(3, parent=2)

    answer = export(protobuf(outer, web, inner))

    assert answer.partial == (
        0,
        "1 span ignored: no model call (agents, tools and other work are not counted). "
        "1 span ignored: encloses a model call that is counted by itself.",
    )
    assert Measurement.objects.filter(metric__key="input_tokens").count() == 1


def test_the_innermost_counts_alone_also_when_the_outer_ones_come_later(pilot: Pilot, export: Export):
    export(protobuf(span(3, parent=2)))
    export(protobuf(span(2, {"http.request.method": "POST"}, parent=1)))

    answer = export(protobuf(span(1)))

    assert answer.partial == (0, "1 span ignored: encloses a model call that is counted by itself.")
    assert Measurement.objects.filter(metric__key="input_tokens").count() == 1


def test_marks_of_old_traces_are_cleared(pilot: Pilot, export: Export):
    export(protobuf(span(2, parent=1)))

    kept = spans.forget_enclosing(now=NOW)
    gone = spans.forget_enclosing(now=NOW + spans.KEEP_ENCLOSING * 2)

    assert (kept, gone, EnclosingSpan.objects.count()) == (0, 1, 0)


def test_rows_that_a_pilot_cannot_take_are_rejected_and_the_others_kept(pilot: Pilot, export: Export):
    answer = export(
        protobuf(
            span(1),
            span(2, GEN_AI | {"pilotage.candidate": "primry"}),
            span(3, GEN_AI | {"pilotage.outcome": "fine"}),
            span(4) | {"id": ""},
        )
    )

    rejected, message = answer.partial
    assert rejected == 3
    assert "This pilot has no candidate primry. Did you mean primary?" in message
    assert "outcome is one of" in message
    assert Measurement.objects.filter(metric__key="input_tokens").count() == 1


def test_another_model_than_the_candidates_is_not_counted_for_them(pilot: Pilot, export: Export):
    other = {"gen_ai.request.model": "guard-1", "gen_ai.response.model": "guard-1"}

    answer = export(protobuf(span(attributes=GEN_AI | other)))

    assert answer.partial == (0, "1 span ignored: 'guard-1' is the model of no candidate of clause-check.")
    assert not Measurement.objects.exists()


def test_each_call_goes_to_the_candidate_that_is_served_by_its_model(pilot: Pilot, export: Export):
    make_candidate(pilot, "second", role="challenger", deployment=make_deployment(served_model="model-y"))

    export(protobuf(span(1), span(2, GEN_AI | {"gen_ai.request.model": "Model-Y"})))

    of_second = Measurement.objects.filter(candidate__slug="second", metric__key="model_latency")
    assert (of_second.count(), Measurement.objects.filter(metric__key="model_latency").count()) == (1, 2)


def test_a_call_before_the_window_is_of_the_baseline(pilot: Pilot, export: Export):
    Pilot.objects.update(window_start="2026-11-25", maintenance_start="2026-11-26")

    answer = export(protobuf(span(attributes=GEN_AI | {"gen_ai.request.model": "what-we-had"})))

    assert answer.partial == (0, "")
    assert set(Measurement.objects.values_list("phase", "candidate")) == {("baseline", None)}


def test_the_resource_names_the_pilot_for_a_token_of_several(pilot: Pilot, export: Export, with_token: Any):
    other = make_running_pilot("ticket-triage")
    client = with_token(make_token(pilot, other)[1])

    named = export(protobuf(span(1), resource={"pilotage.pilot": "clause-check"}), client=client)
    unnamed = export(protobuf(span(2), span(3, AGENT)), client=client)
    unknown = export(protobuf(span(4), resource={"pilotage.pilot": "clause\x00check"}), client=client)

    assert named.partial == (0, "")
    assert unnamed.partial[0] == 1
    assert "name one in the resource attribute pilotage.pilot" in unnamed.partial[1]
    assert unknown.partial[0] == 1
    assert Measurement.objects.filter(metric__key="model_latency").count() == 1


def test_a_pilot_of_somebody_else_is_not_reached(pilot: Pilot, export: Export):
    make_running_pilot("ticket-triage")

    answer = export(protobuf(span(), resource={"pilotage.pilot": "ticket-triage"}))

    assert answer.partial == (
        1,
        "1 span rejected: this token reaches no pilot 'ticket-triage': check the attribute pilotage.pilot.",
    )


def test_the_owner_decides_what_counts_where(pilot: Pilot, export: Export):
    export(protobuf(span(1)))
    SpanMapping.objects.filter(metric__key="model_latency").update(quantity="first_token", factor="2.5")
    SpanMapping.objects.exclude(metric__key="model_latency").update(quantity="none")

    export(protobuf(span(2)))

    assert stored(pilot) == {
        ("model_latency", 1500, "ok"),
        ("model_latency", 0.625, "ok"),
        ("input_tokens", 120, "ok"),
        ("error_rate", 0, "ok"),
    }


def test_a_unit_that_cannot_be_reached_is_said(pilot: Pilot, export: Export):
    SpanMapping.objects.all().delete()
    pilot.metrics.filter(key="cost_per_call").update(unit="EUR")
    export(protobuf(span(1)))
    SpanMapping.objects.filter(metric__key="cost_per_call").update(quantity="cost")

    answer = export(protobuf(span(2)))

    assert answer.partial[0] == 1
    assert "cost_per_call: its unit needs a factor" in answer.partial[1]


def test_no_metric_takes_numbers_from_traces(db: None, export: Export, with_token: Any, pilot: Pilot):
    quiet = make_running_pilot("quiet")

    answer = export(protobuf(span()), client=with_token(make_token(quiet)[1]))

    assert answer.partial[0] == 0
    assert "no metric of the pilot takes numbers from traces" in answer.partial[1]


@pytest.mark.parametrize(
    ("raw", "content_type", "headers", "status"),
    [
        (b"\x0a\xff", "application/x-protobuf", {}, 400),
        (b"{", "application/json", {}, 400),
        (b"{}", "text/plain", {}, 415),
        (b"", "", {}, 415),
        (protobuf(span()), "application/x-protobuf", {"Content_Encoding": "br"}, 415),
        (protobuf(span()), "application/x-protobuf", {"Content_Encoding": "gzip"}, 400),
        (gzip.compress(bytes(21_000_000)), "application/x-protobuf", {"Content_Encoding": "gzip"}, 413),
        (bytes(20 * 2**20 + 1), "application/x-protobuf", {}, 413),
    ],
)
def test_refusals_are_a_status_in_the_encoding_of_the_request(
    pilot: Pilot, export: Export, raw: bytes, content_type: str, headers: dict[str, str], status: int
):
    answer = export(raw, content_type=content_type, **headers)

    assert answer.status_code == status
    assert message_of(answer).endswith(".")
    assert not Measurement.objects.exists()


def test_nothing_to_take_in_is_fine(pilot: Pilot, export: Export):
    assert export(b"").content == b""
    assert export(b"{}", content_type="application/json").content == b"{}"


def test_too_many_spans(pilot: Pilot, export: Export, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("pilots.api.views.otlp.MOST_SPANS", 1)

    answer = export(protobuf(span(1), span(2)))

    assert (answer.status_code, Measurement.objects.count()) == (413, 0)


def test_a_database_that_is_away_is_worth_another_try(
    pilot: Pilot, export: Export, monkeypatch: pytest.MonkeyPatch
):
    def away(**_: Any) -> None:
        raise OperationalError("server closed the connection")

    monkeypatch.setattr(spans, "record", away)

    answer = export(protobuf(span()))

    assert (answer.status_code, answer["Retry-After"]) == (503, "5")
    assert "send it again" in message_of(answer)


@pytest.mark.parametrize("content_type", ["application/x-protobuf", "application/json"])
def test_who_sends_too_fast_is_told_in_the_words_of_the_protocol_when_to_come_again(
    pilot: Pilot, export: Export, settings: Settings, content_type: str
):
    settings.TOKEN_REQUESTS_PER_SECOND, settings.TOKEN_REQUESTS_BURST = 0.1, 1
    make = in_json if content_type == "application/json" else protobuf

    first, second = (export(make(span(number)), content_type=content_type) for number in (1, 2))

    assert (first.status_code, second.status_code) == (200, 429)
    assert second["Content-Type"] == content_type
    assert message_of(second).startswith("Too many requests.")
    assert 9 <= int(second["Retry-After"]) <= 11
    assert Measurement.objects.filter(metric__key="model_latency").count() == 1


def test_only_a_token_that_may_post_opens_the_door(pilot: Pilot, export: Export, with_token: Any):
    reader = with_token(make_token(pilot, scopes=("read",))[1])
    token, secret = make_token(pilot)
    tokens.revoke(token=token, by=None, now=NOW)

    answers = [
        export(protobuf(span()), client=client) for client in (APIClient(), reader, with_token(secret))
    ]

    assert [answer.status_code for answer in answers] == [401, 403, 401]
    assert "Bearer" in answers[0]["WWW-Authenticate"]
    assert all(message_of(answer) for answer in answers)


def test_a_person_who_is_signed_in_has_no_business_here(pilot: Pilot, export: Export):
    client = APIClient()
    client.force_login(pilot.owner)

    assert export(protobuf(span()), client=client).status_code == 401


def test_a_draft_takes_its_baseline_and_says_no_to_the_rest(db: None, export: Export, with_token: Any):
    draft = make_pilot("draft-one")
    make_metric(draft, "latency", unit="s")
    make_candidate(draft, deployment=make_deployment(served_model="model-x"))

    answer = export(protobuf(span()), client=with_token(make_token(draft)[1]))

    assert answer.partial[0] == 1
    assert "The pilot is a draft" in answer.partial[1]


def message_of(answer: Any) -> str:
    """The message of a google.rpc.Status: field 2 of it, or "message" in JSON."""
    if answer["Content-Type"] == "application/json":
        return str(json.loads(answer.content)["message"])
    assert answer["Content-Type"] == "application/x-protobuf"
    _, _, rest = answer.content[2:].partition(b"\x12")
    return str(rest[1 if rest[0] < 0x80 else 2 :].decode())
