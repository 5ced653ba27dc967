import pytest
from django.test import Client

from pilots.actions import incidents
from pilots.models import Incident, Pilot
from tests.factories import NOW, make_running_pilot, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def pilot() -> Pilot:
    return make_running_pilot()


def test_the_owner_reports_on_the_page(client: Client, pilot: Pilot) -> None:
    client.force_login(pilot.owner)

    response = client.post(f"/p/{pilot.slug}/incidents/", {"kind": "data_leak", "text": "A file was public."})

    assert response.headers["Location"] == f"/p/{pilot.slug}/"
    assert Incident.objects.get().kind == "data_leak"


def test_nothing_is_preselected_and_the_form_says_so(client: Client, pilot: Pilot) -> None:
    client.force_login(pilot.owner)

    response = client.post(f"/p/{pilot.slug}/incidents/", {"text": "A file was public."})

    assert response.status_code == 422
    assert not Incident.objects.exists()


def test_a_viewer_reads_and_cannot_report(client: Client, pilot: Pilot) -> None:
    client.force_login(make_user("vic", "Viewers"))

    page = client.get(f"/p/{pilot.slug}/incidents/")
    posted = client.post(f"/p/{pilot.slug}/incidents/", {"kind": "critical", "text": "Lost."})

    assert "Report and stop" not in page.content.decode()
    assert (page.status_code, posted.status_code) == (200, 403)


def test_the_decider_takes_back_what_the_owner_reported(client: Client, pilot: Pilot) -> None:
    incident = incidents.report(pilot=pilot, kind="critical", text="Lost.", by=pilot.owner, now=NOW)
    client.force_login(pilot.decider)

    response = client.post(f"/p/{pilot.slug}/incidents/{incident.pk}/withdraw/", {"reason": "A test."})

    assert response.status_code == 302
    assert "Taken back on" in client.get(f"/p/{pilot.slug}/incidents/").content.decode()
