"""Numbers from before: entered by hand, marked when they come late, frozen once they are compared with."""

from datetime import date, timedelta

import pytest
from django.test import Client

from pilots.actions import baselines, measurements
from pilots.actions.measurement_report import Report
from pilots.actions.measurements import RejectedBatch
from pilots.actions.refusals import NotAllowed, Refused
from pilots.models import Baseline, Event, Measurement, Pilot
from pilots.queries import baselines as before
from tests.factories import NOW, make_ready_pilot, make_rows, make_running_pilot

pytestmark = pytest.mark.django_db
FIRST, LAST = date(2026, 10, 1), date(2026, 10, 10)


def enter(pilot: Pilot, text: str, **more: object) -> Report:
    given = {"by": pilot.owner, "now": NOW, "first": FIRST, "last": LAST, **more}
    return baselines.enter(pilot=pilot, metric=pilot.metrics.get(), text=text, **given)  # type: ignore[arg-type]


def test_values_one_a_line_are_spread_over_the_days_and_count_once() -> None:
    pilot = make_ready_pilot()

    reports = [enter(pilot, "3,5\n\n4.5\n5\n6\n7") for _ in range(2)]

    rows = list(Measurement.objects.order_by("observed_at"))
    assert [(each.created, each.duplicates) for each in reports] == [(5, 0), (0, 5)]
    assert [float(row.value or 0) for row in rows] == [3.5, 4.5, 5, 6, 7]
    assert [row.observed_at.date().day for row in rows] == [2, 4, 6, 8, 10]
    assert {(row.phase, row.candidate) for row in rows} == {("baseline", None)}
    assert Event.objects.get(verb="baseline.entered").after["rows"] == 5


def test_a_file_says_when_and_of_what() -> None:
    pilot = make_ready_pilot()

    enter(pilot, "observed_at;value;unit_id\n2026-10-03T08:00:00Z;3,5;c-1\n2026-10-04T08:00:00Z;4;c-2\n")

    rows = Measurement.objects.order_by("observed_at").values_list("observed_at__day", "value", "unit_id")
    assert [(day, float(value), unit) for day, value, unit in rows] == [(3, 3.5, "c-1"), (4, 4.0, "c-2")]


def test_a_try_stores_nothing_and_a_fault_names_its_row() -> None:
    pilot = make_ready_pilot()

    assert enter(pilot, "3\n4", dry_run=True).created == 2
    with pytest.raises(RejectedBatch) as rejected:
        enter(pilot, "3\nmany")

    assert [item.index for item in rejected.value.report.items if item.errors] == [1]
    assert not Measurement.objects.exists()


@pytest.mark.parametrize(
    ("text", "more", "words"),
    [
        ("", {}, "at least one value"),
        ("value,when\n3,today", {}, "Unknown column when"),
        ("3", {"last": date(2026, 12, 1)}, "not in the future"),
    ],
)
def test_what_cannot_be_read_is_refused_with_what_to_do(text: str, more: dict[str, date], words: str) -> None:
    with pytest.raises(Refused, match=words):
        enter(make_ready_pilot(), text, **more)


def test_the_decider_enters_none() -> None:
    pilot = make_ready_pilot()

    with pytest.raises(NotAllowed):
        enter(pilot, "3", by=pilot.decider)


def test_what_was_entered_days_later_is_called_retrospective_and_old() -> None:
    pilot = make_ready_pilot()
    enter(pilot, "\n".join(["3", "4"] * 20), first=date(2026, 6, 1), last=date(2026, 6, 30))

    (line,) = before.of_pilot(pilot)

    assert line.found is not None
    assert (line.found.rows, line.found.retrospective, line.found.mean) == (40, 40, 3.5)
    assert line.warnings == (
        "Retrospective: All were entered days after they happened.",
        "It ended 124 days before the pilot began: the work may have changed since.",
    )


def test_the_before_is_frozen_with_its_hash_when_it_is_first_compared_with() -> None:
    pilot = make_running_pilot()
    enter(pilot, "\n".join(["3", "4"] * 20))
    baselines.freeze_compared(now=NOW)
    assert not Baseline.objects.exists()

    measurements.record(pilot=pilot, rows=make_rows(1), now=NOW)
    for _ in range(2):
        baselines.freeze_compared(now=NOW)
    (line,) = before.of_pilot(pilot)

    assert line.found is not None
    assert line.frozen is not None
    assert (line.frozen.rows, line.frozen.digest) == (40, line.found.digest)
    assert Event.objects.get(verb="baseline.frozen").after["digest"] == line.frozen.digest
    with pytest.raises(RejectedBatch, match="faults"):
        enter(pilot, "9")


def test_rows_that_were_changed_behind_the_freeze_show() -> None:
    pilot = make_running_pilot()
    rows = make_rows(40, phase="baseline", start=NOW - timedelta(days=30))
    measurements.record(pilot=pilot, rows=[*rows, *make_rows(1)], now=NOW)
    baselines.freeze_compared(now=NOW)

    Measurement.objects.filter(phase="baseline", value=2).update(value=1)

    assert before.of_pilot(pilot)[0].warnings[-1] == (
        "Its rows are not those that were frozen on 20 November 2026: do not rely on it before you know why."
    )


def test_the_page_tries_first_and_then_keeps(client: Client) -> None:
    pilot = make_ready_pilot()
    client.force_login(pilot.owner)
    path = f"/admin/pilots/pilot/{pilot.pk}/baseline/"
    typed = {"metric": pilot.metrics.get().pk, "first": FIRST, "last": LAST, "text": "3\n4"}

    tried = client.post(path, {**typed, "try": "1"})
    kept = client.post(path, {**typed, "keep": "1"})

    assert "Nothing was stored. 2 values would be kept." in tried.content.decode()
    assert (kept.status_code, Measurement.objects.count()) == (302, 2)
