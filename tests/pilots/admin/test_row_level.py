"""What a person sees and saves of her pilots and of others. Which addresses are open to whom is in `test_every_address`."""

import pytest
from django.contrib.auth.models import User
from django.test import Client

from pilots.models import Pilot
from tests.factories import (
    NOW,
    make_owner,
    make_pilot,
    make_ready_pilot,
    make_running_pilot,
    make_token,
    make_user,
)

pytestmark = pytest.mark.django_db


def staff(*groups: str, **fields: bool) -> User:
    return make_user("", *groups, is_staff=True, **fields)


def test_another_owner_reads_a_pilot_and_cannot_save_it(client: Client) -> None:
    pilot = make_ready_pilot()
    client.force_login(make_owner())
    page = f"/admin/pilots/pilot/{pilot.pk}/change/"

    seen, saved = client.get(page), client.post(page, {"name": "Mine"})

    pilot.refresh_from_db()
    assert (seen.status_code, saved.status_code, pilot.name) == (200, 403, "Clause check")
    assert 'name="_save"' not in seen.content.decode()


def test_the_buttons_of_a_pilot_are_for_who_runs_it(client: Client) -> None:
    pilot = make_ready_pilot()
    page = f"/admin/pilots/pilot/{pilot.pk}/change/"
    seen = {}
    for person in (pilot.owner, make_owner()):
        client.force_login(person)
        seen[person.pk] = [act["title"] for act in client.get(page).context["actions_detail"]]

    assert list(seen.values()) == [
        [
            "Open page",
            "Say it is ready",
            "Start",
            "Leave open",
            "Baseline",
            "Make token",
            "Journal",
            "Hand over",
            "Copy",
        ],
        ["Open page", "Copy"],
    ]


@pytest.mark.parametrize("role", ["deputy", "administrator"])
def test_deputy_and_administrator_edit_as_the_owner_does(client: Client, role: str) -> None:
    person = make_owner() if role == "deputy" else staff(is_superuser=True)
    pilot = make_pilot(deputy=person) if role == "deputy" else make_pilot()
    client.force_login(person)

    page = client.get(f"/admin/pilots/pilot/{pilot.pk}/change/")

    assert 'name="_save"' in page.content.decode()


def test_no_pilot_is_deleted_by_hand(client: Client) -> None:
    pilot = make_pilot()
    client.force_login(staff(is_superuser=True))

    one = client.post(f"/admin/pilots/pilot/{pilot.pk}/delete/", {"post": "yes"})
    client.post(
        "/admin/pilots/pilot/", {"action": "delete_selected", "_selected_action": pilot.pk, "post": "yes"}
    )

    assert (one.status_code, Pilot.objects.count()) == (403, 1)


def test_a_metric_of_another_pilot_cannot_be_slipped_into_the_form(client: Client) -> None:
    mine, other = make_ready_pilot("mine"), make_ready_pilot("other")
    theirs = other.metrics.get()
    client.force_login(mine.owner)
    page = f"/admin/pilots/pilot/{mine.pk}/change/"
    from tests.pilots.admin.forms import untouched

    client.post(
        page, untouched(client.get(page)) | {"metrics-0-id": str(theirs.pk), "metrics-0-name": "Taken"}
    )

    theirs.refresh_from_db()
    assert (theirs.name, theirs.pilot) == ("Review minutes", other)


def test_owners_see_the_tokens_of_their_pilots_alone(client: Client) -> None:
    mine, other = make_running_pilot("mine"), make_running_pilot("other")
    make_token(mine)
    foreign, _ = make_token(other)
    client.force_login(mine.owner)

    listed = client.get("/admin/pilots/token/")
    by_url = client.get(f"/admin/pilots/token/{foreign.pk}/change/")
    revoked = client.post(f"/admin/pilots/token/{foreign.pk}/revoke/")

    foreign.refresh_from_db()
    assert [str(pilot) for token in listed.context["cl"].result_list for pilot in token.pilots.all()] == [
        "Mine"
    ]
    assert (by_url.status_code, revoked.status_code, foreign.revoked_at) == (302, 404, None)


def test_an_auditor_sees_every_token_and_revokes_none(client: Client) -> None:
    token, _ = make_token(make_running_pilot(), now=NOW)
    client.force_login(staff("Auditors"))

    seen = client.get(f"/admin/pilots/token/{token.pk}/change/")
    revoked = client.post(f"/admin/pilots/token/{token.pk}/revoke/")

    assert (seen.status_code, revoked.status_code) == (200, 403)
    assert seen.context["actions_detail"] == []
