"""A run's page: how far it is, what came of it, and a way to stop it."""

import pytest
from django.urls import reverse

from evaluations.actions import batches, runs
from evaluations.actions.execution import execute
from evaluations.models.run import RunState
from tests.evaluations.builders import NOW, make_deployment, make_run, make_version
from tests.evaluations.model_host import ModelHost, Reply

pytestmark = pytest.mark.django_db


def page(run, name: str = "change") -> str:
    return reverse(f"admin:evaluations_run_{name}", args=[run.pk])


def test_a_finished_run_compares_its_targets(owner, model_host: ModelHost):
    model_host.reply = lambda question, before: Reply("bug" if question.endswith("1") else "billing")
    run = make_run(3, base_url=model_host.base_url)
    execute(claim=batches.claim(run_id=run.pk, now=NOW), clock=lambda: NOW)

    answer = owner.get(page(run))

    (row,) = answer.context["table"]["rows"]
    assert row[0] == "primary"
    assert row[2:5] == ["plain v1", "2 of 3 (67%)", "3 answered"]
    (figures,) = answer.context["measured"]["rows"]
    assert figures[2].endswith(" ms")  # what our own harness added
    assert figures[4:] == ["90 / 6", "unpriced", "unpriced"]
    assert "1 of 1 batch done" in answer.text
    assert "3 of 3 results" in answer.text
    assert "hx-trigger" not in answer.text.partition('id="run-progress"')[2].partition(">")[0]


def test_a_run_at_work_shows_its_progress_and_looks_again(owner):
    run = make_run(3)

    answer = owner.get(page(run))

    assert "0 of 3 results" in answer.text
    assert 'hx-trigger="every 3s"' in answer.text.partition('id="run-progress"')[2].partition(">")[0]
    assert page(run, "cancel") in answer.text


def test_the_reason_of_a_failed_run_is_shown(owner):
    run = make_run(1)
    execute(claim=batches.claim(run_id=run.pk, now=NOW), clock=lambda: NOW)

    answer = owner.get(page(run))

    assert "No model was reached. This instance runs no local model." in answer.text
    assert page(run, "cancel") not in answer.text


def test_cancel_asks_first_and_then_cancels(owner):
    run = make_run(3)

    asked = owner.get(page(run, "cancel"))
    before = run.state
    done = owner.post(page(run, "cancel"))

    run.refresh_from_db()
    assert (asked.status_code, before) == (200, RunState.QUEUED)
    assert done.headers["Location"] == page(run)
    assert (run.state, run.failure) == (RunState.CANCELLED, "Cancelled by owner.")


def test_cancel_of_an_ended_run_says_so(owner):
    run = make_run(3)
    runs.cancel(run=run, by=None, now=NOW)

    answer = owner.post(page(run, "cancel"), follow=True)

    assert f"Run {run.pk} has ended already (cancelled)." in answer.text


def test_who_only_reads_cannot_cancel(viewer):
    run = make_run(3)

    answers = [viewer.get(page(run, "cancel")).status_code, viewer.post(page(run, "cancel")).status_code]

    run.refresh_from_db()
    assert answers == [403, 403]
    assert run.state == RunState.QUEUED


def test_the_run_leads_to_its_results(owner, model_host: ModelHost):
    version = make_version(1)
    run, other = (
        make_run(version=version, deployment=make_deployment(base_url=model_host.base_url)) for _ in range(2)
    )
    for one in (run, other):
        execute(claim=batches.claim(run_id=one.pk, now=NOW), clock=lambda: NOW)

    answer = owner.get(page(run, "results"), follow=True)

    assert answer.status_code == 200
    assert [result.target.run_id for result in answer.context["cl"].result_list] == [run.pk]
