"""What is refused, by name, with nothing stored."""

from collections.abc import Callable
from typing import Any

import pytest
from rest_framework.test import APIClient

from pilots.models import Measurement, Pilot
from tests.factories import make_metric

Post = Callable[..., Any]
ROW = {"metric": "review_minutes", "value": 3.2}


@pytest.mark.parametrize(
    ("body", "pointer", "code", "message"),
    [
        (
            '{"metric": "review_minutes", "valeu": 1, "value": 1}',
            "/valeu",
            "unknown_field",
            "There is no field valeu. Did you mean value?",
        ),
        ('{"value": 1}', "/metric", "required", "Name the metric. This pilot has: review_minutes."),
        (
            '{"metric": "review_minuts", "value": 1}',
            "/metric",
            "unknown_metric",
            "This pilot has no metric review_minuts. Did you mean review_minutes?",
        ),
        (
            '{"metric": "review_minutes", "value": 1, "candidate": "primry"}',
            "/candidate",
            "unknown_candidate",
            "This pilot has no candidate primry. Did you mean primary?",
        ),
        (
            '{"metric": "review_minutes"}',
            "/value",
            "required",
            "Send a value, or an outcome that says why there is none.",
        ),
        (
            '{"metric": "review_minutes", "value": NaN}',
            "/value",
            "not_finite",
            "NaN and infinity are no measurements. Send an outcome such as error instead.",
        ),
        (
            '{"metric": "review_minutes", "value": -Infinity}',
            "/value",
            "not_finite",
            "NaN and infinity are no measurements. Send an outcome such as error instead.",
        ),
        (
            '{"metric": "review_minutes", "value": "inf"}',
            "/value",
            "not_finite",
            "NaN and infinity are no measurements. Send an outcome such as error instead.",
        ),
        (
            '{"metric": "review_minutes", "value": true}',
            "/value",
            "not_a_number",
            "Send a number: 1 for true, 0 for false.",
        ),
        (
            '{"metric": "review_minutes", "value": "3,2"}',
            "/value",
            "not_a_number",
            "Send value as a number, with a point for decimals.",
        ),
        (
            '{"metric": "review_minutes", "value": 1e18}',
            "/value",
            "too_large",
            "The value is larger than 10^18. Check its unit.",
        ),
        (
            '{"metric": "review_minutes", "value": 1, "observed_at": "2026-11-20T12:06:00Z"}',
            "/observed_at",
            "in_the_future",
            "observed_at is more than 5 minutes ahead. Check the clock and the time zone.",
        ),
        (
            '{"metric": "review_minutes", "value": 1, "observed_at": "yesterday"}',
            "/observed_at",
            "not_an_instant",
            "Send observed_at in ISO 8601 with a time zone, such as 2026-11-21T09:30:00Z.",
        ),
        (
            '{"metric": "review_minutes", "value": 1, "outcome": "timed_out"}',
            "/outcome",
            "unknown_value",
            "outcome is one of: ok, abstained, escalated, refused, blocked, timeout, error, infra_error. "
            "Did you mean timeout?",
        ),
        (
            '{"metric": "review_minutes", "value": 1, "attempts": 0.5}',
            "/attempts",
            "out_of_range",
            "Send attempts as a whole number from 1 to 1000.",
        ),
        (
            '{"metric": "review_minutes", "value": 1, "context": "doc-1"}',
            "/context",
            "not_an_object",
            'Send context as an object, such as {"document": "sha256:…"}.',
        ),
    ],
)
def test_a_faulty_row_is_named(body: str, pointer: str, code: str, message: str, post: Post):
    answer = post(body)

    assert answer.status_code == 422
    assert answer["Content-Type"] == "application/problem+json"
    assert answer.json() == {
        "type": "urn:pilotage:problem:measurements_rejected",
        "title": "Unprocessable Entity",
        "status": 422,
        "detail": message,
        "instance": "/api/v1/pilots/clause-check/measurements/",
        "code": "measurements_rejected",
        "errors": [{"pointer": pointer, "code": code, "message": message}],
        "request_id": answer["X-Request-ID"],
    }
    assert Measurement.objects.count() == 0


