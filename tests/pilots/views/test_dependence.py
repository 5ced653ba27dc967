"""The pilot's page says how ready the fallback is, and shows a silent change until somebody looked into it."""

from collections.abc import Callable

import pytest
from django.contrib.auth.models import User
from django.test import Client

from evaluations.models import CanaryAcceptance, CanaryLook
from pilots.models import Candidate, Event, Pilot
from tests.evaluations.builders import make_run
from tests.factories import NOW, make_owner, make_running_pilot, make_user

SignedIn = Callable[[User], Client]

pytestmark = pytest.mark.django_db


@pytest.fixture
def look() -> CanaryLook:
    pilot = make_running_pilot(fallback_plan="As before.")
    deployment = Candidate.objects.get(pilot=pilot).deployment
    target = make_run(1, deployment=deployment).targets.get()
    return CanaryLook.objects.create(
        deployment=target.deployment,
        target=target,
        fingerprint=target.fingerprint,
        number=2,
        cases=12,
        alarm=True,
        sentence="It answers differently beyond its own noise: 80 % differ.",
        looked_at=NOW,
    )


def accept(client: Client, look: CanaryLook, reason: str) -> str:
    page = client.post(f"/p/clause-check/canary/{look.pk}/accept/", {"reason": reason}, follow=True)
    return page.content.decode()


def test_a_plan_that_was_never_drilled_is_called_so(look: CanaryLook, signed_in: SignedIn) -> None:
    page = signed_in(make_user("reader", "Viewers")).get("/p/clause-check/").content.decode()

    assert "A plan, never drilled" in page


def test_an_alarm_stands_at_the_top_until_it_is_accepted(look: CanaryLook, signed_in: SignedIn) -> None:
    owner = signed_in(Pilot.objects.get().owner)
    before = owner.get("/p/clause-check/").content.decode()

    after = accept(owner, look, "The vendor confirmed a new version.")

    assert before.count("Silent change") > after.count("Silent change")
    assert "The vendor confirmed a new version." in after
    assert Event.objects.filter(verb="canary.accepted").count() == 1


def test_a_viewer_cannot_accept(look: CanaryLook, signed_in: SignedIn) -> None:
    page = accept(signed_in(make_user("reader", "Viewers")), look, "Fine by me.")

    assert "Only who may start runs accepts a change" in page
    assert not CanaryAcceptance.objects.exists()


def test_an_alarm_of_another_pilots_model_is_not_found_here(look: CanaryLook, signed_in: SignedIn) -> None:
    make_running_pilot("other")

    response = signed_in(make_owner()).post(f"/p/other/canary/{look.pk}/accept/", {"reason": "x"})

    assert response.status_code == 404


def test_the_deployments_page_lists_its_looks(look: CanaryLook, signed_in: SignedIn) -> None:
    page = (
        signed_in(make_user("reader", "Viewers"))
        .get(f"/deployments/{look.deployment.slug}/")
        .content.decode()
    )

    assert "beyond its own noise" in page
    assert "Clause check" in page
