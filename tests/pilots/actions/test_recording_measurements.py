from datetime import timedelta
from decimal import Decimal

import pytest

from pilots.actions import measurements
from pilots.actions.measurement_report import Report
from pilots.models import Event, Measurement, Pilot
from tests.factories import NOW, make_metric, make_ready_pilot, make_running_pilot

pytestmark = pytest.mark.django_db


@pytest.fixture
def pilot() -> Pilot:
    return make_running_pilot()


def record(pilot: Pilot, *rows: dict[str, object], **options: object) -> Report:
    return measurements.record(pilot=pilot, rows=rows, now=NOW, **options)  # type: ignore[arg-type]


def test_a_row_needs_only_a_metric_and_a_value(pilot: Pilot) -> None:
    report = record(pilot, {"metric": "review_minutes", "value": 3.2})

    stored = Measurement.objects.get()
    assert report.created == 1
    assert (stored.value, stored.phase, stored.observed_at) == (Decimal("3.2"), "pilot", NOW)
    assert stored.candidate is not None
    assert (stored.candidate.slug, stored.outcome, stored.provenance) == ("primary", "ok", "real")


def test_the_same_row_twice_counts_once(pilot: Pilot) -> None:
    row = {"metric": "review_minutes", "value": 3.2, "external_id": "a-1"}
    record(pilot, row)

    report = record(pilot, row | {"value": "3.20"}, row)

    assert (report.created, report.duplicates) == (0, 2)
    assert Measurement.objects.count() == 1


def test_a_whole_number_is_a_good_id_and_counts_once(pilot: Pilot) -> None:
    row = {"metric": "review_minutes", "value": 3.2, "external_id": 5}

    report = record(pilot, row, row | {"external_id": "5"})

    assert [item.status for item in report.items] == ["created", "duplicate"]


def test_other_values_under_a_known_id_are_a_conflict_and_change_nothing(pilot: Pilot) -> None:
    row = {"metric": "review_minutes", "value": 3.2, "external_id": "a-1"}
    record(pilot, row)

    report = record(pilot, row | {"value": 9})

    assert [item.status for item in report.items] == ["conflicting_duplicate"]
    assert Measurement.objects.get().value == Decimal("3.2")


def test_a_correction_is_kept_in_the_log_with_both_values(pilot: Pilot) -> None:
    row = {"metric": "review_minutes", "value": 3.2, "external_id": "a-1"}
    record(pilot, row)

    report = record(pilot, row | {"value": 9}, on_conflict="replace")

    event = Event.objects.get(verb="measurement.replaced")
    assert report.replaced == 1
    assert Measurement.objects.get().value == Decimal("9")
    assert Decimal(event.before["value"]) == Decimal("3.2")
    assert Decimal(event.after["value"]) == Decimal("9")


def test_a_baseline_row_can_be_corrected_to_a_pilot_row(pilot: Pilot) -> None:
    row = {"metric": "review_minutes", "value": 3.2, "external_id": "a-1", "phase": "baseline"}
    record(pilot, row)

    report = record(pilot, row | {"phase": "pilot"}, on_conflict="replace")

    stored = Measurement.objects.get()
    assert report.replaced == 1
    assert stored.candidate is not None
    assert (stored.phase, stored.candidate.slug) == ("pilot", "primary")


def test_the_same_id_from_another_source_is_another_row(pilot: Pilot) -> None:
    row = {"metric": "review_minutes", "value": 3.2, "external_id": "a-1"}

    report = record(pilot, row, row | {"source": "nightly"})

    assert report.created == 2


