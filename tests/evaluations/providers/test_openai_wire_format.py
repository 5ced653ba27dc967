"""What goes to a chat-completions host, and what is made of its answer."""

from __future__ import annotations

import pytest

from evaluations.providers.protocol import Message, Request
from evaluations.providers.reading import Reading

COMPLETION = {
    "id": "chatcmpl-B9MBs8CjcvOU2jLn4n570S5qMJKcT",
    "object": "chat.completion",
    "created": 1741569952,
    "model": "gpt-4.1-2025-04-14",
    "choices": [
        {
            "index": 0,
            "message": {
                "role": "assistant",
                "content": '{"label": "billing"}',
                "refusal": None,
                "annotations": [],
            },
            "logprobs": None,
            "finish_reason": "stop",
        }
    ],
    "usage": {
        "prompt_tokens": 119,
        "completion_tokens": 30,
        "total_tokens": 149,
        "prompt_tokens_details": {"cached_tokens": 64, "audio_tokens": 0},
        "completion_tokens_details": {"reasoning_tokens": 20, "audio_tokens": 0},
    },
}


def read(body: object) -> Reading:
    """Loads the client's package here: each test process collects this file, and one of them asks."""
    from evaluations.providers.openai_compatible import read

    return read(body)


def test_ask_reads_text_model_and_tokens_of_a_completion(host, ask):
    host.says(COMPLETION)

    answer = ask("openai")

    assert (answer.outcome, answer.text, answer.error_detail) == ("ok", '{"label": "billing"}', "")
    assert (answer.model_returned, answer.finish_reason, answer.http_status) == (
        "gpt-4.1-2025-04-14",
        "stop",
        200,
    )
    assert (answer.input_tokens, answer.cached_tokens) == (119, 64)
    assert (answer.output_tokens, answer.reasoning_tokens) == (30, 20)
    assert answer.started_at is not None
    assert 0 < answer.latency_s < 5


def test_ask_sends_system_turns_limits_and_schema(host, ask, secret):
    host.says(COMPLETION)
    turns = (Message("user", "Charged twice"), Message("assistant", "billing"), Message("user", "No parcel"))
    request = Request(
        messages=turns,
        system="Sort it.",
        labels=("billing", "shipping"),
        temperature=0.0,
        max_tokens=9,
        seed=7,
    )

    ask("openai", request)

    (seen,) = host.seen
    assert seen.path == "/v1/chat/completions"
    assert seen.headers["authorization"] == f"Bearer {secret}"
    assert seen.body == {
        "model": "model-asked",
        "messages": [
            {"role": "system", "content": "Sort it."},
            {"role": "user", "content": "Charged twice"},
            {"role": "assistant", "content": "billing"},
            {"role": "user", "content": "No parcel"},
        ],
        "max_tokens": 9,
        "temperature": 0.0,
        "seed": 7,
        "response_format": {
            "type": "json_schema",
            "json_schema": {
                "name": "answer",
                "strict": True,
                "schema": {
                    "type": "object",
                    "properties": {"label": {"type": "string", "enum": ["billing", "shipping"]}},
                    "required": ["label"],
                    "additionalProperties": False,
                },
            },
        },
    }


def test_ask_sends_nothing_that_was_not_set(host, ask):
    host.says(COMPLETION)

    ask("openai")

    assert set(host.seen[0].body) == {"model", "messages", "max_tokens"}


def test_a_count_the_host_leaves_out_is_unknown_not_zero():
    reading = read({"choices": [{"message": {"content": "yes"}}], "usage": {"prompt_tokens": True}})

    assert (reading.outcome, reading.input_tokens, reading.output_tokens) == ("ok", None, None)


@pytest.mark.parametrize(
    ("message", "finish", "outcome", "text"),
    [
        (
            {"content": None, "refusal": "I cannot help with that."},
            "stop",
            "refused",
            "I cannot help with that.",
        ),
        ({"content": "The first half"}, "content_filter", "blocked", "The first half"),
        ({"content": None}, "content_filter", "blocked", ""),
        ({"content": "  "}, "stop", "error", "  "),
        ({"content": None, "tool_calls": [{"id": "call_1"}]}, "tool_calls", "error", ""),
        (
            {"content": [{"type": "text", "text": "in "}, {"type": "text", "text": "parts"}]},
            "stop",
            "ok",
            "in parts",
        ),
    ],
)
def test_read_tells_a_refusal_and_a_filter_from_a_failure(message, finish, outcome, text):
    reading = read({"model": "m", "choices": [{"message": message, "finish_reason": finish}]})

    assert (reading.outcome, reading.text) == (outcome, text)


def test_an_answer_cut_at_the_token_limit_is_scored_with_a_warning():
    reading = read({"choices": [{"message": {"content": "The first half of"}, "finish_reason": "length"}]})

    assert (reading.outcome, reading.detail) == ("ok", "Cut off at the token limit.")


def test_a_limit_spent_before_any_text_is_an_error_that_says_so():
    reading = read({"choices": [{"message": {"content": ""}, "finish_reason": "length"}]})

    assert reading.outcome == "error"
    assert reading.detail == "The answer holds no text. The token limit was used up before any text."


@pytest.mark.parametrize(
    "body",
    [
        None,
        [],
        "text",
        3,
        {},
        {"choices": []},
        {"choices": None},
        {"choices": {}},
        {"choices": [None]},
        {"choices": [{}]},
    ],
)
def test_a_body_of_any_shape_is_an_error_not_a_crash(body):
    assert read(body).outcome == "error"


def test_an_error_reported_with_status_200_is_an_error_with_its_words():
    reading = read({"error": {"message": "Provider returned error", "code": 502}})

    assert (reading.outcome, reading.detail) == (
        "error",
        "The host reported an error in its answer. Provider returned error",
    )
