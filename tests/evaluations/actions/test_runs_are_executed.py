"""A claimed run asks every cell once, scores it, and is announced when all of them have a result."""

import time
from collections import Counter
from datetime import timedelta
from itertools import accumulate

import pytest

from evaluations.actions import batches, execution, ledger, runs
from evaluations.actions.execution import execute
from evaluations.actions.runs import TargetSpec
from evaluations.models import Result
from evaluations.models.run import RunState
from tests.evaluations.builders import NOW, make_deployment, make_prompt, make_run, make_version
from tests.evaluations.model_host import ModelHost, Reply

pytestmark = pytest.mark.django_db


def finished(run, **options):
    claim = batches.claim(run_id=run.pk, now=NOW)
    assert execute(claim=claim, clock=lambda: NOW, **options)
    run.refresh_from_db()
    return run


def test_every_case_gets_one_scored_result(model_host: ModelHost):
    model_host.reply = lambda question, before: Reply("login" if question == "Question 002" else "billing")
    run = make_run(3, base_url=model_host.base_url, served_model="tiny")

    finished(run)

    rows = Result.objects.order_by("case__key").values_list(
        "case__key", "outcome", "passed", "score", "answer", "attempts", "model_returned", "output_tokens"
    )
    assert list(rows) == [
        ("ticket-001", "ok", True, 1.0, "billing", 1, "tiny-2026-01-01", 2),
        ("ticket-002", "ok", False, 0.0, "login", 1, "tiny-2026-01-01", 2),
        ("ticket-003", "ok", True, 1.0, "billing", 1, "tiny-2026-01-01", 2),
    ]
    assert (run.state, run.started_at, run.finished_at, run.failure) == (RunState.DONE, NOW, NOW, "")


def test_targets_and_repeats_are_all_asked_on_one_lane_within_its_concurrency(model_host: ModelHost):
    model_host.delay_s = 0.02
    version = make_version(4)
    deployment = make_deployment(base_url=model_host.base_url, concurrency=2)
    run = runs.plan(
        suite_version=version,
        targets=[
            TargetSpec("primary", deployment, make_prompt(version.suite)),
            TargetSpec(
                "challenger", deployment, make_prompt(version.suite, "terse", user="Label: {{ input }}")
            ),
        ],
        repeats=2,
        now=NOW,
    )

    finished(run)

    assert Counter(Result.objects.values_list("target__key", "repeat")) == {
        ("primary", 0): 4,
        ("primary", 1): 4,
        ("challenger", 0): 4,
        ("challenger", 1): 4,
    }
    assert model_host.most_open == 2
    assert run.planned_results == 16


def test_the_prompt_reaches_the_model_with_examples_schema_and_settings(model_host: ModelHost):
    version = make_version(1)
    schema = {"type": "object", "properties": {"label": {"type": "string"}}}
    prompt = make_prompt(
        version.suite,
        user="Ticket: {{ input }}",
        examples=[{"input": "Refund me", "answer": "billing"}],
        output_schema=schema,
    )
    deployment = make_deployment(base_url=model_host.base_url, served_model="tiny", temperature=0.5, seed=7)
    run = runs.plan(suite_version=version, targets=[TargetSpec("a", deployment, prompt)], repeats=2, now=NOW)

    finished(run)

    first, second = sorted(model_host.bodies, key=lambda body: body["seed"])
    assert first == {
        "model": "tiny",
        "messages": [
            {"role": "system", "content": "Answer with one label."},
            {"role": "user", "content": "Ticket: Refund me"},
            {"role": "assistant", "content": "billing"},
            {"role": "user", "content": "Ticket: Question 001"},
        ],
        "max_tokens": 16,
        "temperature": 0.5,
        "seed": 7,
        "response_format": {
            "type": "json_schema",
            "json_schema": {"name": "answer", "strict": True, "schema": schema},
        },
    }
    assert second["seed"] == 8


