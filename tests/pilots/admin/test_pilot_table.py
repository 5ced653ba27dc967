import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from pilots.models import Pilot
from tests.factories import make_manager, make_owner, make_pilot

pytestmark = pytest.mark.django_db
PAGE = "/admin/pilots/pilot/import_pilots/"


def sent(client: Client, text: str, button: str) -> str:
    file = SimpleUploadedFile("pilots.csv", text.encode())
    return client.post(PAGE, {"file": file, button: ""}, follow=True).content.decode()


def test_a_file_is_tried_then_taken_in_and_its_faults_are_said_by_line(client: Client) -> None:
    client.force_login(make_owner("olga"))
    make_manager("marie")
    good = "name,workflow,decider\nLetters,Sort letters,marie\n"

    tried = sent(client, good, "try")
    after_try = Pilot.objects.count()
    faulty = sent(client, good + "Bills,Read bills,nobody\n", "keep")
    after_faulty = Pilot.objects.count()
    taken = sent(client, good, "keep")

    assert "It would be: 1 new, 0 changed, 0 as they were." in tried
    assert "Nobody who may sign in is called nobody. Correct the user name." in faulty
    assert (after_try, after_faulty, Pilot.objects.get().slug) == (0, 0, "letters")
    assert "1 new, 0 changed, 0 as they were." in taken


def test_the_export_is_a_file_for_spreadsheets(client: Client) -> None:
    owner = make_owner("olga")
    make_pilot("mine", owner=owner, friction="=1+1")
    client.force_login(owner)

    response = client.get("/admin/pilots/pilot/export_pilots/")

    assert response.headers["Content-Disposition"] == 'attachment; filename="pilots.csv"'
    assert response.content.startswith(b"\xef\xbb\xbfslug,name,workflow,owner,deputy,decider,")
    assert b",'=1+1," in response.content


def test_who_looks_for_measurements_there_is_led_to_their_doors(client: Client) -> None:
    client.force_login(make_owner("olga"))

    page = client.get(PAGE).content.decode()

    doors = re.findall(r'<a class="text-link" href="([^"]+)">', page.partition("Measurements have doors")[2])
    assert doors == [
        "/admin/pilots/pilot/?part=run",
        "/admin/pilots/token/",
        "/api/v1/docs/",
        "/admin/pilots/measurement/",
    ]
    assert [client.get(door).status_code for door in doors] == [200] * 4
