"""Sources, their pace and faulty measurements on a page of their own, and what leads there."""

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.utils import timezone

from pilots.actions import rollups, weighings
from pilots.models import FaultyStretch, Pilot, Rollup, Weighing
from tests.factories import NOW, make_manager, make_user

SignedIn = Callable[[User], Client]
PAGE = "/p/clause-check/sources/"

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def counted(pilot: Pilot) -> None:
    rollups.recount(pilot=pilot, now=NOW)


def words(client: Client, path: str = PAGE) -> str:
    text = re.sub(r"<[^>]+>", " ", client.get(path).content.decode())
    return re.sub(r"\s+", " ", text)


def stretch(**changes: str) -> dict[str, str]:
    day = NOW - timedelta(days=1)
    at = f"{day:%Y-%m-%dT%H:%M}"
    return {
        "source": "",
        "starts_at": at,
        "ends_at": f"{NOW:%Y-%m-%dT%H:%M}",
        "reason": "Broken clock.",
    } | changes


def test_every_role_reads_it_and_only_who_runs_the_pilot_may_mark(pilot: Pilot, signed_in: SignedIn) -> None:
    mark = "Mark measurements as faulty"

    seen = [mark in words(signed_in(person)) for person in (pilot.owner, pilot.decider, make_manager())]

    assert seen == [True, False, False]


def test_a_wrong_stretch_is_refused_on_the_page_with_what_to_do(pilot: Pilot, signed_in: SignedIn) -> None:
    response = signed_in(pilot.owner).post(
        PAGE, stretch(starts_at="2019-01-01T00:00", ends_at="2019-01-02T00:00")
    )

    assert response.status_code == 409
    assert "No measurement of this source lies in that time." in response.content.decode()
    assert not Weighing.objects.exists()


def test_nobody_else_may_propose(pilot: Pilot, signed_in: SignedIn) -> None:
    response = signed_in(pilot.decider).post(PAGE, stretch())

    assert (response.status_code, Weighing.objects.count()) == (403, 0)


def test_what_would_change_the_flag_is_agreed_to_by_the_decider_on_the_same_page(
    pilot: Pilot, signed_in: SignedIn
) -> None:
    owner = signed_in(pilot.owner)
    owner.post(PAGE, stretch())
    asked = words(owner)
    weighings.weigh(weighing_id=Weighing.objects.get().pk, now=timezone.now())
    polled = owner.get(PAGE, headers={"HX-Request": "true"}).content.decode()
    waits = words(signed_in(pilot.decider))

    decider = signed_in(pilot.decider)

    agreed = decider.post("/p/clause-check/sources/1/second/")
    judged_meanwhile = FaultyStretch.objects.exists()
    at_work = words(decider)
    declined = decider.post("/p/clause-check/sources/1/decline/", {"reason": "No."})
    weighings.weigh(weighing_id=Weighing.objects.get(act="second").pk, now=timezone.now())
    told = decider.get(PAGE, headers={"HX-Request": "true"}).content.decode()

    assert "Being weighed: what would change" in asked
    assert "Mark measurements as faulty" not in asked
    assert "It waits for a worker." in asked
    assert "Proposed. It would change the verdict, so a second person must agree." in polled
    assert "hx-trigger" not in polled
    assert "Waits for a second person: no source named" in waits
    assert "Agree: take them out of the count" in waits
    assert agreed.status_code == 302
    assert (judged_meanwhile, FaultyStretch.objects.count()) == (False, 1)
    assert "Being taken out of the count" in at_work
    assert "Agree: take them out of the count" not in at_work
    assert declined.status_code == 409
    assert "Wait until it is through." in declined.content.decode()
    assert "In force. The pilot was judged again without these measurements." in told
    assert "In force: no source named" in words(decider)


def test_the_pilots_page_and_the_admin_lead_there(pilot: Pilot, signed_in: SignedIn) -> None:
    owner = signed_in(pilot.owner)

    button = owner.get(f"/admin/pilots/pilot/{pilot.pk}/sources/")

    assert (button.status_code, button.headers["Location"]) == (302, PAGE)
    assert f'href="{PAGE}"' in owner.get("/p/clause-check/").content.decode()
    assert "Mark faulty measurements" in owner.get(f"/admin/pilots/pilot/{pilot.pk}/change/").content.decode()


def test_statistics_that_differ_are_shown_to_who_can_have_them_mended(
    pilot: Pilot, signed_in: SignedIn
) -> None:
    Rollup.objects.filter(pilot=pilot, rows__gt=0).update(total=1)
    rollups.recount(pilot=pilot, now=NOW)
    said = "The statistics of Clause check differ from their rows since"
    root = make_user("root", is_superuser=True, is_staff=True)

    seen = {
        page: [said in words(signed_in(person), page) for person in (pilot.owner, root, pilot.decider)]
        for page in ("/", "/p/clause-check/")
    }

    assert seen == {"/": [True, True, False], "/p/clause-check/": [True, True, False]}
    assert said in words(signed_in(root), "/admin/")
    assert "manage.py recount clause-check --repair" in words(signed_in(root), "/")
    rollups.recount(pilot=pilot, now=NOW, repair=True)
    assert said not in words(signed_in(pilot.owner), "/")
