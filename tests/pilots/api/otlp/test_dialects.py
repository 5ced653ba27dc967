"""One call, however it is reported. Attributes as the SDKs of late 2026 and of 2024 send them."""

import json
from typing import Any

import pytest

from pilots.actions.calls import Call
from pilots.api.otlp import dialects, json_format, protobuf
from tests.pilots.api.otlp import exports
from tests.pilots.api.otlp.exports import GEN_AI, span

BEFORE_1_37 = {
    "gen_ai.system": "openai",
    "gen_ai.request.model": "model-x",
    "gen_ai.response.model": "model-x-2026",
    "gen_ai.usage.prompt_tokens": 120,
    "gen_ai.usage.completion_tokens": 30,
    "llm.request.type": "chat",
}
OPENINFERENCE = {
    "openinference.span.kind": "LLM",
    "llm.model_name": "model-x-2026",
    "llm.provider": "openai",
    "llm.token_count.prompt": 120,
    "llm.token_count.completion": 30,
    "llm.token_count.prompt_details.cache_read": 100,
    "llm.token_count.completion_details.reasoning": 12,
    "llm.cost.total": 0.0042,
    "llm.input_messages.0.message.content": "Is clause 7 usual?",
}
LANGFUSE = {
    "langfuse.observation.type": "generation",
    "langfuse.observation.model.name": "model-x",
    "langfuse.observation.usage_details": json.dumps({"input": 120, "output": 30, "total": 150}),
    "langfuse.observation.cost_details": json.dumps({"input": 0.003, "output": 0.0012}),
    "langfuse.observation.prompt.name": "clauses",
    "langfuse.observation.prompt.version": 4,
    "langfuse.observation.completion_start_time": '"2026-11-20T11:50:00.250000Z"',
}


def read(given: dict[str, Any], **resource: str) -> Call | None:
    """By protobuf; JSON must read the same."""
    named = {name.replace("__", "."): value for name, value in resource.items()} or None
    seen, same = (
        dialects.seen(each)
        for each in (
            *protobuf.spans(exports.protobuf(given, resource=named), most=1),
            *json_format.spans(exports.in_json(given, resource=named), most=1),
        )
    )
    assert seen == same
    assert seen.fault == ""
    return seen.call


def called(given: dict[str, Any], **resource: str) -> Call:
    call = read(given, **resource)
    assert call is not None
    return call


def test_the_current_names_of_opentelemetry():
    call = called(span())

    assert call == Call(
        ended_ns=exports.START_NS + 1_500_000_000,
        outcome="ok",
        models=("model-x", "model-x-2026"),
        fingerprint="model-x-2026",
        amounts={
            "duration": 1.5,
            "input_tokens": 120,
            "output_tokens": 30,
            "all_tokens": 150,
            "first_token": 0.25,
        },
        labels={},
    )


def test_the_previous_names_of_opentelemetry():
    call = called(span(attributes=BEFORE_1_37))

    assert call.models == ("model-x", "model-x-2026")
    assert call.amounts == {"duration": 1.5, "input_tokens": 120, "output_tokens": 30, "all_tokens": 150}


def test_openinference():
    events = [("First Token Stream Event", 0.4, {})]

    call = called(span(attributes=OPENINFERENCE, events=events))

    assert call.models == ("model-x-2026",)
    assert call.amounts == {
        "duration": 1.5,
        "input_tokens": 120,
        "output_tokens": 30,
        "all_tokens": 150,
        "cache_read_tokens": 100,
        "reasoning_tokens": 12,
        "cost": 0.0042,
        "first_token": 0.4,
    }


def test_langfuse():
    call = called(span(attributes=LANGFUSE))

    assert (call.models, call.fingerprint) == (("model-x",), "model-x clauses@4")
    assert call.amounts == {
        "duration": 1.5,
        "input_tokens": 120,
        "output_tokens": 30,
        "all_tokens": 150,
        "cost": pytest.approx(0.0042),
        "first_token": pytest.approx(0.25, abs=1e-6),
    }


