from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from rest_framework.test import APIClient

from pilots.models import Event, Measurement, Pilot
from tests.factories import NOW, make_rows

Post = Callable[..., Any]
ROW = {"metric": "review_minutes", "value": 3.2}
CREATED = {"external_id": "", "status": "created"}


def values() -> list[Decimal]:
    return list(Measurement.objects.order_by("id").values_list("value", flat=True))


def test_one_object(post: Post):
    answer = post({**ROW, "external_id": "a-1"})

    assert answer.status_code == 201
    assert answer.json() == {
        "created": 1,
        "duplicates": 0,
        "rejected": 0,
        "items": [{"external_id": "a-1", "status": "created"}],
    }
    assert values() == [Decimal("3.2")]


def test_a_form_as_curl_sends_it(post: Post):
    answer = post("metric=review_minutes&value=3.2", content_type="application/x-www-form-urlencoded")

    assert (answer.status_code, values()) == (201, [Decimal("3.2")])


@pytest.mark.parametrize("wrap", [lambda rows: rows, lambda rows: {"measurements": rows}])
def test_a_list_and_an_envelope(wrap: Callable[[Any], Any], post: Post):
    answer = post(wrap([ROW, {**ROW, "value": 4}]))

    assert (answer.status_code, answer.json()["created"]) == (201, 2)
    assert values() == [Decimal("3.2"), Decimal("4")]


def test_json_lines(post: Post):
    answer = post(
        '{"metric": "review_minutes", "value": 1}\n\n{"metric": "review_minutes", "value": 2}\r\n',
        content_type="application/x-ndjson",
    )

    assert (answer.status_code, values()) == (201, [Decimal(1), Decimal(2)])


def test_csv_leaves_out_empty_cells(post: Post):
    answer = post(
        "metric,value,unit_id,context\r\n"
        'review_minutes,1.5,doc-1,"{""document"": ""sha256:ab""}"\r\n'
        "review_minutes,2.5,,\r\n",
        content_type="text/csv; charset=utf-8",
    )

    assert answer.status_code == 201
    assert list(Measurement.objects.order_by("id").values_list("value", "unit_id", "context")) == [
        (Decimal("1.5"), "doc-1", {"document": "sha256:ab"}),
        (Decimal("2.5"), "", {}),
    ]


def test_a_decimal_is_stored_as_it_was_written(post: Post):
    post('{"metric": "review_minutes", "value": 0.1000000001}')

    assert values() == [Decimal("0.1000000001")]


def test_a_context_with_numbers_is_kept_as_evidence(post: Post):
    answer = post({**ROW, "context": {"tokens": 12, "price": 0.25, "pages": [1, 2.5]}})

    assert answer.status_code == 201
    assert Measurement.objects.get().context == {"tokens": 12, "price": 0.25, "pages": [1, 2.5]}


def test_defaults_are_filled_in(post: Post, pilot: Pilot):
    post(ROW)

    stored = Measurement.objects.get()
    assert (stored.observed_at, stored.phase, stored.outcome, stored.attempts, stored.provenance) == (
        NOW, "pilot", "ok", 1, "real",
    )  # fmt: skip
    assert stored.candidate == pilot.candidates.get()


def test_a_failure_needs_no_value(post: Post):
    answer = post({"metric": "review_minutes", "outcome": "timeout"})

    assert (answer.status_code, values()) == (201, [None])


def test_the_same_external_id_and_values_is_a_duplicate(post: Post):
    post({**ROW, "external_id": "a-1"})

    answer = post({**ROW, "external_id": "a-1"})

    assert answer.status_code == 201
    assert answer.json() == {
        "created": 0,
        "duplicates": 1,
        "rejected": 0,
        "items": [{"external_id": "a-1", "status": "duplicate"}],
    }
    assert Measurement.objects.count() == 1


def test_good_rows_of_a_mixed_batch_are_kept(post: Post):
    answer = post([ROW, {"metric": "review_minuts", "value": 1, "external_id": "b"}, ROW])

    assert answer.status_code == 207
    assert answer.json() == {
        "created": 2,
        "duplicates": 0,
        "rejected": 1,
        "items": [
            CREATED,
            {
                "external_id": "b",
                "status": "rejected",
                "errors": [
                    {
                        "pointer": "/1/metric",
                        "code": "unknown_metric",
                        "message": "This pilot has no metric review_minuts. Did you mean review_minutes?",
                    }
                ],
            },
            CREATED,
        ],
    }
    assert Measurement.objects.count() == 2


def test_an_empty_list_is_no_fault(post: Post):
    answer = post([])

    assert (answer.status_code, answer.json()) == (
        201,
        {"created": 0, "duplicates": 0, "rejected": 0, "items": []},
    )


