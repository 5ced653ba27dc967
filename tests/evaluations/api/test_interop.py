"""Other tools' results in, ours out."""

import csv
import hashlib
import io
import json

import pytest

from evaluations.models import ImportedRun, Result, Run, SuiteVersion
from tests.evaluations.builders import NOW, make_deployment, make_run, make_suite
from tests.evaluations.formats import logs
from tests.evaluations.formats.logs import sample

pytestmark = pytest.mark.django_db
SAMPLES = [
    sample("a", 1, "C"),
    sample("a", 2, "C"),
    sample("b", 1, "C"),
    sample("b", 2, "I"),
    sample("c", 1, None),
    sample("c", 2, None),
]
INSPECT = "/api/v1/runs/import/?suite=foreign&deployment=tiny"


def send(client, address: str, data: bytes):
    return client.post(address, data, content_type="application/octet-stream")


@pytest.fixture
def _catalogue():
    make_suite("foreign", scorer="exact", scorer_options={})
    make_deployment("tiny")


@pytest.mark.usefixtures("_catalogue")
def test_an_inspect_log_becomes_a_run_counted_by_our_rules(call):
    data = logs.as_eval(logs.inspect_log(SAMPLES, epochs=2))

    answer = send(call("evaluate", "read"), INSPECT, data)

    assert answer.status_code == 201, answer.json()
    assert answer.json()["counts"] == [
        "Inspect reports includes/accuracy 0.75 of 4 samples.",
        "By our rules 50.0% of 3 cases (2.0% to 98.0%) pass; 2 samples that failed are counted as wrong. "
        "With 0 missing ones as wrong, too: 50.0% of 3 cases (2.0% to 98.0%).",
    ]
    shown = call("read").get(f"/api/v1/runs/{answer.json()['run']}/").json()
    (target,) = shown["targets"]
    assert (shown["state"], target["n"], target["passed"]) == ("done", 6, 3)
    assert target["quality"]["errors_excluded"]["share"] == 0.75


@pytest.mark.usefixtures("_catalogue")
def test_the_same_file_is_taken_once(call):
    data = logs.as_json(logs.inspect_log(SAMPLES, epochs=2))
    send(call("evaluate"), INSPECT, data)

    again = send(call("evaluate"), INSPECT, data)

    assert (again.status_code, again.json()["code"]) == (422, "import_refused")
    assert (Run.objects.count(), ImportedRun.objects.count(), Result.objects.count()) == (1, 1, 6)


@pytest.mark.usefixtures("_catalogue")
def test_a_log_with_missing_samples_is_a_failed_run_that_says_so(call):
    log = logs.inspect_log(SAMPLES[:1], status="cancelled")
    log["eval"]["dataset"] |= {"samples": 4, "sample_ids": ["a", "b", "c", "d"]}

    run = Run.objects.get(pk=send(call("evaluate"), INSPECT, logs.as_json(log)).json()["run"])

    assert (run.state, run.failure) == ("failed", "3 of 4 results are missing in the file.")


@pytest.mark.usefixtures("_catalogue")
def test_lm_eval_samples_become_a_run(call):
    data = logs.lm_eval_zip(logs.lm_eval_samples(1.0, 0.0, None, 1.0), effective=4, original=4)

    answer = send(call("evaluate"), f"{INSPECT}&name=results.zip", data).json()

    assert answer["counts"][0] == "lm-eval reports exact_match,none 0.5 of 4 samples."
    assert "1 samples that failed are counted as wrong" in answer["counts"][1]


@pytest.mark.usefixtures("_catalogue")
def test_what_cannot_be_read_stores_nothing(call):
    log = logs.inspect_log(SAMPLES, epochs=2)
    log["samples"][-1] |= {"input": "another question"}

    answer = send(call("evaluate"), INSPECT, logs.as_json(log))

    assert answer.json()["detail"].startswith(
        "Nothing was imported. Two samples with the id 'c' ask different"
    )
    assert Run.objects.count() == SuiteVersion.objects.count() == 0


@pytest.mark.usefixtures("_catalogue")
def test_an_import_names_suite_and_deployment(call):
    client = call("evaluate")

    answers = [
        send(client, "/api/v1/runs/import/?suite=foreign", b"{}").status_code,
        send(client, "/api/v1/runs/import/?suite=nothing&deployment=tiny", b"{}").status_code,
        send(call("read"), INSPECT, b"{}").status_code,
    ]

    assert answers == [400, 404, 403]


def test_results_go_out_as_files_without_formulas(call):
    run = make_run(2)
    case = run.suite_version.cases.order_by("key").first()
    Result.objects.create(
        target=run.targets.get(),
        case=case,
        outcome="ok",
        answer="=cmd()",
        score=1.0,
        passed=True,
        asked_at=NOW,
    )
    client = call("read")

    lines = b"".join(client.get(f"/api/v1/runs/{run.pk}/results.jsonl").streaming_content)
    table = client.get(f"/api/v1/runs/{run.pk}/results.csv")

    (row,) = csv.DictReader(io.StringIO(b"".join(table.streaming_content).decode()))
    assert json.loads(lines)["answer"] == "=cmd()"
    assert (row["answer"], row["case"], row["passed"], row["latency_s"]) == (
        "'=cmd()",
        "ticket-001",
        "true",
        "",
    )
    assert table.headers["Content-Disposition"] == f'attachment; filename="run-{run.pk}.csv"'


def test_one_item_is_exported_with_all_that_led_to_it_and_a_hash_that_verifies(call):
    run = make_run(2)
    target = run.targets.get()
    for case in run.suite_version.cases.all():
        Result.objects.create(
            target=target, case=case, outcome="ok", answer="Rückgabe", score=1.0, passed=True, asked_at=NOW
        )

    answer = call("read").get(f"/api/v1/runs/{run.pk}/results.jsonl?unit_id=ticket-002")

    (row,) = map(json.loads, b"".join(answer.streaming_content).splitlines())
    claimed = row.pop("row_sha256")
    spelled = json.dumps(row, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    assert hashlib.sha256(spelled.encode()).hexdigest() == claimed
    assert (row["unit_id"], row["input"], row["answer"]) == ("ticket-002", "Question 002", "Rückgabe")
    assert (row["prompt"], row["prompt_version"], row["prompt_hash"], row["model_asked"]) == (
        "plain",
        1,
        target.prompt.content_hash,
        "tiny",
    )


def test_situations_that_are_not_tested_are_told(call):
    make_suite()

    rows = call("read").get("/api/v1/suites/triage/coverage/").json()

    assert rows[1] == {
        "name": "partial-data",
        "label": "Partial data",
        "cases": 0,
        "must_abstain": 0,
        "tested": False,
    }
