from datetime import date, timedelta

import pytest

from pilots.actions import nudges
from pilots.actions.refusals import NotAllowed, Refused
from pilots.models import Event, Notice, Pilot
from tests.factories import NOW, make_manager, make_owner, make_running_pilot, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def overdue() -> Pilot:
    return make_running_pilot(
        "late",
        owner=make_owner("olivia", email="olivia@example.org"),
        decider=make_manager("maria", email="maria@example.org", first_name="Maria"),
        maintenance_start=date(2026, 11, 5),
        window_end=date(2026, 11, 12),
    )


def addresses() -> list[str]:
    return sorted(Notice.objects.latest("id").deliveries.values_list("address", flat=True))


def test_a_reminder_reaches_who_runs_the_pilot_once_a_day(overdue: Pilot) -> None:
    def remind(hours: int) -> Event:
        return nudges.nudge(pilot=overdue, by=overdue.decider, now=NOW + timedelta(hours=hours))

    remind(0)
    with pytest.raises(Refused, match="A reminder went out on 20 November at 12:00 UTC"):
        remind(23)
    remind(25)

    assert addresses() == ["olivia@example.org"]
    assert [event.reason for event in Event.objects.filter(verb="nudge.overdue")] == [
        "Maria reminds you: the decision was due on 12 November 2026. Complete the memo and hand it over; what is not "
        "settled yet can be proposed as an extension."
    ] * 2
    assert Notice.objects.filter(title="Late: A reminder, the decision is overdue").count() == 2


def test_a_reminder_of_a_pilot_without_an_owner_goes_to_who_can_hand_it_over(overdue: Pilot) -> None:
    overdue.owner.is_active = False
    overdue.owner.save()
    ada = make_user("ada", is_superuser=True, email="ada@example.org")

    nudges.nudge(pilot=overdue, by=ada, now=NOW)

    assert addresses() == ["ada@example.org"]


def test_nobody_else_reminds_and_nothing_is_reminded_of_what_is_not_overdue(overdue: Pilot) -> None:
    in_time = make_running_pilot("in-time")

    with pytest.raises(NotAllowed, match="who decides, or an administrator"):
        nudges.nudge(pilot=overdue, by=overdue.owner, now=NOW)
    with pytest.raises(Refused, match="there is nothing to remind of"):
        nudges.nudge(pilot=in_time, by=in_time.decider, now=NOW)
