"""Answers that come piece by piece: the same reading as in one piece, and the time to the first piece."""

from __future__ import annotations

import json

import pytest

# OpenAI's reference of chat.completion.chunk, with `stream_options: {"include_usage": true}`; Azure sends the first
# chunk without a choice.
CHUNKS = [
    {"choices": [], "prompt_filter_results": [], "model": ""},
    {"model": "gpt-4.1-2025-04-14", "choices": [{"index": 0, "delta": {"role": "assistant", "content": ""}}]},
    {
        "model": "gpt-4.1-2025-04-14",
        "choices": [{"index": 0, "delta": {"content": "bill"}, "finish_reason": None}],
    },
    {
        "model": "gpt-4.1-2025-04-14",
        "choices": [{"index": 0, "delta": {"content": "ing"}, "finish_reason": None}],
    },
    {"model": "gpt-4.1-2025-04-14", "choices": [{"index": 0, "delta": {}, "finish_reason": "stop"}]},
    {
        "model": "gpt-4.1-2025-04-14",
        "choices": [],
        "usage": {
            "prompt_tokens": 19,
            "completion_tokens": 10,
            "completion_tokens_details": {"reasoning_tokens": 4},
        },
    },
]
# Anthropic's reference of streamed messages.
EVENTS = [
    {
        "type": "message_start",
        "message": {
            "model": "claude-sonnet-4-5-20250929",
            "usage": {"input_tokens": 25, "cache_read_input_tokens": 100, "output_tokens": 1},
        },
    },
    {"type": "content_block_start", "index": 0, "content_block": {"type": "text", "text": ""}},
    {"type": "ping"},
    {"type": "content_block_delta", "index": 0, "delta": {"type": "text_delta", "text": "bill"}},
    {"type": "content_block_delta", "index": 0, "delta": {"type": "text_delta", "text": "ing"}},
    {"type": "content_block_stop", "index": 0},
    {"type": "message_delta", "delta": {"stop_reason": "end_turn"}, "usage": {"output_tokens": 15}},
    {"type": "message_stop"},
]


def openai_stream(*chunks: object, end: str = "data: [DONE]\n\n") -> bytes:
    return ("".join(f"data: {json.dumps(chunk)}\n\n" for chunk in chunks) + end).encode()


def anthropic_stream(*events: dict) -> bytes:
    return "".join(f"event: {each['type']}\ndata: {json.dumps(each)}\n\n" for each in events).encode()


def stream(host, body: bytes) -> None:
    host.says(body, Content_Type="text/event-stream; charset=utf-8")


def test_chunks_are_put_together_with_usage_and_the_time_of_the_first_text(host, ask):
    stream(host, openai_stream(*CHUNKS))

    answer = ask("openai", streams=True)

    assert (answer.outcome, answer.text, answer.finish_reason) == ("ok", "billing", "stop")
    assert (answer.input_tokens, answer.output_tokens, answer.reasoning_tokens) == (19, 10, 4)
    assert answer.model_returned == "gpt-4.1-2025-04-14"
    assert 0 < answer.first_token_s <= answer.latency_s
    assert host.seen[0].body["stream"] is True
    assert host.seen[0].body["stream_options"] == {"include_usage": True}


def test_events_of_a_message_are_put_together_with_both_parts_of_its_usage(host, ask):
    stream(host, anthropic_stream(*EVENTS))

    answer = ask("anthropic", streams=True)

    assert (answer.outcome, answer.text, answer.finish_reason) == ("ok", "billing", "end_turn")
    assert (answer.input_tokens, answer.cached_tokens, answer.output_tokens) == (125, 100, 15)
    assert 0 < answer.first_token_s <= answer.latency_s


def test_the_first_piece_comes_before_the_last(host, ask):
    body = openai_stream(*CHUNKS[1:5])
    stream(host, body)
    host.drip_s = 0.0005

    answer = ask("openai", streams=True)

    assert answer.text == "billing"
    assert answer.first_token_s < answer.latency_s * 0.9


def test_a_host_that_ends_without_the_end_mark_has_still_answered(host, ask):
    stream(host, openai_stream(*CHUNKS[:5], end=""))

    assert ask("openai", streams=True).outcome == "ok"


def test_a_host_that_does_not_stream_is_read_in_one_piece(host, ask, api, right_answer):
    host.says(right_answer)

    answer = ask(api, streams=True)

    assert (answer.outcome, answer.text, answer.first_token_s) == ("ok", "billing", None)


@pytest.mark.parametrize(
    ("name", "body"),
    [
        ("openai", openai_stream(*CHUNKS[:3], end="")),
        ("anthropic", anthropic_stream(*EVENTS[:5])),
        ("openai", b""),
        ("anthropic", b""),
    ],
)
def test_a_stream_that_breaks_off_is_an_error_and_may_be_asked_again(host, ask, name, body):
    stream(host, body)

    answer = ask(name, streams=True)

    assert (answer.outcome, answer.error, answer.http_status) == ("error", "Truncated", None)


@pytest.mark.parametrize(
    ("name", "body", "outcome"),
    [
        ("openai", b'data: {"choices": [{"del\n\n', "error"),
        (
            "openai",
            openai_stream({"error": {"message": "Provider returned error", "code": 502}}, end=""),
            "error",
        ),
        ("openai", openai_stream({"choices": [{"delta": {}, "finish_reason": "content_filter"}]}), "blocked"),
        (
            "openai",
            openai_stream({"choices": [{"delta": {"refusal": "I cannot."}, "finish_reason": "stop"}]}),
            "refused",
        ),
        ("openai", openai_stream({"choices": [{"delta": {}, "finish_reason": "stop"}]}), "error"),
        (
            "anthropic",
            anthropic_stream(
                EVENTS[0], {"type": "error", "error": {"type": "overloaded_error", "message": "Overloaded"}}
            ),
            "error",
        ),
        (
            "anthropic",
            anthropic_stream(
                EVENTS[0], {"type": "message_delta", "delta": {"stop_reason": "refusal"}}, EVENTS[-1]
            ),
            "refused",
        ),
    ],
)
def test_failures_and_refusals_within_a_stream_are_told_apart(host, ask, name, body, outcome):
    stream(host, body)

    assert ask(name, streams=True).outcome == outcome


def test_a_limit_before_the_stream_is_read_as_one(host, ask, api):
    host.says({"error": {"message": "slow down"}}, status=429, Retry_After="7")

    answer = ask(api, streams=True)

    assert (answer.outcome, answer.error, answer.retry_after_s) == ("infra_error", "HTTP 429", 7.0)


def test_azure_is_asked_by_deployment_path_version_and_its_own_header(host, ask, secret):
    host.says(
        {"model": "gpt-4o-2024-08-06", "choices": [{"message": {"content": "yes"}, "finish_reason": "stop"}]}
    )

    answer = ask("azure", base_url=f"{host.base_url}/", api_version="2024-10-21")

    (seen,) = host.seen
    assert (answer.outcome, answer.model_returned) == ("ok", "gpt-4o-2024-08-06")
    assert seen.path == "/openai/deployments/model-asked/chat/completions?api-version=2024-10-21"
    assert seen.headers["api-key"] == secret
    assert "authorization" not in seen.headers
