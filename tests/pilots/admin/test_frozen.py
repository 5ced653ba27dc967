"""Once a pilot runs, its rules stay as they were: whatever is posted, and whoever posts it."""

from decimal import Decimal

import pytest
from django.contrib.auth.models import User
from django.test import Client

from pilots.actions import pilots
from pilots.models import Pilot
from pilots.models.pilot import State
from tests.factories import NOW, make_manager, make_ready_pilot, make_running_pilot, make_user
from tests.pilots.admin.forms import untouched

pytestmark = pytest.mark.django_db


def edit(pilot: Pilot) -> str:
    return f"/admin/pilots/pilot/{pilot.pk}/change/"


def stale_form(client: Client) -> tuple[Pilot, dict[str, str]]:
    """A pilot that runs by now, and the form of the draft that its owner opened before the start."""
    pilot = make_ready_pilot()
    client.force_login(pilot.owner)
    form = untouched(client.get(edit(pilot)))
    pilots.start(pilot=pilot, by=pilot.owner, now=NOW)
    return pilot, form


RULES = {
    "slug": "other",
    "window_end": "2027-12-31",
    "seeks_saving": "",
    "currency": "USD",
    "metrics-0-planned_n": "5",
    "metrics-0-goal-0-margin": "0.01",
    "metrics-0-stop_trigger-0-DELETE": "on",
    "candidates-0-name": "Other",
}


REASON = {"change_reason": "People changed."}


def test_a_form_opened_before_the_start_changes_no_rule(client: Client) -> None:
    pilot, form = stale_form(client)
    before = Pilot.objects.filter(pk=pilot.pk).values("slug", "window_end", "seeks_saving", "currency").get()

    client.post(edit(pilot), form | REASON | RULES | {"operator": "Night shift"})

    pilot.refresh_from_db()
    metric = pilot.metrics.get()
    after = Pilot.objects.filter(pk=pilot.pk).values("slug", "window_end", "seeks_saving", "currency").get()
    assert after == before
    assert (metric.planned_n, metric.goal.margin, metric.stop_trigger.margin) == (
        500,
        Decimal("0.3"),
        Decimal("0.2"),
    )
    assert pilot.candidates.get().name == "Primary"
    assert pilot.operator == "Night shift"


def test_a_running_pilot_takes_no_new_metric(client: Client) -> None:
    pilot, form = stale_form(client)

    client.post(
        edit(pilot),
        form | REASON | {"metrics-TOTAL_FORMS": "2", "metrics-1-name": "Late", "metrics-1-planned_n": "5"},
    )

    assert [metric.key for metric in pilot.metrics.all()] == ["review_minutes"]


def test_the_page_says_why_the_rules_are_read_only(client: Client) -> None:
    pilot = make_running_pilot()
    client.force_login(pilot.owner)

    page = client.get(edit(pilot)).content.decode()

    assert "Frozen when the pilot started" in page
    assert "Review minutes: lower than before by at least 0.3 min" in page


def test_the_owner_of_a_running_pilot_cannot_choose_another_decider(client: Client) -> None:
    pilot = make_running_pilot()
    client.force_login(pilot.owner)
    decider = pilot.decider

    client.post(
        edit(pilot), untouched(client.get(edit(pilot))) | REASON | {"decider": str(make_manager("friend").pk)}
    )

    pilot.refresh_from_db()
    assert pilot.decider == decider


def test_an_administrator_replaces_a_decider_who_left(client: Client) -> None:
    pilot = make_running_pilot()
    client.force_login(make_user("root", is_staff=True, is_superuser=True))
    successor = make_manager("successor")

    client.post(edit(pilot), untouched(client.get(edit(pilot))) | REASON | {"decider": str(successor.pk)})

    pilot.refresh_from_db()
    assert pilot.decider == successor


def test_a_deputy_who_is_the_owner_is_refused_in_words(client: Client) -> None:
    """The owner is read-only by then, and the rule about the two still speaks instead of the database."""
    pilot = make_running_pilot()
    client.force_login(pilot.owner)

    response = client.post(
        edit(pilot), untouched(client.get(edit(pilot))) | REASON | {"deputy": str(pilot.owner.pk)}
    )

    assert "The deputy must be neither the owner nor the decider." in response.content.decode()


@pytest.mark.parametrize("person", ["owner", "root"])
def test_a_decided_pilot_is_closed_to_everybody(client: Client, person: str) -> None:
    pilot = make_running_pilot()
    Pilot.objects.filter(pk=pilot.pk).update(state=State.DECIDED)
    people: dict[str, User] = {
        "owner": pilot.owner,
        "root": make_user("root", is_staff=True, is_superuser=True),
    }
    client.force_login(people[person])

    response = client.post(edit(pilot), {"operator": "Somebody"})

    assert response.status_code == 403
