"""Measurements by month: made when they are needed, retired without changing a figure, and nothing counted twice after."""

from datetime import UTC, date, datetime, timedelta
from io import StringIO
from typing import Any

import pytest
from django.core.management import call_command
from django.db import IntegrityError, connection, transaction

from pilots.actions import measurements, partitions, retirement, rollups, verdicts
from pilots.actions.measurement_report import Report
from pilots.actions.retirement import Kept
from pilots.models import Event, Measurement, Pilot, RetiredMonth, Rollup, Seal
from pilots.models.pilot import State
from pilots.queries import facts, plans
from tests.factories import NOW, make_running_pilot

pytestmark = pytest.mark.django_db
JANUARY = date(2026, 1, 1)


def row(day: str, value: float = 3, **fields: object) -> dict[str, Any]:
    return {"metric": "review_minutes", "value": value, "observed_at": f"{day}T10:00:00Z", **fields}


def record(pilot: Pilot, *rows: dict[str, Any], **options: Any) -> Report:
    return measurements.record(pilot=pilot, rows=rows, now=NOW, **options)


@pytest.fixture
def decided() -> Pilot:
    """Measured from January to March, with a unit seen in two months, and decided since."""
    pilot = make_running_pilot(
        window_start=date(2026, 1, 1), maintenance_start=date(2026, 2, 10), window_end=date(2026, 3, 31)
    )
    rollups.refresh(pilot=pilot, plan=plans.current(pilot)[1], now=NOW)
    days = [f"2026-0{month}-{day:02}" for month in (1, 2, 3) for day in (3, 9, 17)]
    record(pilot, *(row(day, index, external_id=day) for index, day in enumerate(days)))
    record(
        pilot,
        row("2026-01-20", 4, unit_id="a", segment="north"),
        row("2026-02-02", 8, unit_id="a", segment="north"),
    )
    Pilot.objects.filter(pk=pilot.pk).update(state=State.DECIDED)
    pilot.refresh_from_db()
    return pilot


def test_a_row_of_a_month_that_is_not_there_makes_it() -> None:
    pilot = make_running_pilot()

    report = record(pilot, row("2019-06-30", phase="baseline"), row("2019-07-01", phase="baseline"))

    assert report.created == 2
    assert {date(2019, 6, 1), date(2019, 7, 1)} <= partitions.existing()


def test_the_next_months_are_made_once() -> None:
    later = datetime(2031, 11, 15, tzinfo=UTC)

    made = [partitions.make_ahead(now=later) for _ in range(2)]

    assert made == [[date(2031, 11, 1), date(2031, 12, 1), date(2032, 1, 1), date(2032, 2, 1)], []]


def test_retiring_a_month_changes_no_figure_and_is_logged(decided: Pilot) -> None:
    plan = plans.current(decided)[1]
    before = facts.load(decided, plan, as_of=NOW).to_json()

    retired = retirement.retire(month=JANUARY, now=NOW)

    assert isinstance(retired, RetiredMonth)
    assert (retired.rows, JANUARY in partitions.existing()) == (4, False)
    assert Measurement.objects.count() == 7
    assert facts.load(decided, plan, as_of=NOW).to_json() == before
    assert Event.objects.get(verb="measurements.retired").after == {"month": "2026-01-01", "rows": 4}


def test_a_recount_says_what_it_cannot_prove_any_more_and_still_finds_a_false_figure(decided: Pilot) -> None:
    retirement.retire(month=JANUARY, now=NOW)

    told = StringIO()
    call_command("recount", decided.slug, stdout=told)
    Rollup.objects.filter(pilot=decided, rows__gt=0).update(rows=1000)
    found = rollups.recount(pilot=decided, now=NOW, repair=True)

    assert "4 rows of January 2026 were retired" in told.getvalue()
    assert len(found.differences) == 2
    with pytest.raises(rollups.Sealed), transaction.atomic():
        rollups.rebuild(pilot=decided, plan=plans.current(decided)[1], now=NOW)


def test_nothing_is_added_to_a_retired_month_and_a_late_repeat_is_known(decided: Pilot) -> None:
    retirement.retire(month=JANUARY, now=NOW)

    late = record(
        decided, row("2026-01-05"), {"metric": "review_minutes", "value": 0, "external_id": "2026-01-03"}
    )
    correction = record(
        decided, {"metric": "review_minutes", "value": 5, "external_id": "2026-01-03"}, on_conflict="replace"
    )

    assert [item.status for item in late.items] == ["rejected", "duplicate"]
    assert late.items[0].errors[0]["code"] == correction.items[0].errors[0]["code"] == "retired"


def test_the_evidence_of_a_signed_pilot_stays_as_it_was_signed(decided: Pilot) -> None:
    retirement.retire(month=JANUARY, now=NOW)

    assert verdicts.judge(pilot_id=decided.pk, now=NOW) is None


def test_a_pilot_under_trial_keeps_its_months(decided: Pilot) -> None:
    Pilot.objects.filter(pk=decided.pk).update(state=State.RUNNING)

    kept = retirement.retire(month=JANUARY, now=NOW)

    assert kept == Kept(JANUARY, f"{decided.slug} is not decided yet")
    assert not Seal.objects.exists()


def test_a_month_whose_statistics_differ_is_kept(decided: Pilot) -> None:
    Rollup.objects.filter(pilot=decided, rows__gt=0).update(n=1000)

    kept = retirement.retire(month=JANUARY, now=NOW)

    assert kept == Kept(JANUARY, f"the statistics of {decided.slug} differ from its rows")


def test_what_is_due_goes_by_the_months_that_are_kept(decided: Pilot) -> None:
    due = retirement.retire_due(now=NOW, months=9)

    assert max(each.month for each in due if isinstance(each, RetiredMonth)) == JANUARY
    assert retirement.retire_due(now=NOW, months=0) == []


@pytest.mark.parametrize("table", ["metric", "candidate", "pilot"])
def test_what_has_been_measured_cannot_be_deleted(table: str) -> None:
    pilot = make_running_pilot()
    record(pilot, row("2026-11-19"))

    with (
        pytest.raises(IntegrityError, match="measurements refer to"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(f"DELETE FROM pilots_{table}")


def test_old_answers_to_repeated_requests_are_forgotten() -> None:
    from pilots.actions import idempotent_answers
    from pilots.models import IdempotentAnswer
    from tests.factories import make_token

    token, _ = make_token(make_running_pilot())
    for days in (6, 8):
        IdempotentAnswer.objects.create(
            token=token,
            key=f"{days}",
            body_hash="",
            status=201,
            answer={},
            created_at=NOW - timedelta(days=days),
        )

    idempotent_answers.forget(now=NOW)

    assert [each.key for each in IdempotentAnswer.objects.all()] == ["6"]