def test_a_rate_beyond_one_is_named(post: Post, pilot: Pilot):
    make_metric(pilot, "correct", estimand="rate", unit="")

    answer = post({"metric": "correct", "value": 7})

    assert (answer.status_code, answer.json()["errors"][0]["code"]) == (422, "out_of_range")


@pytest.mark.parametrize(
    ("body", "content_type", "pointer"),
    [
        ('[{"metric": "review_minutes"}]', "application/json", "/0/value"),
        ('{"measurements": [{"metric": "review_minutes"}]}', "application/json", "/measurements/0/value"),
        ('{"metric": "review_minutes"}\n', "application/x-ndjson", "/0/value"),
        ("metric\nreview_minutes\n", "text/csv", "/0/value"),
        ("metric=review_minutes", "application/x-www-form-urlencoded", "/value"),
        ("[5]", "application/json", "/0"),
    ],
)
def test_pointers_lead_into_the_body_as_it_was_sent(body: str, content_type: str, pointer: str, post: Post):
    answer = post(body, content_type=content_type)

    assert (answer.status_code, [error["pointer"] for error in answer.json()["errors"]]) == (422, [pointer])


@pytest.mark.parametrize(
    ("body", "content_type", "code", "detail"),
    [
        ('{"metric": }', "application/json", "malformed", "JSON is malformed: invalid character (byte 11)."),
        ('[{"metric": "a"', "application/json", "malformed", "The JSON ends too early, at byte 15."),
        (
            b'{"metric": "\xff"}',
            "application/json",
            "malformed",
            "Byte 12 is not UTF-8. Save the file as UTF-8 and send it again.",
        ),
        ("[" * 100_000, "application/json", "malformed", "The JSON is nested too deeply."),
        (
            '{"context": ' + "[" * 30 + "]" * 30 + "}",
            "application/json",
            "malformed",
            "The JSON is nested more than 20 levels deep.",
        ),
        (
            '{"metric": "a\\u0000"}',
            "application/json",
            "malformed",
            "A text holds a zero byte, which no field can keep. Remove it.",
        ),
        (
            '{"value": 1e99999999999999999999}',
            "application/json",
            "malformed",
            "A number's exponent is beyond all measure.",
        ),
        (
            '"review"',
            "application/json",
            "not_measurements",
            "Send one measurement as an object, or a list of them.",
        ),
        (
            '{"measurements": 1}',
            "application/json",
            "not_measurements",
            "An envelope holds measurements, a list, and nothing else.",
        ),
        (
            '{"measurements": [], "metric": "a"}',
            "application/json",
            "not_measurements",
            "An envelope holds measurements, a list, and nothing else.",
        ),
        (
            '{"metric": "a"}\n{"metric" "b"}\n',
            "application/x-ndjson",
            "malformed",
            "Line 2: JSON is malformed: expected ':' (byte 10).",
        ),
        (
            "metric,value\nreview_minutes,1,2\n",
            "text/csv",
            "malformed",
            "Line 2: 3 cells where the header names 2 columns.",
        ),
        (
            "metric,metric\na,b\n",
            "text/csv",
            "malformed",
            "Line 1: give each column a name of its own, such as metric,value.",
        ),
        ('metric\n"review', "text/csv", "malformed", "Line 2: unexpected end of data."),
        (
            "metric=a&metric=b",
            "application/x-www-form-urlencoded",
            "malformed",
            "A form holds one measurement: send each field once, or a JSON list.",
        ),
        (
            "metric",
            "application/x-www-form-urlencoded",
            "malformed",
            "The form could not be read. Send metric=…&value=…, or JSON with its own Content-Type.",
        ),
        (
            "metric=%00",
            "application/x-www-form-urlencoded",
            "malformed",
            "A text holds a zero byte, which no field can keep. Remove it.",
        ),
        (
            " \n",
            "application/json",
            "empty_body",
            'The body is empty. Send a measurement, such as {"metric": "…", "value": 3.2}.',
        ),
        (
            "",
            "application/json",
            "empty_body",
            'The body is empty. Send a measurement, such as {"metric": "…", "value": 3.2}.',
        ),
    ],
)
def test_a_body_that_cannot_be_read_says_where(
    body: Any, content_type: str, code: str, detail: str, post: Post
):
    answer = post(body, content_type=content_type)

    assert (answer.status_code, answer.json()["code"], answer.json()["detail"]) == (400, code, detail)
    assert answer["Content-Type"] == "application/problem+json"
    assert Measurement.objects.count() == 0


