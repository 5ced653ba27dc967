"""A hidden cost that begins to rise is told of once, and so is its end (R19)."""

from datetime import date, timedelta

import pytest

from pilots.actions import creeps, measurements, verdicts
from pilots.models import Delivery, Event, Notice, Pilot
from pilots.models.notification import Kind
from tests.factories import NOW, make_metric, make_ready_pilot, start
from tests.pilots.reading.test_creep import NOISE

pytestmark = pytest.mark.django_db


def post(pilot: Pilot, values: list[float], *, ends: int) -> None:
    """One a day, the last so many days ago."""
    rows = [
        {
            "metric": "input_tokens",
            "phase": "pilot",
            "value": round(value, 3),
            "observed_at": (NOW - timedelta(days=ends + len(values) - place)).isoformat(),
        }
        for place, value in enumerate(values)
    ]
    measurements.record(pilot=pilot, rows=rows, now=NOW, atomic=True)


def test_each_turn_is_told_once_however_often_one_looks() -> None:
    pilot = make_ready_pilot(window_start=date(2026, 9, 1))
    pilot.owner.email = "olga@example.org"
    pilot.owner.save()
    make_metric(pilot, "input_tokens", unit="", cap=None)
    start(pilot, now=NOW - timedelta(days=70))
    verdicts.judge(pilot_id=pilot.pk, now=NOW - timedelta(days=69))
    post(pilot, [2000 * (1 + 0.05 * day / 7 + NOISE[day % 13] / 100) for day in range(42)], ends=20)

    creeps.watch(now=NOW)
    creeps.watch(now=NOW + timedelta(days=1))
    post(pilot, [500.0, 4000.0] * 9, ends=1)
    creeps.watch(now=NOW + timedelta(days=2))
    creeps.watch(now=NOW + timedelta(days=3))

    told = Event.objects.filter(verb__startswith="creep.").order_by("id")
    assert [(each.verb, each.after["metric"], each.reason.split(",")[0]) for each in told] == [
        ("creep.grows", "input_tokens", "Input tokens: up by 4.3 % a week"),
        ("creep.over", "input_tokens", "Input tokens: no rise is shown any more."),
    ]
    assert set(Notice.objects.filter(event__in=told).values_list("kind", flat=True)) == {Kind.CREEP}
    assert Delivery.objects.filter(notice__kind=Kind.CREEP, address="olga@example.org").count() == 2
