"""A token that is bound to pilots sees of the catalogue what its pilots use, and nothing of other teams' tasks."""

from typing import Any

import pytest
from django.utils import timezone
from rest_framework.test import APIClient

from evaluations.models import Run, SuiteVersion
from pilots.models import Pilot
from pilots.models.schedule import EvaluationSchedule, PilotRun
from tests.evaluations.builders import make_run, make_suite, make_version
from tests.factories import make_candidate, make_pilot, make_token

API = "/api/v1"


def make_team(slug: str) -> tuple[Pilot, SuiteVersion, Run]:
    """A pilot with a candidate, a suite of its own and a run that put the one to the other."""
    pilot = make_pilot(slug)
    candidate = make_candidate(pilot)
    version = make_version(1, suite=make_suite(f"{slug}-suite"))
    schedule = EvaluationSchedule.objects.create(pilot=pilot, suite_version=version)
    run = make_run(1, version=version, deployment=candidate.deployment)
    PilotRun.objects.create(pilot=pilot, schedule=schedule, run=run)
    return pilot, version, run


@pytest.fixture
def mine(db: None) -> tuple[Pilot, SuiteVersion, Run]:
    return make_team("mine")


@pytest.fixture
def other(mine: Any) -> tuple[Pilot, SuiteVersion, Run]:
    return make_team("other")


@pytest.fixture
def script(mine: tuple[Pilot, SuiteVersion, Run], other: Any, with_token: Any) -> APIClient:
    """A client bound to `mine`."""
    client: APIClient = with_token(make_token(mine[0], scopes=("read", "evaluate"))[1])
    return client


def shown(client: APIClient, path: str, field: str = "slug") -> list[Any]:
    return [row[field] for row in client.get(f"{API}/{path}").json()["results"]]


def deployment_of(pilot: Pilot) -> str:
    candidate = pilot.candidates.get()
    assert candidate.deployment is not None
    return candidate.deployment.slug


def test_lists_hold_what_its_pilots_use(script: APIClient, mine: Any):
    assert shown(script, "deployments/") == [deployment_of(mine[0])]
    assert shown(script, "suites/") == ["mine-suite"]
    assert shown(script, "runs/", "id") == [mine[2].pk]


def test_models_and_vendors_are_reference_for_all(script: APIClient, mine: Any, other: Any):
    models = {pilot.candidates.get().deployment.model.slug for pilot, *_ in (mine, other)}

    assert set(shown(script, "models/")) == models
    assert shown(script, "vendors/") == ["acme"]


def test_what_other_pilots_use_does_not_exist_for_it(script: APIClient, mine: Any, other: Any):
    def statuses(pilot: Pilot, version: SuiteVersion, run: Run) -> set[int]:
        suite = f"suites/{version.suite.slug}/"
        paths = [f"deployments/{deployment_of(pilot)}/", suite, f"{suite}cases/", f"{suite}prompts/",
                 f"runs/{run.pk}/", f"runs/{run.pk}/results/"]  # fmt: skip
        return {script.get(f"{API}/{path}").status_code for path in paths}

    assert statuses(*mine) == {200}
    assert statuses(*other) == {404}


def test_it_does_not_stop_a_run_of_another_pilot(script: APIClient, other: Any):
    answer = script.post(f"{API}/runs/{other[2].pk}/cancel/")

    other[2].refresh_from_db()
    assert (answer.status_code, other[2].state) == (404, "queued")


def test_it_starts_runs_of_its_own_and_finds_them_again(script: APIClient, mine: Any):
    wanted = {"suite": "mine-suite", "targets": [{"deployment": deployment_of(mine[0]), "prompt": "plain"}]}

    started = script.post(f"{API}/runs/", wanted, format="json")

    assert started.status_code == 202
    assert script.get(started["Location"]).json()["id"] == started.json()["id"]


def test_it_cannot_put_tasks_to_a_deployment_that_is_not_its_own(script: APIClient, mine: Any, other: Any):
    answers = [
        script.post(
            f"{API}/runs/",
            {"suite": suite, "targets": [{"deployment": deployment_of(pilot), "prompt": "plain"}]},
            format="json",
        )
        for suite, pilot in (("mine-suite", other[0]), ("other-suite", mine[0]))
    ]

    assert [answer.status_code for answer in answers] == [422, 422]
    assert Run.objects.count() == 2


def test_a_run_of_no_pilot_is_seen_only_when_all_it_asks_is(script: APIClient, mine: Any, other: Any):
    elsewhere = make_run(1, version=mine[1], deployment=other[0].candidates.get().deployment)

    assert script.get(f"{API}/runs/{elsewhere.pk}/").status_code == 404


def test_a_token_for_every_pilot_sees_all(mine: Any, other: Any, with_token: Any):
    client = with_token(make_token(all_pilots=True, now=timezone.now())[1])

    assert shown(client, "suites/") == ["mine-suite", "other-suite"]
    assert len(shown(client, "deployments/")) == len(shown(client, "runs/", "id")) == 2