def test_what_has_a_result_already_is_not_asked_again(model_host: ModelHost):
    run = make_run(3, base_url=model_host.base_url)
    target, case = run.targets.get(), run.suite_version.cases.get(key="ticket-002")
    Result.objects.create(target=target, case=case, outcome="ok", score=0.0, answer="kept", asked_at=NOW)

    finished(run)

    assert model_host.asked == {"Question 001": 1, "Question 003": 1}
    assert Result.objects.get(case=case).answer == "kept"
    assert Result.objects.count() == 3


def test_a_run_of_several_batches_is_done_with_the_last_of_them(model_host: ModelHost, monkeypatch):
    monkeypatch.setattr(runs, "BATCH_CELLS", 12)
    monkeypatch.setattr(ledger, "STORE_BATCH", 5)
    monkeypatch.setattr(execution, "SHIFT_S", 0)
    run = make_run(30, base_url=model_host.base_url)
    states = []

    for _ in range(4):
        execution.work_on(run_id=run.pk, clock=lambda: NOW)
        run.refresh_from_db()
        states.append((run.state, Result.objects.count()))

    assert states == [("running", 12), ("running", 24), ("done", 30), ("done", 30)]
    assert Counter(model_host.asked.values()) == {1: 30}
    assert Result.objects.count() == 30


def test_the_finished_run_is_announced_by_name_after_commit(
    model_host: ModelHost, django_capture_on_commit_callbacks, monkeypatch, settings
):
    sent: list[tuple[str, dict[str, int]]] = []
    monkeypatch.setattr(
        batches.current_app, "send_task", lambda name, kwargs, **_: sent.append((name, kwargs))
    )
    run = make_run(1, base_url=model_host.base_url)

    with django_capture_on_commit_callbacks() as callbacks:
        finished(run)
        before_commit = list(sent)
    for callback in callbacks:
        callback()

    assert before_commit == []
    assert sent == [(settings.EVALUATIONS_RUN_FINISHED_TASK, {"run_id": run.pk})]


def test_a_failed_run_is_announced_too_and_a_cancelled_one_is_not(
    django_capture_on_commit_callbacks, monkeypatch, settings
):
    sent: list[tuple[str, int]] = []
    monkeypatch.setattr(
        batches.current_app, "send_task", lambda name, kwargs, **_: sent.append((name, kwargs["run_id"]))
    )
    version = make_version(1)
    failed, cancelled = make_run(version=version), make_run(version=version)

    with django_capture_on_commit_callbacks(execute=True):
        finished(failed)
        runs.cancel(run=cancelled, by=None, now=NOW)

    assert failed.state == RunState.FAILED
    assert sent == [(settings.EVALUATIONS_RUN_FINISHED_TASK, failed.pk)]


def test_a_worker_whose_claim_was_taken_stores_nothing_more(model_host: ModelHost):
    run = make_run(3, base_url=model_host.base_url)
    lost = batches.claim(run_id=run.pk, now=NOW)
    batches.release_stalled(now=NOW + timedelta(minutes=2))
    model_host.reply = lambda question, before: Reply("from the dead")

    held = execute(claim=lost, clock=lambda: NOW)

    assert held is False
    assert Result.objects.count() == 0
    run.refresh_from_db()
    assert (run.state, run.batches.get().state) == (RunState.RUNNING, "waiting")


def test_a_cancelled_run_stops_being_asked(model_host: ModelHost, monkeypatch):
    monkeypatch.setattr(ledger, "STORE_BATCH", 1)
    run = make_run(50, base_url=model_host.base_url, concurrency=1)
    claim = batches.claim(run_id=run.pk, now=NOW)
    runs.cancel(run=run, by=None, now=NOW)

    held = execute(claim=claim, clock=lambda: NOW)

    assert held is False
    assert sum(model_host.asked.values()) < 50
    run.refresh_from_db()
    assert (run.state, run.failure) == (RunState.CANCELLED, "Cancelled by a script.")


def test_text_that_the_database_cannot_hold_is_stored_without_it(model_host: ModelHost):
    model_host.reply = lambda question, before: Reply("bill\x00ing \ud800")
    run = make_run(1, base_url=model_host.base_url)

    finished(run)

    assert Result.objects.get().answer == "bill\ufffding ?"