@pytest.mark.parametrize(
    "attributes",
    [
        {},
        {"http.request.method": "POST", "server.address": "api.example.com"},
        GEN_AI | {"gen_ai.operation.name": "invoke_agent"},
        GEN_AI | {"gen_ai.operation.name": "execute_tool"},
        BEFORE_1_37 | {"traceloop.span.kind": "workflow"},
        OPENINFERENCE | {"openinference.span.kind": "AGENT"},
        OPENINFERENCE | {"openinference.span.kind": "CHAIN"},
        LANGFUSE | {"langfuse.observation.type": "agent"},
        LANGFUSE | {"langfuse.observation.type": "span"},
    ],
)
def test_what_carries_usage_and_is_no_call_of_a_model(attributes: dict[str, Any]):
    assert read(span(attributes=attributes)) is None


@pytest.mark.parametrize(
    ("given", "outcome"),
    [
        (span(failed=True, status="connection reset"), "error"),
        (span(attributes=GEN_AI | {"error.type": "rate_limit_exceeded"}), "error"),
        (span(attributes=GEN_AI | {"error.type": "openai.APITimeoutError"}, failed=True), "timeout"),
        (span(attributes=GEN_AI | {"error.type": "504"}, failed=True), "timeout"),
        (
            span(
                attributes=OPENINFERENCE,
                failed=True,
                events=[("exception", 1.0, {"exception.type": "httpx.ReadTimeout", "exception.message": ""})],
            ),
            "timeout",
        ),
        (span(failed=True, status="Error code: 400 - content_filter"), "blocked"),
        (span(attributes=GEN_AI | {"gen_ai.response.finish_reasons": ["content_filter"]}), "blocked"),
        (span(attributes=GEN_AI | {"gen_ai.response.finish_reasons": ["refusal"]}), "refused"),
        (span(attributes=LANGFUSE | {"langfuse.observation.level": "ERROR"}), "error"),
        (span(attributes=GEN_AI | {"pilotage.outcome": "escalated"}), "escalated"),
        (span(attributes=GEN_AI | {"gen_ai.response.finish_reasons": ["length"]}), "ok"),
    ],
)
def test_how_a_call_ended(given: dict[str, Any], outcome: str):
    assert called(given).outcome == outcome


def test_a_failed_call_opens_no_epoch():
    call = called(span(attributes=OPENINFERENCE | {"llm.model_name": "model-x"}, failed=True))

    assert call.fingerprint == ""


def test_the_span_says_more_than_its_resource():
    attributes = GEN_AI | {"pilotage.unit_id": 17, "pilotage.segment": "north"}

    call = called(span(attributes=attributes), pilotage__segment="all", pilotage__fingerprint="build-9")

    assert (call.labels, call.unit_id, call.fingerprint) == ({"segment": "north"}, "17", "build-9")


def test_numbers_that_are_none_were_not_measured():
    odd = {
        "gen_ai.usage.input_tokens": "many",
        "gen_ai.usage.output_tokens": -1,
        "gen_ai.usage.cost": float("nan"),
        "langfuse.observation.cost_details": "[[[",
        "langfuse.observation.completion_start_time": "soon",
    }

    call = called(span(attributes={**GEN_AI, **odd, "gen_ai.response.time_to_first_chunk": "fast"}))

    assert call.amounts == {"duration": 1.5}


@pytest.mark.parametrize(
    ("changes", "fault"),
    [
        ({"trace": "00" * 16}, dialects.BAD_IDS),
        ({"trace": "ab"}, dialects.BAD_IDS),
        ({"id": ""}, dialects.BAD_IDS),
        ({"end": exports.START_NS - 1}, dialects.BAD_TIMES),
        ({"end": 0}, dialects.BAD_TIMES),
        ({"end": 2**64 - 1}, dialects.BAD_TIMES),
    ],
)
def test_a_call_without_identity_or_time_is_faulty(changes: dict[str, Any], fault: str):
    given = span() | changes

    (read_,) = protobuf.spans(exports.protobuf(given), most=1)

    assert dialects.seen(read_).fault == fault
