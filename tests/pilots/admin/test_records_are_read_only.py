"""No record is added, changed or deleted by hand, not by an administrator either; people read them as text."""

import json
from datetime import date

import pytest
from django.test import Client

from pilots.models import Decision, Event, Measurement, Pilot, PlanVersion, Verdict
from tests.factories import NOW, make_running_pilot, make_user

pytestmark = pytest.mark.django_db

RECORDS = ["verdict", "decision", "planversion", "event", "measurement"]


@pytest.fixture
def pilot() -> Pilot:
    """A decided pilot with one record of each kind."""
    pilot = make_running_pilot()
    evidence = json.dumps(
        {"flag": "go", "metrics": [{"key": "<b>review</b>", "n": 212}]}, separators=(",", ":")
    )
    verdict = Verdict.objects.create(
        pilot=pilot,
        number=1,
        plan=pilot.plans.get(),
        as_of=NOW,
        created_at=NOW,
        flag="go",
        code="GO",
        reason="Every goal is proven.",
        evidence=evidence,
        evidence_hash="a" * 64,
        input_digest="b" * 64,
    )
    Decision.objects.create(
        pilot=pilot,
        outcome="go",
        reason="It saves what it promised.",
        verdict=verdict,
        evidence_hash=verdict.evidence_hash,
        signed_by=pilot.decider,
        signed_at=NOW,
        review_on=date(2027, 5, 1),
    )
    Measurement.objects.create(
        pilot=pilot,
        metric=pilot.metrics.get(),
        candidate=pilot.candidates.get(),
        phase="pilot",
        value="3.2",
        observed_at=NOW,
        recorded_at=NOW,
    )
    return pilot


def newest(record: str) -> int:
    models = {
        "verdict": Verdict,
        "decision": Decision,
        "planversion": PlanVersion,
        "event": Event,
        "measurement": Measurement,
    }
    return models[record].objects.order_by("-pk").values_list("pk", flat=True)[0]


@pytest.mark.parametrize("record", RECORDS)
def test_an_administrator_reads_a_record_and_changes_nothing(
    client: Client, pilot: Pilot, record: str
) -> None:
    client.force_login(make_user("root", is_staff=True, is_superuser=True))
    base = f"/admin/pilots/{record}/"
    one = f"{base}{newest(record)}/"

    answers = [
        client.get(base).status_code,
        client.get(f"{one}change/").status_code,
        client.post(f"{one}change/", {"reason": "Other"}).status_code,
        client.post(f"{one}delete/", {"post": "yes"}).status_code,
        client.get(f"{base}add/").status_code,
    ]

    assert answers == [200, 200, 403, 403, 403]


@pytest.mark.parametrize("group", ["Owners", "Managers", "Viewers"])
def test_the_log_is_for_auditors(client: Client, pilot: Pilot, group: str) -> None:
    client.force_login(make_user("", group, is_staff=True))

    answers = [
        client.get(path).status_code
        for path in ("/admin/pilots/event/", f"/admin/pilots/event/{newest('event')}/change/")
    ]

    assert answers == [403, 403]


def test_an_auditor_reads_the_log(client: Client, pilot: Pilot) -> None:
    client.force_login(make_user("", "Auditors", is_staff=True))

    page = client.get(f"/admin/pilots/event/{newest('event')}/change/").content.decode()

    assert "pilot.started" in page or "plan_hash" in page


def test_the_evidence_is_indented_and_escaped(client: Client, pilot: Pilot) -> None:
    client.force_login(pilot.owner)

    page = client.get(f"/admin/pilots/verdict/{newest('verdict')}/change/").content.decode()

    assert "{\n  &quot;flag&quot;: &quot;go&quot;,\n  &quot;metrics&quot;: [\n" in page
    assert "&quot;&lt;b&gt;review&lt;/b&gt;&quot;" in page


def test_a_measurement_is_read_with_its_unit(client: Client, pilot: Pilot) -> None:
    client.force_login(pilot.owner)

    page = client.get(f"/admin/pilots/measurement/{newest('measurement')}/change/").content.decode()

    assert "3.2 min" in page
