import re
from typing import Any

import pytest
from django.contrib.messages import get_messages
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from pilots.actions import tokens
from pilots.models import Event, Pilot, Token
from tests.factories import NOW, make_owner, make_pilot, make_ready_pilot, make_running_pilot, make_token

pytestmark = pytest.mark.django_db


def act(client: Client, pilot: Pilot, button: str, /, **typed: object) -> HttpResponse:
    client.force_login(pilot.owner)
    response: HttpResponse = client.post(f"/admin/pilots/pilot/{pilot.pk}/{button}/", typed)
    return response


def said(response: HttpResponse) -> list[str]:
    return [str(message) for message in get_messages(response.wsgi_request)]


def test_the_start_page_reads_the_plan_out(client: Client) -> None:
    pilot = make_ready_pilot()
    client.force_login(pilot.owner)

    page = client.get(f"/admin/pilots/pilot/{pilot.pk}/start/").content.decode()

    assert "Review minutes: lower than before by at least 0.3 min" in page
    assert "Review minutes: higher than before by more than 0.2 min" in page
    assert "1 November 2026 to 30 November 2026, maintenance from 15 November 2026" in page


def test_start_runs_the_pilot(client: Client) -> None:
    pilot = make_ready_pilot()

    response = act(client, pilot, "start")

    pilot.refresh_from_db()
    assert (pilot.state, pilot.plans.count(), pilot.started_by) == ("running", 1, pilot.owner)
    assert response.headers["Location"] == reverse("admin:pilots_pilot_make_token", args=[pilot.pk])


def test_looking_at_the_start_page_starts_nothing(client: Client) -> None:
    pilot = make_ready_pilot()
    client.force_login(pilot.owner)

    client.get(f"/admin/pilots/pilot/{pilot.pk}/start/")

    pilot.refresh_from_db()
    assert pilot.state == "draft"


def test_start_needs_the_csrf_token() -> None:
    pilot = make_ready_pilot()
    client = Client(enforce_csrf_checks=True)

    response = act(client, pilot, "start")

    assert response.status_code == 403


def test_a_draft_that_lacks_something_is_told_what(client: Client) -> None:
    pilot = make_pilot()

    response = act(client, pilot, "start")

    pilot.refresh_from_db()
    assert (response.status_code, pilot.state) == (200, "draft")
    assert "No model is under trial. Add a candidate with the role Primary." in response.content.decode()
    assert "Freeze the plan and start" not in response.content.decode()


def test_a_second_start_says_that_it_runs(client: Client) -> None:
    pilot = make_running_pilot()

    response = act(client, pilot, "start")

    assert said(response) == ["Clause check is running, so this cannot be done."]


def test_pause_and_resume_keep_their_reasons(client: Client) -> None:
    pilot = make_running_pilot()

    act(client, pilot, "pause", reason="The mailbox moves.")
    act(client, pilot, "resume", reason="It has moved.")

    pilot.refresh_from_db()
    reasons = Event.objects.filter(verb__in=["pilot.paused", "pilot.resumed"]).order_by("id")
    assert pilot.state == "running"
    assert [event.reason for event in reasons] == ["The mailbox moves.", "It has moved."]


def test_pause_without_a_reason_is_asked_for_one(client: Client) -> None:
    pilot = make_running_pilot()

    response = act(client, pilot, "pause", reason=" ")

    pilot.refresh_from_db()
    assert (response.status_code, pilot.state) == (200, "running")
    assert "This field is required." in response.content.decode()


def test_hand_over_changes_the_owner(client: Client) -> None:
    pilot, successor = make_running_pilot(), make_owner("successor")

    act(client, pilot, "hand_over", to=successor.pk, reason="New team.")

    pilot.refresh_from_db()
    assert pilot.owner == successor


def test_hand_over_offers_neither_owner_nor_decider(client: Client) -> None:
    pilot, other = make_running_pilot(), make_owner("other")
    client.force_login(pilot.owner)

    form = client.get(f"/admin/pilots/pilot/{pilot.pk}/hand_over/").context["form"]

    assert list(form.fields["to"].queryset) == [other]


def test_the_token_is_shown_once_with_the_curl_line(client: Client, settings: Any) -> None:
    settings.BASE_URL = "https://pilotage.example"
    pilot = make_running_pilot()

    response = act(client, pilot, "make_token", name="Nightly", scopes=["ingest", "read"], days="90")

    token, secret = Token.objects.get(), response.context["secret"]
    assert tokens.find(secret, now=token.created_at) == token
    assert response.context["curl"] == (
        "curl -fsS https://pilotage.example/api/v1/pilots/clause-check/measurements/ "
        f'-H "Authorization: Bearer {secret}" -d metric=review_minutes -d value=3.2'
    )
    assert "no-store" in response.headers["Cache-Control"]
    assert (list(token.pilots.all()), token.scopes, token.all_pilots) == ([pilot], ["ingest", "read"], False)
    assert (token.expires_at - token.created_at).days == 90
    assert secret not in client.get(f"/admin/pilots/token/{token.pk}/change/").content.decode()


def test_an_owner_cannot_make_an_administrator_token(client: Client) -> None:
    pilot = make_running_pilot()

    response = act(client, pilot, "make_token", name="Too much", scopes=["admin"], days="90")

    assert (response.status_code, Token.objects.count()) == (200, 0)


def test_revoke_ends_a_token(client: Client) -> None:
    pilot = make_running_pilot()
    token, secret = make_token(pilot)
    client.force_login(pilot.owner)

    client.post(f"/admin/pilots/token/{token.pk}/revoke/")

    assert tokens.find(secret, now=NOW) is None


def test_rotate_shows_the_new_secret_once_and_lets_the_old_one_work_on(client: Client) -> None:
    pilot = make_running_pilot()
    token, secret = make_token(pilot)
    client.force_login(pilot.owner)

    page = client.post(f"/admin/pilots/token/{token.pk}/rotate/", {"hours": "1"}).content.decode()

    shown = re.search(r"plt_[a-z0-9]{8}[\w-]{43}", page)
    assert shown is not None
    found = [tokens.find(each, now=timezone.now()) for each in (secret, shown.group())]
    assert [each and each.name for each in found] == ["test", "test"]
    assert found[0] == token
    assert found[1] != token


def test_a_stranger_cannot_rotate_a_token(client: Client) -> None:
    token, _ = make_token(make_running_pilot())
    client.force_login(make_owner())

    response = client.post(f"/admin/pilots/token/{token.pk}/rotate/", {"hours": "1"})

    assert (response.status_code, Token.objects.count()) == (404, 1)


def test_the_pilots_page_is_one_click_away(client: Client) -> None:
    pilot = make_running_pilot()
    client.force_login(pilot.owner)

    response = client.get(f"/admin/pilots/pilot/{pilot.pk}/open_page/")

    assert response.headers["Location"] == "/p/clause-check/"


@pytest.mark.parametrize(
    "name", ["start", "pause", "resume", "make_token", "hand_over", "open_page", "sources"]
)
def test_an_act_on_a_pilot_that_is_not_there_is_404(client: Client, name: str) -> None:
    client.force_login(make_owner())

    assert client.get(f"/admin/pilots/pilot/999/{name}/").status_code == 404
