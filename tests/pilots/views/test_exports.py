import csv
import hashlib
import io
import json
import zipfile
from collections.abc import Callable

import pytest
from django.contrib.auth.models import User
from django.test import Client

from pilots.models import Pilot
from tests.factories import NOW, answer_all, make_manager, make_pilot, make_user, sign

SignedIn = Callable[[User], Client]
pytestmark = pytest.mark.django_db


def body(response: object) -> bytes:
    return b"".join(response.streaming_content)  # type: ignore[attr-defined]


def test_a_pilot_is_one_archive_with_its_tables_their_schema_and_what_was_signed(
    pilot: Pilot, signed_in: SignedIn
) -> None:
    answer_all(pilot)
    decision = sign(pilot, "stop", lessons="=1+1")

    response = signed_in(pilot.owner).get("/p/clause-check/export.zip")

    files = zipfile.ZipFile(io.BytesIO(body(response)))
    decisions = list(csv.DictReader(io.StringIO(files.read("decisions.csv").decode())))
    schema = json.loads(files.read("schema.json"))["tables"]
    assert decisions[0]["lessons"] == "'=1+1"
    assert len(list(csv.reader(io.StringIO(files.read("measurements.csv").decode())))) == 81
    for name in files.namelist():
        if name.endswith(".csv"):
            header = files.read(name).decode().splitlines()[0].split(",")
            assert header == [column["name"] for column in schema[name]], name
    data = files.read(f"memos/decision-{decision.pk}.json")
    assert hashlib.sha256(data).hexdigest() == decision.memo.data_hash
    assert json.loads(files.read("pilot.json"))["charter"]["name"] == "Clause check"


def test_only_who_runs_or_signs_it_and_auditors_export_a_whole_pilot(
    pilot: Pilot, signed_in: SignedIn
) -> None:
    people = {
        "owner": pilot.owner,
        "decider": pilot.decider,
        "auditor": make_user("audrey", "Auditors"),
        "viewer": make_user("victor", "Viewers"),
        "other manager": make_manager(),
    }

    found = {}
    for who, person in people.items():
        response = signed_in(person).get("/p/clause-check/export.zip")
        found[who] = response.status_code
        if response.streaming:
            body(response)  # to its end, which closes its file

    assert found == {"owner": 200, "decider": 200, "auditor": 200, "viewer": 403, "other manager": 403}


def test_the_board_is_exported_as_it_is_filtered(pilot: Pilot, signed_in: SignedIn) -> None:
    make_pilot("other", name="=HYPERLINK(1)", owner=pilot.owner, decider=pilot.decider)
    client = signed_in(pilot.owner)

    everything = list(csv.DictReader(io.StringIO(client.get("/board.csv?view=all").content.decode())))
    stopped = json.loads(client.get("/board.json?view=all&flag=stop").content)["pilots"]

    assert {row["name"] for row in everything} == {"Clause check", "'=HYPERLINK(1)"}
    assert [(row["slug"], row["flag"], row["is_demo"]) for row in stopped] == [
        ("clause-check", "stop", False)
    ]


@pytest.mark.parametrize("shape", ["pdf", "md", "html", "json"])
def test_the_draft_and_the_signed_memo_come_in_every_shape_with_the_hash(
    pilot: Pilot, signed_in: SignedIn, shape: str
) -> None:
    client = signed_in(pilot.decider)
    draft = client.get(f"/p/clause-check/memo/draft.{shape}")
    decision = sign(pilot, "stop")

    kept = client.get(f"/p/clause-check/decisions/{decision.pk}/memo.{shape}")

    assert (draft.status_code, kept.status_code) == (200, 200)
    if shape == "pdf":
        assert kept.content == bytes(decision.memo.pdf)
    else:
        assert decision.memo.data_hash in kept.content.decode()
        assert decision.memo_hash in draft.content.decode()
    assert client.get("/p/clause-check/memo/draft.exe").status_code == 404


def test_the_calendar_is_read_by_who_has_its_address_and_by_nobody_else(pilot: Pilot, client: Client) -> None:
    from django.core.signing import Signer

    from pilots.views.notifications import CALENDAR

    token = Signer(salt=CALENDAR).sign(str(pilot.decider.pk))

    found, forged = client.get(f"/calendar/{token}.ics"), client.get(f"/calendar/{token}x.ics")
    pilot.decider.is_active = False
    pilot.decider.save()

    assert "SUMMARY:Decision due: Clause check" in found.content.decode()
    assert (forged.status_code, client.get(f"/calendar/{token}.ics").status_code) == (403, 403)
    assert NOW.date() < pilot.window_end


def test_the_address_of_a_route_is_shown_to_who_runs_the_pilot_alone(
    pilot: Pilot, signed_in: SignedIn
) -> None:
    owner = signed_in(pilot.owner)
    data = {"channel": "webhook", "address": "https://hooks.example.com/secret-path"}

    refused = signed_in(pilot.decider).post("/p/clause-check/messages/", data)
    added = owner.post("/p/clause-check/messages/", data, follow=True)

    assert (refused.status_code, added.status_code) == (403, 200)
    assert "secret-path" in added.content.decode()
    assert "whsec_" in added.content.decode()
    seen = signed_in(pilot.decider).get("/p/clause-check/messages/").content.decode()
    assert "secret-path" not in seen
    assert "whsec_" not in seen