def test_items_none_leaves_good_rows_out(post: Post):
    answer = post(make_rows(3), query="?items=none")

    assert (answer.status_code, answer.json()) == (201, {"created": 3, "duplicates": 0, "rejected": 0})


def test_items_none_still_names_the_faults(post: Post):
    answer = post([ROW, {"metric": "review_minutes", "external_id": "b"}], query="?items=none")

    assert answer.status_code == 207
    assert [item["external_id"] for item in answer.json()["items"]] == ["b"]


def test_atomic_stores_nothing_when_one_row_is_faulty(post: Post):
    answer = post([ROW, {"metric": "review_minutes"}], query="?atomic=true")

    assert (answer.status_code, answer.json()["code"]) == (422, "batch_rejected")
    assert answer.json()["detail"] == (
        "1 of 2 rows have faults and nothing was stored. Correct what errors names and send the batch again."
    )
    assert [error["pointer"] for error in answer.json()["errors"]] == ["/1/value"]
    assert Measurement.objects.count() == 0


def test_atomic_stores_a_clean_batch(post: Post):
    assert post([ROW, ROW], query="?atomic=true").status_code == 201
    assert Measurement.objects.count() == 2


def test_a_dry_run_checks_and_stores_nothing(post: Post):
    clean = post([ROW], query="?dry_run=true")
    mixed = post([ROW, {"metric": "x"}], query="?dry_run=true")

    assert (clean.status_code, clean.json()) == (
        200,
        {"created": 1, "duplicates": 0, "rejected": 0, "dry_run": True, "items": [CREATED]},
    )
    assert (mixed.status_code, mixed.json()["dry_run"]) == (207, True)
    assert Measurement.objects.count() == 0


def test_other_values_under_a_known_external_id_are_a_conflict(post: Post):
    post({**ROW, "external_id": "a-1"})

    answer = post([{**ROW, "external_id": "a-1", "value": 9}, ROW])

    assert answer.status_code == 207
    assert [item["status"] for item in answer.json()["items"]] == ["conflicting_duplicate", "created"]
    assert answer.json()["items"][0]["errors"][0]["pointer"] == "/0/external_id"
    assert values() == [Decimal("3.2"), Decimal("3.2")]


def test_replacing_is_counted_and_kept_in_the_audit_log(post: Post):
    post({**ROW, "external_id": "a-1"})

    answer = post({**ROW, "external_id": "a-1", "value": 9}, query="?on_conflict=replace")

    assert (answer.status_code, answer.json()["replaced"]) == (201, 1)
    assert values() == [Decimal(9)]
    event = Event.objects.get(verb="measurement.replaced")
    assert (event.token.name, event.actor, event.after) == ("test", None, {"value": "9"})


def test_ten_thousand_rows_are_taken(post: Post):
    answer = post([ROW] * 10_000, query="?items=none")

    assert (answer.status_code, answer.json()["created"]) == (201, 10_000)


def test_the_observation_time_may_be_five_minutes_ahead_and_no_more(post: Post):
    inside = post({**ROW, "observed_at": (NOW + timedelta(minutes=5)).isoformat()})
    beyond = post({**ROW, "observed_at": (NOW + timedelta(minutes=5, seconds=1)).isoformat()})

    assert (inside.status_code, beyond.status_code) == (201, 422)
    assert beyond.json()["errors"][0]["code"] == "in_the_future"


def test_posted_rows_can_be_read_back(post: Post, script: APIClient):
    post({**ROW, "external_id": "a-1", "segment": "nda"})
    post({**ROW, "value": 12345678901234567.25, "external_id": "a-2"})

    answer = script.get("/api/v1/pilots/clause-check/measurements/?segment=nda")

    row = answer.json()["results"][0]
    assert (answer.status_code, len(answer.json()["results"])) == (200, 1)
    assert row == {
        "id": row["id"],
        "metric": "review_minutes",
        "value": 3.2,
        "observed_at": "2026-11-20T12:00:00Z",
        "recorded_at": "2026-11-20T12:00:00Z",
        "phase": "pilot",
        "candidate": "primary",
        "unit_id": "",
        "segment": "nda",
        "load": "",
        "fingerprint": "",
        "context": {},
        "outcome": "ok",
        "attempts": 1,
        "provenance": "real",
        "external_id": "a-1",
        "source": "",
    }


def test_every_digit_that_was_stored_can_be_read_back(post: Post, script: APIClient):
    post('{"metric": "review_minutes", "value": 12345678901234567.0123456789}')

    answer = script.get("/api/v1/pilots/clause-check/measurements/")

    assert b'"value":12345678901234567.0123456789' in answer.content
