"""A whole metric in one stream: the same measurements as the pages show, as lines or as a table."""

import csv
import io
import json
from collections.abc import Callable
from typing import Any

import pytest
from rest_framework.test import APIClient

from pilots.models import Measurement, Pilot
from pilots.queries import measurement_export

MEASUREMENTS = "/api/v1/pilots/clause-check/measurements/"
Post = Callable[..., Any]
ODD = {
    "metric": "review_minutes",
    "value": "3.20",
    "observed_at": "2026-11-18T09:30:00.250001Z",
    "unit_id": 'a "quoted", \\ unit\tof two\nlines',
    "segment": "Zürich 東京",
    "context": {"document": 'sha256:"x"\\', "pages": [1, 2]},
    "external_id": "1",
}
ROWS = [ODD, {"metric": "review_minutes", "outcome": "timeout", "observed_at": "2026-11-17T00:00:00Z"}]


def streamed(script: APIClient, query: str = "", **headers: str) -> tuple[str, str]:
    answer = script.get(f"{MEASUREMENTS}{query}", headers=headers)
    assert answer.status_code == 200
    return answer["Content-Type"], b"".join(answer.streaming_content).decode()  # type: ignore[attr-defined]


def test_lines_hold_what_the_pages_hold_in_the_order_of_observation(script: APIClient, post: Post):
    assert post(ROWS).status_code == 201

    kind, text = streamed(script, accept="application/x-ndjson")

    page = script.get(MEASUREMENTS).json()["results"]
    lines = [json.loads(line) for line in text.splitlines()]
    assert kind == "application/x-ndjson; charset=utf-8"
    assert lines == sorted(page, key=lambda each: each["observed_at"])
    assert [line["unit_id"] for line in lines] == ["", ODD["unit_id"]]
    assert [list(line) for line in lines] == [list(each) for each in page]


def test_a_table_has_a_header_and_the_same_cells(script: APIClient, post: Post):
    post(ROWS)

    kind, text = streamed(script, "?format=csv")

    rows = list(csv.DictReader(io.StringIO(text, newline="")))
    assert kind == "text/csv; charset=utf-8"
    assert [(row["value"], row["outcome"], row["observed_at"]) for row in rows] == [
        ("", "timeout", "2026-11-17T00:00:00Z"),
        ("3.2", "ok", "2026-11-18T09:30:00.250001Z"),
    ]
    assert (rows[1]["unit_id"], rows[1]["segment"]) == (ODD["unit_id"], ODD["segment"])
    assert json.loads(rows[1]["context"]) == ODD["context"]


def test_a_stream_is_filtered_as_a_page_is(script: APIClient, post: Post):
    post(ROWS)

    _, text = streamed(
        script, "?format=ndjson&metric=review_minutes&outcome=timeout&until=2026-11-18T00:00:00Z"
    )

    assert [json.loads(line)["outcome"] for line in text.splitlines()] == ["timeout"]


def test_chunks_hold_whole_lines_and_a_reader_may_leave_before_the_last(
    script: APIClient, post: Post, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(measurement_export, "CHUNK", 1)
    post(ROWS)
    pilot = Pilot.objects.get()

    whole = list(measurement_export.lines(pilot, Measurement.objects.all(), "ndjson"))
    left = measurement_export.lines(pilot, Measurement.objects.all(), "ndjson")
    first = next(left)
    left.close()  # type: ignore[attr-defined]

    assert [json.loads(chunk)["outcome"] for chunk in whole] == ["timeout", "ok"]
    assert first == whole[0]
    assert Measurement.objects.count() == 2


def test_a_problem_is_told_as_a_problem_whatever_was_asked_for(script: APIClient):
    answer = script.get(f"{MEASUREMENTS}?format=csv&metrik=x")

    assert (answer.status_code, answer["Content-Type"]) == (400, "application/problem+json")
    assert answer.json()["code"] == "unknown_parameter"


def test_a_page_may_hold_ten_thousand(script: APIClient, post: Post):
    assert script.get(f"{MEASUREMENTS}?page_size=10000").status_code == 200
    assert script.get(f"{MEASUREMENTS}?page_size=10001").json()["code"] == "bad_parameter"
