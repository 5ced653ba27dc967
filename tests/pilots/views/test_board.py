from collections.abc import Callable
from datetime import date, timedelta

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse

from pilots.actions import verdicts
from pilots.models import Pilot
from tests.factories import (
    NOW,
    make_manager,
    make_owner,
    make_pilot,
    make_running_pilot,
    make_user,
    sign,
)

SignedIn = Callable[[User], Client]
QUERIES = 9
"""Session, person, her permissions and those of her groups; pilots, owners, newest verdicts and decisions; saved views."""

pytestmark = pytest.mark.django_db


def slugs(client: Client, query: str = "") -> list[str]:
    return [row.pilot.slug for row in client.get(f"/{query}").context["board"].shown]


@pytest.mark.parametrize("group", ["Owners", "Managers", "Reviewers", "Auditors", "Viewers"])
def test_every_role_reads_the_board(pilot: Pilot, signed_in: SignedIn, group: str) -> None:
    response = signed_in(make_user("reader", group)).get("/")

    assert response.status_code == 200
    assert pilot.verdicts.latest().reason in response.content.decode().replace("\N{NO-BREAK SPACE}", " ")


def test_a_person_without_a_role_reads_that_her_role_does_not_include_it(
    pilot: Pilot, signed_in: SignedIn
) -> None:
    response = signed_in(make_user("nobody")).get("/")

    assert response.status_code == 403
    assert "You may not open this page" in response.content.decode()


def test_the_anonymous_come_back_to_the_board_after_signing_in(client: Client) -> None:
    response = client.get("/")

    assert (response.status_code, response.headers["Location"]) == (302, "/login/?next=/")


@pytest.mark.parametrize("pilots", [1, 3])
def test_the_number_of_queries_does_not_depend_on_the_number_of_pilots(
    signed_in: SignedIn, django_assert_num_queries: Callable[[int], object], pilots: int
) -> None:
    for number in range(pilots):
        made = make_running_pilot(f"pilot-{number}")
        verdicts.judge(pilot_id=made.pk, now=NOW)
    client = signed_in(make_manager())

    with django_assert_num_queries(QUERIES):  # type: ignore[attr-defined]
        response = client.get("/")

    assert len(response.context["rows"]) == pilots


def test_filters_in_the_address_work_together(signed_in: SignedIn) -> None:
    maria = make_manager("maria")
    verdicts.judge(pilot_id=make_running_pilot("clause-check", decider=maria).pk, now=NOW)
    verdicts.judge(pilot_id=make_running_pilot("clause-count").pk, now=NOW)
    make_pilot("clause-draft", decider=maria)
    client = signed_in(maria)

    assert slugs(client, "?q=clause&flag=collecting") == ["clause-check", "clause-count"]
    assert slugs(client, "?view=mine&q=CLAUSE&flag=collecting") == ["clause-check"]


def test_the_search_finds_name_workflow_and_owner(signed_in: SignedIn) -> None:
    make_pilot("tickets", workflow="Sort tickets", owner=make_owner("olivia", first_name="Olivia"))
    make_pilot("invoices", workflow="Read invoices", owner=make_owner("tomas", first_name="Tomás"))
    client = signed_in(make_manager())

    assert slugs(client, "?q=tickets") == ["tickets"]
    assert slugs(client, "?q=read+inv") == ["invoices"]
    assert slugs(client, "?q=tom%C3%A1s") == ["invoices"]


def test_what_the_address_names_wrongly_filters_nothing(pilot: Pilot, signed_in: SignedIn) -> None:
    client = signed_in(make_manager())

    assert slugs(client, "?view=nonsense&flag=nonsense") == [pilot.slug]


def test_a_filter_that_finds_nothing_offers_the_way_back(pilot: Pilot, signed_in: SignedIn) -> None:
    page = signed_in(make_manager()).get("/?q=zzz").content.decode()

    assert "No pilot matches this view and these filters." in page
    assert '<a class="button button-primary" href="?">Show all pilots</a>' in page


def test_an_overdue_decision_is_named_with_its_day_and_its_decider_can_remind_the_owner(
    signed_in: SignedIn,
) -> None:
    pilot = make_running_pilot(maintenance_start=date(2026, 11, 5), window_end=date(2026, 11, 12))
    other, decider = signed_in(make_manager()), signed_in(pilot.decider)

    page, own = other.get("/").content.decode(), decider.get("/").content.decode()
    reminded = decider.post("/p/clause-check/nudge/", follow=True).content.decode()

    assert "Decision overdue" in page
    assert "over since 12 Nov" in page
    button = 'Remind<span class="visually-hidden"> who runs Clause check</span>'
    assert (button in page, button in own) == (False, True)
    assert "Reminded. It stands in the log of Clause check" in reminded


def test_an_empty_board_invites_the_owner_to_start_from_a_template(signed_in: SignedIn) -> None:
    page = signed_in(make_owner()).get("/").content.decode()

    assert f'<a class="button button-primary" href="{reverse("admin:pilots_pilot_from_template")}">' in page


def test_an_empty_board_tells_a_manager_who_logs_pilots(signed_in: SignedIn) -> None:
    page = signed_in(make_manager()).get("/").content.decode()

    assert "An owner logs a narrow pilot in the admin" in page
    assert "/admin/" not in page


def test_a_decided_pilot_says_why_it_was_decided_and_not_what_the_machine_said(
    pilot: Pilot, signed_in: SignedIn
) -> None:
    sign(pilot, "stop", reason="It costs more than it saves.")

    page = signed_in(make_manager()).get("/").content.decode()

    assert "It costs more than it saves." in page
    assert "worse by at least" not in page


def test_the_path_to_a_go_is_a_column_that_is_asked_for(pilot: Pilot, signed_in: SignedIn) -> None:
    page = (
        signed_in(pilot.decider).get("/?columns=needed").content.decode().replace("\N{NO-BREAK SPACE}", " ")
    )

    needed = pilot.verdicts.latest().headline["needed"]
    assert needed[0].removeprefix("goal: ") in page
    assert f"and {len(needed) - 1} more" in page


def test_a_decision_whose_day_has_nearly_come_is_in_the_queue_to_be_looked_at_again(
    pilot: Pilot, signed_in: SignedIn
) -> None:
    sign(pilot, "stop", review_on=NOW.date() + timedelta(days=14))
    client = signed_in(pilot.decider)

    assert slugs(client, "?view=look-again") == ["clause-check"]
    assert "look again on 4 Dec" in client.get("/?view=look-again").content.decode()
