from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest
from django.db import transaction

from pilots.actions import audit, measurements, memos, verdicts
from pilots.actions.notifications import calendar, outbox, routes
from pilots.models import Delivery, MailChoice, Notice, Pilot, Route
from pilots.notices.quiet import Quiet
from tests.copied_rows import copied
from tests.factories import (
    NOW,
    answer_all,
    make_manager,
    make_owner,
    make_rows,
    make_running_pilot,
    make_worse_pilot,
    sign,
)

pytestmark = pytest.mark.django_db


@copied
def known_by_mail() -> Pilot:
    return make_running_pilot(
        owner=make_owner("olivia", email="olivia@example.org"),
        decider=make_manager("maria", email="maria@example.org"),
    )


@pytest.fixture
def pilot() -> Pilot:
    return known_by_mail()


def measure(pilot: Pilot, value: float, *, phase: str = "pilot", minutes: int = 0) -> None:
    at = NOW + timedelta(minutes=minutes)
    measurements.record(
        pilot=pilot, rows=make_rows(40, value=value, phase=phase, start=at), now=at, atomic=True
    )
    verdicts.judge(pilot_id=pilot.pk, now=at)


def told(pilot: Pilot, *kinds: str) -> list[str]:
    found = Notice.objects.filter(pilot=pilot, kind__in=kinds).order_by("id")
    return [notice.title for notice in found]


def test_a_turn_of_the_flag_and_the_trigger_behind_it_are_told_once_each(pilot: Pilot) -> None:
    measure(pilot, 3.0, phase="baseline")
    measure(pilot, 6.0, minutes=1)
    measure(pilot, 6.1, minutes=2)

    assert told(pilot, "flag_changed") == [
        "Clause check: The flag is Collecting",
        "Clause check: The flag is Stop",
    ]
    assert told(pilot, "trigger_fired") == ["Clause check: Stop trigger fired: review minutes"]
    assert told(pilot, "trigger_near") == []
    assert Notice.objects.get(kind="trigger_fired").text.endswith(
        " At once: the work goes on without the model."
    )


def test_a_trigger_that_comes_near_is_told_before_it_fires(pilot: Pilot) -> None:
    measure(pilot, 3.0, phase="baseline")
    measurements.record(pilot=pilot, rows=make_rows(6, value=3.4), now=NOW, atomic=True)
    verdicts.judge(pilot_id=pilot.pk, now=NOW + timedelta(minutes=1))

    assert told(pilot, "trigger_near") == ["Clause check: Stop trigger near: review minutes"]
    assert told(pilot, "trigger_fired") == []


def test_a_notice_has_a_mail_for_each_person_and_a_delivery_for_each_route(pilot: Pilot) -> None:
    Route.objects.create(
        pilot=pilot, channel="slack", address="https://hooks.example.com/a", made_by=pilot.owner, made_at=NOW
    )
    Route.objects.create(
        pilot=None,
        channel="mail",
        address="board@example.org",
        kinds=["digest"],
        made_by=pilot.owner,
        made_at=NOW,
    )
    MailChoice.objects.create(person=pilot.decider, muted=["flag_changed"])

    verdicts.judge(pilot_id=pilot.pk, now=NOW)

    assert sorted(Delivery.objects.values_list("channel", "address")) == [
        ("mail", "olivia@example.org"),
        ("slack", "https://hooks.example.com/a"),
    ]


def test_a_mail_waits_until_the_quiet_hours_of_its_reader_are_over_and_a_route_waits_for_nobody(
    pilot: Pilot,
) -> None:
    Route.objects.create(
        pilot=pilot, channel="slack", address="https://hooks.example.com/a", made_by=pilot.owner, made_at=NOW
    )
    vienna = Quiet(starts=12, ends=14, zone=ZoneInfo("Europe/Vienna"))  # NOW is 13:00 there
    routes.choose(person=pilot.owner, wanted=routes.OFFERED, quiet=vienna)

    verdicts.judge(pilot_id=pilot.pk, now=NOW)

    waits = dict(Delivery.objects.values_list("address", "next_at"))
    assert (waits["olivia@example.org"], waits["https://hooks.example.com/a"]) == (
        NOW + timedelta(hours=1),
        NOW,
    )


def test_what_is_rolled_back_is_told_to_nobody(pilot: Pilot) -> None:
    try:
        with transaction.atomic():
            audit.record(verb="source.silent", pilot=pilot, now=NOW, reason="It has not posted.")
            raise RuntimeError
    except RuntimeError:
        pass

    assert not Notice.objects.exists()


def test_a_waiting_memo_is_told_to_the_decider_alone_and_the_signature_to_both(pilot: Pilot) -> None:
    verdicts.judge(pilot_id=pilot.pk, now=NOW)
    answer_all(pilot)
    memos.propose(pilot=pilot, recommends="extend", note="More time.", by=pilot.owner, now=NOW)
    sign(pilot, "stop")

    def addresses(kind: str) -> list[str]:
        return sorted(Delivery.objects.filter(notice__kind=kind).values_list("address", flat=True))

    assert addresses("memo_waiting") == ["maria@example.org"]
    assert addresses("decision_signed") == ["maria@example.org", "olivia@example.org"]


def test_a_decision_that_comes_near_is_told_at_each_step_once_however_often_one_looks(pilot: Pilot) -> None:
    days = [
        NOW.replace(day=15),
        NOW.replace(day=16),
        NOW.replace(day=17),
        NOW.replace(day=24),
        NOW.replace(day=29),
    ]

    made = [len(calendar.tell_of_due(now=day)) for day in [*days, *days]]

    assert made == [0, 1, 0, 1, 1, 0, 0, 0, 0, 0]
    assert told(pilot, "decision_due")[0] == "Clause check: the decision is due in 14 days"


def test_the_digest_is_one_a_person_and_week_and_nobody_gets_an_empty_one(pilot: Pilot) -> None:
    make_manager("idle", email="idle@example.org")
    verdicts.judge(pilot_id=pilot.pk, now=NOW)

    made = calendar.send_digests(now=NOW)

    assert calendar.send_digests(now=NOW) == []
    assert sorted(Delivery.objects.filter(notice__in=made).values_list("address", flat=True)) == [
        "maria@example.org",
        "olivia@example.org",
    ]
    assert made[0].text.startswith("Clause check: collecting, 10 days left, changed this week.")


def test_the_people_of_a_demo_are_mailed_nothing(pilot: Pilot) -> None:
    Pilot.objects.filter(pk=pilot.pk).update(is_demo=True)
    pilot.refresh_from_db()

    outbox.write(kind="silent", key="a", pilot=pilot, title="A", text="B", now=NOW)

    assert (Notice.objects.count(), Delivery.objects.count()) == (1, 0)


def test_a_decision_is_told_of_once_when_its_day_to_be_looked_at_again_has_come() -> None:
    pilot = make_worse_pilot()
    sign(pilot, "stop", review_on=NOW.date() + timedelta(days=30))

    told = [calendar.tell_of_reviews(now=NOW + timedelta(days=days)) for days in (29, 30, 31)]

    assert [len(each) for each in told] == [0, 1, 0]
    assert told[1][0].title == "Clause check: look at the decision again"
