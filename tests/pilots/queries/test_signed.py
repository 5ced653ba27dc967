"""Late rows that would change a signed flag are told; the signed record stays."""

from datetime import date, timedelta

import pytest
from django.template.loader import render_to_string

from pilots.actions import measurements, verdicts
from pilots.models import Pilot, Verdict
from pilots.queries.signed import evidence_change
from tests import factories
from tests.factories import NOW, answer_all, make_rows, make_running_pilot

pytestmark = pytest.mark.django_db


@pytest.fixture
def pilot() -> Pilot:
    made = make_running_pilot()
    measurements.record(pilot=made, rows=make_rows(300, phase="baseline"), now=NOW, atomic=True)
    measurements.record(pilot=made, rows=make_rows(50), now=NOW, atomic=True)
    verdicts.judge(pilot_id=made.pk, now=NOW)
    return made


def sign(pilot: Pilot, outcome: str = "stop", **fields: object) -> Pilot:
    if outcome != "stop":
        answer_all(pilot)
    factories.sign(pilot, outcome, **fields)
    pilot.refresh_from_db()
    return pilot


def late(pilot: Pilot, n: int, *, value: float) -> None:
    rows = make_rows(n, value=value, start=NOW - timedelta(hours=1), source="late")
    measurements.record(pilot=pilot, rows=rows, now=NOW + timedelta(days=2), atomic=True)
    verdicts.judge(pilot_id=pilot.pk, now=NOW + timedelta(days=2))


def test_late_rows_that_turn_the_flag_are_told(pilot: Pilot) -> None:
    late(sign(pilot), 300, value=6.0)

    change = evidence_change(pilot)

    assert change is not None
    assert (change.signed.flag, change.now.flag, change.flag_differs) == ("collecting", "stop", True)
    assert (change.signed.number, change.now.number) == (1, 2)


def test_the_notice_says_both_flags_and_who_signed(pilot: Pilot) -> None:
    late(sign(pilot), 300, value=6.0)

    shown = " ".join(
        render_to_string("pilots/evidence/changed.html", {"changed": evidence_change(pilot)}).split()
    )

    assert "Evidence changed since sign-off" in shown
    assert (
        "It was signed on 20 November 2026 with the flag Collecting. With the numbers that came in later, "
        "the same days say Stop. Stop: review minutes" in shown
    )
    assert f"is for {pilot.decider.username} to say" in shown


def test_late_rows_that_change_no_flag_are_known_and_not_announced(pilot: Pilot) -> None:
    late(sign(pilot), 3, value=3.0)

    change = evidence_change(pilot)

    assert change is not None
    assert change.flag_differs is False
    assert render_to_string("pilots/evidence/changed.html", {"changed": change}).strip() == ""


def test_nothing_changed_while_no_row_came(pilot: Pilot) -> None:
    sign(pilot)

    assert evidence_change(pilot) is None
    assert render_to_string("pilots/evidence/changed.html", {"changed": None}).strip() == ""


def test_a_pilot_that_runs_on_after_a_signature_has_ordinary_verdicts(pilot: Pilot) -> None:
    sign(pilot, "extend", extend_until=date(2026, 12, 14))
    late(pilot, 300, value=6.0)

    assert Verdict.objects.filter(pilot=pilot).count() == 2
    assert evidence_change(pilot) is None
