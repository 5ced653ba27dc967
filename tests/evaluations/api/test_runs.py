"""Runs over REST: started with 202, watched, read, cancelled."""

import pytest

from evaluations.actions import batches, runs
from evaluations.actions.execution import execute
from evaluations.models import Run
from evaluations.models.run import RunState
from tests.evaluations.builders import NOW, make_deployment, make_prompt, make_run, make_suite, make_version
from tests.evaluations.model_host import ModelHost

pytestmark = pytest.mark.django_db
RUNS = "/api/v1/runs/"


def executed(run: Run) -> Run:
    assert execute(claim=batches.claim(run_id=run.pk, now=NOW), clock=lambda: NOW)
    return run


def test_a_run_is_started_and_says_where_to_look(call):
    version = make_version(3)
    make_deployment("tiny")
    make_prompt(version.suite)

    answer = call("evaluate").post(
        RUNS,
        {"suite": "triage", "targets": [{"deployment": "tiny", "prompt": "plain"}], "repeats": 2},
        format="json",
    )

    run = Run.objects.get()
    assert answer.status_code == 202, answer.json()
    assert answer.headers["Location"] == answer.json()["status_url"] == f"http://testserver{RUNS}{run.pk}/"
    expected = {"state": "queued", "suite": "triage", "version": 1, "planned_results": 6, "done": 0}
    assert answer.json().items() >= expected.items()
    assert (run.targets.get().key, run.repeats) == ("tiny", 2)


@pytest.mark.parametrize(
    ("change", "pointer", "words"),
    [
        ({"suite": "nope"}, "/suite", "There is none called nope."),
        ({"suite": "empty"}, "/version", "The suite empty has no cases yet. Import some first."),
        ({"version": 7}, "/version", "The suite triage has no version 7."),
        ({"targets": []}, "/targets/non_field_errors", "This list may not be empty."),
        (
            {"targets": [{"deployment": "tiny", "prompt": "plan"}]},
            "/targets/0/prompt",
            "The suite triage has no prompt plan. Its prompts: plain.",
        ),
        (
            {"targets": [{"deployment": "x", "prompt": "plain"}]},
            "/targets/0/deployment",
            "There is none called x.",
        ),
        ({"repeat": 2}, "/repeat", "Did you mean repeats?"),
    ],
)
def test_a_faulty_order_is_refused_by_field(call, change, pointer, words):
    version = make_version(3)
    make_suite("empty")
    make_deployment("tiny")
    make_prompt(version.suite)
    order = {"suite": "triage", "targets": [{"deployment": "tiny", "prompt": "plain"}]} | change

    answer = call("evaluate").post(RUNS, order, format="json")

    (fault,) = answer.json()["errors"]
    assert (answer.status_code, fault["pointer"]) == (422, pointer)
    assert words in fault["message"]
    assert Run.objects.count() == 0


def test_what_the_plan_refuses_is_said(call):
    version = make_version(3)
    make_deployment("tiny")
    make_prompt(version.suite)
    target = {"deployment": "tiny", "prompt": "plain"}

    answer = call("evaluate").post(RUNS, {"suite": "triage", "targets": [target, target]}, format="json")

    assert (answer.status_code, answer.json()["code"]) == (422, "run_refused")
    assert answer.json()["detail"] == "Two targets are called 'tiny'. Give each its own key."


def test_a_finished_run_shows_its_targets_and_results(call, model_host: ModelHost):
    run = executed(make_run(3, base_url=model_host.base_url))
    reader = call("read")

    shown = reader.get(f"{RUNS}{run.pk}/").json()
    results = reader.get(f"{RUNS}{run.pk}/results/?page_size=2").json()
    rest = reader.get(results["next"]).json()
    failed = reader.get(f"{RUNS}{run.pk}/results/?passed=false").json()

    assert (shown["state"], shown["done"], shown["by_outcome"]) == ("done", 3, {"ok": 3})
    (target,) = shown["targets"]
    assert (
        target.items() >= {"key": "primary", "prompt": "plain@1", "n": 3, "passed": 3, "share": 1.0}.items()
    )
    assert target["output_tokens"] == 6
    assert len(results["results"]) + len(rest["results"]) == 3
    assert rest["next"] is None
    assert {row["target"] for row in results["results"]} == {"primary"}
    assert failed["results"] == []


def test_runs_are_listed_newest_first_and_filtered(call):
    version = make_version(1)
    first, second = make_run(version=version), make_run(version=version)
    runs.cancel(run=first, by=None, now=NOW)
    reader = call("read")

    listed = {
        query: [row["id"] for row in reader.get(RUNS + query).json()["results"]]
        for query in ("", "?state=cancelled", "?suite=triage", "?suite=other")
    }

    assert listed == {
        "": [second.pk, first.pk],
        "?state=cancelled": [first.pk],
        "?suite=triage": [second.pk, first.pk],
        "?suite=other": [],
    }


@pytest.mark.parametrize("number", [1, 3])
def test_a_list_of_runs_takes_the_same_queries_however_long(person, number, django_assert_num_queries):
    version = make_version(1)
    for _ in range(number):
        make_run(version=version)
    client = person("view_run")

    with django_assert_num_queries(7):  # four to sign in, what is hidden from her, the runs, their progress
        answer = client.get(RUNS)

    assert len(answer.json()["results"]) == number


def test_cancel_ends_a_run_once(call):
    run = make_run(1)
    client = call("evaluate")

    first = client.post(f"{RUNS}{run.pk}/cancel/")
    second = client.post(f"{RUNS}{run.pk}/cancel/")

    assert (first.status_code, first.json()["state"]) == (200, "cancelled")
    assert (second.status_code, second.json()["code"]) == (409, "run_ended")
    run.refresh_from_db()
    assert run.state == RunState.CANCELLED


def test_a_person_who_starts_a_run_is_named_in_it(person):
    version = make_version(1)
    make_deployment("tiny")
    make_prompt(version.suite)

    person("add_run").post(
        RUNS, {"suite": "triage", "targets": [{"deployment": "tiny", "prompt": "plain"}]}, format="json"
    )

    assert Run.objects.get().created_by.username == "person-add_run"
