"""What the catalogue says reaches the judge: the end of the primary's host, and a fine-tune that is worse than its base."""

import json
from datetime import timedelta

import pytest

from evaluations.models import Claim, Deployment, FineTune, Source
from pilots.actions import verdicts
from pilots.models import Candidate, Pilot, Verdict
from pilots.queries import facts, plans
from tests.factories import NOW, make_deployment, make_running_pilot

pytestmark = pytest.mark.django_db


@pytest.fixture
def pilot() -> Pilot:
    return make_running_pilot()


def deployment_of(pilot: Pilot) -> Deployment:
    deployment = Candidate.objects.get(pilot=pilot).deployment
    assert deployment is not None
    return deployment


def announce(deployment: Deployment, day: str, key: str = "mail") -> None:
    source = Source.objects.create(key=key, what="A mail of the host", trust="vendor", read_on=NOW.date())
    Claim.objects.create(
        model=deployment.model,
        deployment=deployment,
        field="lifecycle.retires_on",
        value=day,
        source=source,
        created_at=NOW,
    )


def test_an_end_announced_after_the_start_stops_the_pilot_as_no_quality_result(pilot: Pilot) -> None:
    before = verdicts.judge(pilot_id=pilot.pk, now=NOW)
    announce(deployment_of(pilot), "2026-11-21")

    after = verdicts.judge(pilot_id=pilot.pk, now=NOW + timedelta(days=1))

    assert before is not None
    assert after is not None
    assert before.code != "VENDOR"
    assert (after.flag, after.code) == ("stop", "VENDOR")
    assert "not a quality result" in after.reason


def test_of_several_days_the_earliest_counts_until_a_person_chooses(pilot: Pilot) -> None:
    announce(deployment_of(pilot), "2027-06-01", "one")
    announce(deployment_of(pilot), "2027-03-01", "two")

    known = facts.load(pilot, plans.current(pilot)[1], as_of=NOW)

    assert str(known.host_retires_on) == "2027-03-01"


def test_a_record_without_a_known_end_does_not_mention_one(pilot: Pilot) -> None:
    verdicts.judge(pilot_id=pilot.pk, now=NOW)

    assert "host_retires_on" not in json.loads(Verdict.objects.get(pilot=pilot).evidence)["facts"]


def test_a_fine_tune_without_a_comparison_is_an_open_blocker(pilot: Pilot) -> None:
    base = make_deployment("base").model
    FineTune.objects.create(
        model=deployment_of(pilot).model,
        base=base,
        data_set="contracts-1",
        label_source="lawyers",
        examples=300,
    )

    known = facts.load(pilot, plans.current(pilot)[1], as_of=NOW)

    assert any("was not compared with its base" in blocker for blocker in known.blockers)
