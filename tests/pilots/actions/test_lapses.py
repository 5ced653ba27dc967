from datetime import date, timedelta

import pytest

from pilots.actions import lapses
from pilots.models import Delivery, Event, Pilot
from pilots.models.notification import Kind
from tests.factories import NOW, make_pilot

pytestmark = pytest.mark.django_db
YESTERDAY = NOW.date() - timedelta(days=1)


def told(pilot: Pilot) -> list[str]:
    return [event.reason for event in Event.objects.filter(pilot=pilot, verb="risk.lapsed").order_by("id")]


def test_a_risk_accepted_until_yesterday_is_told_of_once() -> None:
    pilot = make_pilot()
    pilot.owner.email = "olga@example.org"
    pilot.owner.save()
    pilot.risks.create(text="It drifts.", state="accepted", accepted_until=date(2026, 10, 3))
    pilot.risks.create(text="Until today.", state="accepted", accepted_until=NOW.date())
    pilot.risks.create(text="Controlled.", state="controlled", control="Audit", accepted_until=YESTERDAY)

    lapses.watch(now=NOW)
    lapses.watch(now=NOW)

    assert told(pilot) == [
        "“It drifts.” was accepted until 3 October 2026 and counts as open since. "
        "Control it, or accept it anew until another day."
    ]
    assert [
        (each.notice.kind, each.address) for each in Delivery.objects.filter(address="olga@example.org")
    ] == [(Kind.RISK_LAPSED, "olga@example.org")]


def test_a_trade_off_without_a_control_lapses_as_well_and_one_with_a_control_does_not() -> None:
    pilot = make_pilot()
    given = {"gain": "Speed.", "hidden_cost": "Nobody reads the answers.", "accepted_until": YESTERDAY}
    pilot.trade_offs.create(area="Review", **given)
    pilot.trade_offs.create(area="Data", control="Explicit scope.", **given)

    lapses.watch(now=NOW)

    (sentence,) = told(pilot)
    assert sentence.startswith("“Review: Nobody reads the answers.” was accepted until 19 November 2026")


def test_accepted_anew_it_lapses_anew() -> None:
    pilot = make_pilot()
    risk = pilot.risks.create(text="It drifts.", state="accepted", accepted_until=YESTERDAY)
    lapses.watch(now=NOW)

    risk.accepted_until = NOW.date() + timedelta(days=5)
    risk.save()
    lapses.watch(now=NOW + timedelta(days=5))
    lapses.watch(now=NOW + timedelta(days=6))

    assert len(told(pilot)) == 2