def test_an_unexpected_fault_leaves_its_words_and_the_run_to_the_sweep(model_host: ModelHost, monkeypatch):
    run = make_run(1, base_url=model_host.base_url)

    def broken(**_: object) -> None:
        raise ZeroDivisionError("a fault of ours")

    monkeypatch.setattr(ledger.results, "store", broken)
    with pytest.raises(ExceptionGroup):
        execution.work_on(run_id=run.pk, clock=lambda: NOW)

    batch = run.batches.get()
    assert (batch.state, batch.trouble) == ("working", "ZeroDivisionError: a fault of ours")


def test_a_worker_stays_with_a_run_over_several_batches_on_the_same_connections(
    model_host: ModelHost, monkeypatch
):
    monkeypatch.setattr(runs, "BATCH_CELLS", 6)
    version = make_version(20)
    targets = [
        TargetSpec(
            key, make_deployment(base_url=model_host.base_url, concurrency=2), make_prompt(version.suite, key)
        )
        for key in ("primary", "challenger")
    ]
    run = runs.plan(suite_version=version, targets=targets, repeats=1, now=NOW)

    execution.work_on(run_id=run.pk, clock=lambda: NOW)

    run.refresh_from_db()
    assert (run.state, run.batches.count()) == (RunState.DONE, 7)
    assert set(run.batches.values_list("state", "claim")) == {("done", None)}
    assert Counter(model_host.asked.values()) == {2: 20}
    assert Result.objects.count() == 40
    assert len(model_host.ports) <= 4


def test_a_fast_candidate_does_not_run_away_from_a_slow_one(model_host: ModelHost, monkeypatch):
    monkeypatch.setattr(runs, "BATCH_CELLS", 4)

    def reply(question: str, before: int) -> Reply:
        time.sleep(0.01 if question.startswith("slow") else 0)
        return Reply()

    model_host.reply = reply
    version = make_version(20)
    targets = [
        TargetSpec(
            name,
            make_deployment(base_url=model_host.base_url, served_model=name, concurrency=1),
            make_prompt(version.suite, name, user=name + " {{ input }}"),
        )
        for name in ("fast", "slow")
    ]
    run = runs.plan(suite_version=version, targets=targets, repeats=1, now=NOW)

    finished(run)

    ahead = accumulate(1 if body["model"] == "fast" else -1 for body in model_host.bodies)
    assert run.state == RunState.DONE
    assert 0 < max(ahead) <= 4  # the cases of two batches


def test_a_worker_hands_back_what_it_cannot_finish_in_its_time(model_host: ModelHost, monkeypatch):
    monkeypatch.setattr(execution, "LONGEST_SHIFT_S", 0.1)
    model_host.delay_s = 0.05
    run = make_run(12, base_url=model_host.base_url, concurrency=1)

    execution.work_on(run_id=run.pk, clock=lambda: NOW)

    batch, first = run.batches.get(), Result.objects.count()
    assert (batch.state, batch.claim, batch.stalls, batch.offered_at) == ("waiting", None, 0, NOW)
    assert 0 < first < 12
    assert batch.calibrations.count() == 1
    while run.batches.get().state == "waiting":
        execution.work_on(run_id=run.pk, clock=lambda: NOW)
    run.refresh_from_db()
    assert (run.state, Result.objects.count(), set(model_host.asked.values())) == (RunState.DONE, 12, {1})


def test_a_batch_with_faults_of_ours_is_worked_on_to_its_end(model_host: ModelHost, monkeypatch):
    monkeypatch.setattr(execution._Shift, "_lasted", lambda shift, seconds: len(model_host.asked) > 4)
    model_host.reply = lambda question, before: Reply(status=401)
    run = make_run(12, base_url=model_host.base_url, concurrency=1)

    finished(run)

    assert (run.state, set(model_host.asked.values())) == (RunState.FAILED, {1})
