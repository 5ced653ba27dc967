"""The host took the question and failed: the outcome counts against the model."""

from __future__ import annotations

import dataclasses
import json

import pytest

OVERLOADED = {"type": "error", "error": {"type": "overloaded_error", "message": "Overloaded"}}
TOO_LONG = {
    "error": {
        "message": "This model's maximum context length is 8192 tokens.",
        "type": "invalid_request_error",
        "code": "context_length_exceeded",
    }
}
# Azure OpenAI, content filtering reference
FILTERED = {
    "error": {
        "message": "The response was filtered due to the prompt triggering the content management policy.",
        "code": "content_filter",
        "status": 400,
        "innererror": {"code": "ResponsibleAIPolicyViolation"},
    }
}


@pytest.mark.parametrize(
    ("status", "body", "outcome", "detail"),
    [
        (500, b"", "error", "HTTP 500. The host failed."),
        (503, b"<html>busy</html>", "error", "HTTP 503. The host failed."),
        (529, OVERLOADED, "error", "HTTP 529. The host failed. The host says: overloaded_error: Overloaded"),
        (504, b"", "timeout", "HTTP 504. The host gave up waiting for the model."),
        (408, b"", "timeout", "HTTP 408. The host gave up waiting for the model."),
        (413, b"", "error", "HTTP 413. The question is longer than the model can take."),
        (
            400,
            TOO_LONG,
            "error",
            "HTTP 400. The question is longer than the model can take. The host says: context_length_exceeded: "
            "This model's maximum context length is 8192 tokens.",
        ),
        (
            400,
            FILTERED,
            "blocked",
            "HTTP 400. A content filter at the host stopped the question. The host says: "
            "ResponsibleAIPolicyViolation: The response was filtered due to the prompt triggering the content "
            "management policy.",
        ),
    ],
)
def test_a_status_of_the_model_is_its_failure(host, ask, api, status, body, outcome, detail):
    host.says(body, status=status)

    answer = ask(api)

    assert (answer.outcome, answer.http_status, answer.error_detail) == (outcome, status, detail)
    assert len(host.seen) == 1  # the SDKs would have tried again


def test_a_silent_host_is_a_timeout_after_the_time_asked_for(host, ask, api, question):
    host.silent = True

    answer = ask(api, dataclasses.replace(question, timeout_s=0.4))

    assert (answer.outcome, answer.error_detail) == ("timeout", "No complete answer within the time limit.")
    assert 0.4 <= answer.latency_s < 2


def test_a_dripping_answer_is_a_timeout_though_no_single_wait_was_long(
    host, ask, api, question, right_answer
):
    host.says(right_answer)
    host.drip_s = 0.05

    answer = ask(api, dataclasses.replace(question, timeout_s=0.5))

    assert answer.outcome == "timeout"
    assert 0.5 <= answer.latency_s < 2


def test_a_body_cut_off_on_the_way_is_an_error(host, ask, api, right_answer):
    host.says(right_answer)
    host.cut_after = 40

    answer = ask(api)

    assert (answer.outcome, answer.error_detail) == (
        "error",
        "The connection broke before the answer was complete.",
    )


@pytest.mark.parametrize("body", [b"", b"{", b"not json", b"\xff\xfe", b"<html></html>", b"[" * 100_000])
def test_a_body_that_is_not_json_is_an_error(host, ask, api, body):
    host.says(body)

    answer = ask(api)

    assert (answer.outcome, answer.text) == ("error", "")
    assert answer.error_detail == "The host answered with something that is not JSON."


def test_a_body_labelled_html_is_read_all_the_same(host, ask, api, right_answer):
    host.says(right_answer, Content_Type="text/html")

    answer = ask(api)

    assert (answer.outcome, answer.text) == ("ok", "billing")


def test_an_empty_answer_is_an_error(host, ask, api):
    host.says({"type": "message", "choices": [], "content": []})

    answer = ask(api)

    assert (answer.outcome, answer.http_status) == ("error", 200)


def test_a_long_message_of_the_host_is_shortened(host, ask, api):
    host.says(json.dumps({"error": {"message": "x" * 5000}}).encode(), status=500)

    answer = ask(api)

    assert len(answer.error_detail) == 300