@pytest.mark.parametrize(
    ("row", "code"),
    [
        ({"value": 1}, "required"),
        ({"metric": "review_minuts", "value": 1}, "unknown_metric"),
        ({"metric": "review_minutes"}, "required"),
        ({"metric": "review_minutes", "value": True}, "not_a_number"),
        ({"metric": "review_minutes", "value": "abc"}, "not_a_number"),
        ({"metric": "review_minutes", "value": float("nan")}, "not_finite"),
        ({"metric": "review_minutes", "value": "-inf"}, "not_finite"),
        ({"metric": "review_minutes", "value": 10**18}, "too_large"),
        ({"metric": "review_minutes", "value": 1, "candidate": "nobody"}, "unknown_candidate"),
        ({"metric": "review_minutes", "value": 1, "outcome": "fine"}, "unknown_value"),
        ({"metric": "review_minutes", "value": 1, "observed_at": "yesterday"}, "not_an_instant"),
        ({"metric": "review_minutes", "value": 1, "observed_at": "2026-11-20T10:00:00"}, "not_an_instant"),
        ({"metric": "review_minutes", "value": 1, "observed_at": "2026-11-20T12:06:00Z"}, "in_the_future"),
        ({"metric": "review_minutes", "value": 1, "observed_at": "1999-01-01T00:00:00Z"}, "too_old"),
        ({"metric": "review_minutes", "value": 1, "segmnt": "x"}, "unknown_field"),
        ({"metric": "review_minutes", "value": 1, "segment": "x" * 101}, "too_long"),
        ({"metric": "review_minutes", "value": 1, "unit_id": "a\x00b"}, "not_text"),
        ({"metric": "review_minutes", "value": 1, "attempts": 0}, "out_of_range"),
        ({"metric": "review_minutes", "value": "1e9999999"}, "too_large"),
        ({"metric": "review_minutes", "value": 1, "attempts": "²"}, "out_of_range"),
        ({"metric": "review_minutes", "value": 1, "attempts": "1" * 5000}, "out_of_range"),
        ({"metric": "review_minutes", "value": 1, "external_id": "a\x00"}, "not_text"),
        ({"metric": "review_minutes", "value": 1, "segment": "\ud800"}, "not_text"),
        ({"metric": "review_minutes", "value": 1, "context": {"a": "\x00"}}, "not_text"),
        ({"metric": "review_minutes", "value": 1, "context": {"a": "x" * 10_000}}, "too_long"),
        ({"metric": "review_minutes", "value": 1, "context": [1]}, "not_an_object"),
        (
            {"metric": "review_minutes", "value": 1, "phase": "baseline", "candidate": "primary"},
            "baseline_has_none",
        ),
    ],
)
def test_a_faulty_row_is_refused_by_name_and_the_good_one_kept(
    pilot: Pilot, row: dict[str, object], code: str
) -> None:
    report = record(pilot, row, {"metric": "review_minutes", "value": 1})

    assert [item.status for item in report.items] == ["rejected", "created"]
    assert [fault["code"] for fault in report.items[0].errors] == [code]
    assert Measurement.objects.count() == 1


def test_an_unknown_name_brings_the_nearest_one(pilot: Pilot) -> None:
    report = record(pilot, {"metric": "review_minuts", "value": 1})

    assert report.items[0].errors[0]["message"].endswith("Did you mean review_minutes?")


def test_all_or_nothing_stores_nothing_when_a_row_has_a_fault(pilot: Pilot) -> None:
    with pytest.raises(measurements.RejectedBatch) as refused:
        record(pilot, {"metric": "review_minutes", "value": 1}, {"metric": "review_minutes"}, atomic=True)

    assert refused.value.report.rejected == 1
    assert not Measurement.objects.exists()


def test_a_dry_run_reports_and_stores_nothing(pilot: Pilot) -> None:
    report = record(pilot, {"metric": "review_minutes", "value": 1}, dry_run=True)

    assert report.created == 1
    assert not Measurement.objects.exists()


def test_a_failure_needs_no_value(pilot: Pilot) -> None:
    record(pilot, {"metric": "review_minutes", "outcome": "timeout"})

    assert Measurement.objects.get().value is None


def test_a_rate_takes_shares_only(pilot: Pilot) -> None:
    make_metric(pilot, "wrong", estimand="rate", unit="", cap=None, floor=None)

    report = record(pilot, {"metric": "wrong", "value": 2}, {"metric": "wrong", "value": 1})

    assert [item.status for item in report.items] == ["rejected", "created"]


def test_rows_before_the_window_are_the_baseline(pilot: Pilot) -> None:
    record(pilot, {"metric": "review_minutes", "value": 1, "observed_at": "2026-10-31T23:59:00Z"})

    assert Measurement.objects.get().phase == "baseline"


def test_the_baseline_is_frozen_once_the_pilot_has_numbers(pilot: Pilot) -> None:
    record(pilot, {"metric": "review_minutes", "value": 1})

    report = record(pilot, {"metric": "review_minutes", "value": 1, "phase": "baseline"})

    assert [fault["code"] for fault in report.items[0].errors] == ["baseline_frozen"]


def test_a_draft_takes_its_baseline_and_nothing_else() -> None:
    draft = make_ready_pilot("draft")

    report = record(
        draft,
        {"metric": "review_minutes", "value": 1, "phase": "baseline"},
        {"metric": "review_minutes", "value": 1, "observed_at": (NOW - timedelta(days=1)).isoformat()},
    )

    assert [item.status for item in report.items] == ["created", "rejected"]
    assert report.items[1].errors[0]["code"] == "not_started"


def test_of_many_rows_those_that_are_stored_count_once_more_for_nobody(pilot: Pilot) -> None:
    rows = [
        {"metric": "review_minutes", "value": number, "external_id": f"r-{number}"} for number in range(120)
    ]
    record(pilot, *rows[:110])

    report = record(pilot, *rows)

    assert (report.created, report.duplicates) == (10, 110)
    stored = list(Measurement.objects.order_by("id").values_list("external_id", flat=True))
    assert stored == [row["external_id"] for row in rows]


def test_what_was_remembered_of_a_pilot_is_not_gone_by_once_it_has_changed(pilot: Pilot) -> None:
    record(pilot, {"metric": "review_minutes", "value": 3})
    pilot.metrics.filter(key="review_minutes").update(key="minutes")

    report = record(pilot, {"metric": "minutes", "value": 3}, {"metric": "review_minutes", "value": 3})

    assert [item.status for item in report.items] == ["created", "rejected"]
