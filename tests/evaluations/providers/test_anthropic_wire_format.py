"""What goes to a messages host, and what is made of its answer."""

from __future__ import annotations

import re

import pytest

from evaluations.providers.protocol import Message, Request
from evaluations.providers.reading import Reading

MESSAGE = {
    "id": "msg_013Zva2CMHLNnXjNJJKqJ2EF",
    "type": "message",
    "role": "assistant",
    "model": "claude-sonnet-4-5-20250929",
    "content": [
        {"type": "thinking", "thinking": "It is about money.", "signature": "EqQBCgIYAhIM"},
        {"type": "text", "text": '{"label": "billing"}'},
    ],
    "stop_reason": "end_turn",
    "stop_sequence": None,
    "usage": {
        "input_tokens": 21,
        "cache_creation_input_tokens": 100,
        "cache_read_input_tokens": 400,
        "output_tokens": 50,
        "output_tokens_details": {"thinking_tokens": 40},
        "service_tier": "standard",
    },
}


def read(body: object) -> Reading:
    """Loads the client's package here: each test process collects this file, and one of them asks."""
    from evaluations.providers.anthropic import read

    return read(body)


def test_ask_reads_text_model_and_tokens_of_a_message(host, ask):
    host.says(MESSAGE)

    answer = ask("anthropic")

    assert (answer.outcome, answer.text, answer.error_detail) == ("ok", '{"label": "billing"}', "")
    assert (answer.model_returned, answer.finish_reason) == ("claude-sonnet-4-5-20250929", "end_turn")
    assert (answer.input_tokens, answer.cached_tokens, answer.cache_write_tokens) == (521, 400, 100)
    assert (answer.output_tokens, answer.reasoning_tokens) == (50, 40)


def test_ask_sends_system_turns_limits_and_schema(host, ask, secret):
    host.says(MESSAGE)
    schema = {"type": "object", "properties": {"label": {"type": "string"}}}
    request = Request(
        messages=(Message("user", "No parcel"),),
        system="Sort it.",
        json_schema=schema,
        temperature=0.0,
        max_tokens=9,
        seed=7,
    )

    ask("anthropic", request)

    (seen,) = host.seen
    assert seen.path == "/v1/messages"
    assert seen.headers["authorization"] == f"Bearer {secret}"
    assert re.fullmatch(r"\d{4}-\d{2}-\d{2}", seen.headers["anthropic-version"])
    assert seen.body == {
        "model": "model-asked",
        "system": "Sort it.",
        "messages": [{"role": "user", "content": "No parcel"}],
        "max_tokens": 9,
        "temperature": 0.0,
        "output_config": {"format": {"type": "json_schema", "schema": schema}},
    }


def test_a_base_url_that_ends_in_v1_is_not_doubled(host, ask):
    host.says(MESSAGE)

    answer = ask("anthropic", base_url=f"{host.base_url}/v1/")

    assert (answer.outcome, host.seen[0].path) == ("ok", "/v1/messages")


@pytest.mark.parametrize(
    ("content", "stop", "outcome"),
    [
        ([], "refusal", "refused"),
        ([{"type": "text", "text": "I can't help"}], "refusal", "refused"),
        ([{"type": "text", "text": "Half"}], "max_tokens", "ok"),
        ([], "end_turn", "error"),
        ([{"type": "tool_use", "id": "toolu_1", "name": "f", "input": {}}], "tool_use", "error"),
    ],
)
def test_read_tells_a_refusal_from_a_failure(content, stop, outcome):
    reading = read({"type": "message", "model": "m", "content": content, "stop_reason": stop})

    assert reading.outcome == outcome


@pytest.mark.parametrize(
    "body", [None, [], "text", 3, {}, {"content": None}, {"content": {}}, {"content": [None]}]
)
def test_a_body_of_any_shape_is_an_error_not_a_crash(body):
    assert read(body).outcome == "error"