def test_more_than_ten_thousand_rows_are_too_many(post: Post):
    answer = post([{}] * 10_001)

    assert (answer.status_code, answer.json()["code"]) == (413, "too_large")
    assert answer.json()["detail"] == "Send at most 10,000 measurements or 5 MB at a time; split the batch."


@pytest.mark.parametrize("content_type", ["application/x-ndjson", "text/csv"])
def test_more_than_ten_thousand_lines_are_too_many(content_type: str, post: Post):
    assert post("{}\n" * 10_002, content_type=content_type).status_code == 413


def test_more_than_five_megabytes_are_too_many(post: Post):
    answer = post(b" " * (5 * 1024 * 1024 + 1))

    assert (answer.status_code, answer.json()["code"]) == (413, "too_large")


@pytest.mark.parametrize(
    ("content_type", "headers", "code"),
    [
        ("application/xml", {}, "unsupported_media_type"),
        ("", {}, "unsupported_media_type"),
        ("application/json; charset=utf-16", {}, "unsupported_charset"),
        ("application/json", {"Content_Encoding": "gzip"}, "unsupported_encoding"),
    ],
)
def test_a_body_in_another_form_is_refused(content_type: str, headers: dict[str, str], code: str, post: Post):
    answer = post(ROW, content_type=content_type, **headers)

    assert (answer.status_code, answer.json()["code"]) == (415, code)


def test_a_body_in_chunks_is_not_taken_for_an_empty_one(post: Post):
    answer = post(ROW, Transfer_Encoding="chunked")

    assert (answer.status_code, answer.json()["code"]) == (411, "length_required")


@pytest.mark.parametrize(
    ("query", "code", "detail"),
    [
        ("?atomc=true", "unknown_parameter", "There is no parameter atomc. Did you mean atomic?"),
        ("?atomic=maybe", "bad_parameter", "Give atomic as true or false."),
        ("?on_conflict=overwrite", "bad_parameter", "Give on_conflict as keep or replace."),
        ("?items=some", "bad_parameter", "Give items as all or none."),
    ],
)
def test_a_misspelt_parameter_is_not_taken_for_none(query: str, code: str, detail: str, post: Post):
    answer = post(ROW, query=query)

    assert (answer.status_code, answer.json()["code"], answer.json()["detail"]) == (400, code, detail)
    assert Measurement.objects.count() == 0


def test_a_wrong_page_size_is_refused(script: APIClient):
    answer = script.get("/api/v1/pilots/?page_size=1001")

    assert (answer.status_code, answer.json()["code"]) == (400, "bad_parameter")


def test_a_wrong_cursor_is_refused(script: APIClient):
    answer = script.get("/api/v1/pilots/?cursor=nonsense")

    assert (answer.status_code, answer.json()["code"]) == (400, "bad_cursor")


def test_a_wrong_filter_value_is_refused(script: APIClient):
    answer = script.get("/api/v1/pilots/?flag=maybe")

    assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (422, "/flag")
