"""A busy, failing or forbidden host: tried again with patience, then a result that says whose fault it was."""

from collections import Counter
from functools import partial

import pytest

from evaluations.actions import batches, execution, runs
from evaluations.actions.asking import Patience
from evaluations.actions.execution import execute
from evaluations.models import Result, Run
from evaluations.models.run import RunState
from tests.evaluations.builders import NOW, make_deployment, make_prompt, make_run, make_version
from tests.evaluations.model_host import ModelHost, Reply

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _quick(monkeypatch):
    """The same attempts with waits of milliseconds."""
    quick = Patience(attempts=4, first_wait_s=0.001, longest_wait_s=0.002, longest_retry_after_s=1.0)
    monkeypatch.setattr(execution, "Lane", partial(execution.Lane, patience=quick))
    monkeypatch.setattr(batches, "ROUND_WAITS", ())


def executed(run: Run) -> Run:
    assert execute(claim=batches.claim(run_id=run.pk, now=NOW), clock=lambda: NOW)
    run.refresh_from_db()
    return run


@pytest.mark.parametrize("status", [429, 500, 503, 529])
def test_a_passing_fault_is_tried_again_and_the_attempts_are_kept(model_host: ModelHost, status):
    model_host.reply = lambda question, before: Reply(status=status if before < 2 else 200)

    run = executed(make_run(2, base_url=model_host.base_url))

    assert list(Result.objects.values_list("outcome", "attempts", "passed")) == [("ok", 3, True)] * 2
    assert run.state == RunState.DONE


def test_a_host_that_keeps_failing_is_the_models_fault_and_stays_in_the_denominator(model_host: ModelHost):
    model_host.reply = lambda question, before: Reply(status=500)

    run = executed(make_run(1, base_url=model_host.base_url))

    result = Result.objects.get()
    assert (result.outcome, result.score, result.attempts) == ("error", 0.0, 4)
    assert result.detail == "HTTP 500. The host failed. The host says: no No answer to score: error."
    assert run.state == RunState.DONE


def test_a_limit_that_never_lifts_is_our_fault_and_has_no_score(model_host: ModelHost):
    model_host.reply = lambda question, before: Reply(status=429 if question.endswith("1") else 200)

    run = executed(make_run(2, base_url=model_host.base_url))

    rows = Result.objects.order_by("case__key").values_list("outcome", "score", "attempts")
    assert list(rows) == [("infra_error", None, 4), ("ok", 1.0, 1)]
    assert list(Result.objects.values_list("latency_s", flat=True).filter(outcome="infra_error")) == [None]
    assert run.state == RunState.DONE


def test_a_wait_longer_than_we_grant_is_not_waited_for(model_host: ModelHost):
    model_host.reply = lambda question, before: Reply(status=429, headers={"Retry-After": "3600"})

    run = executed(make_run(1, base_url=model_host.base_url))

    result = Result.objects.get()
    assert (result.outcome, result.attempts) == ("infra_error", 1)
    assert result.detail.endswith("The host asks to wait 3600 s.")
    assert run.state == RunState.FAILED


def test_a_wrong_key_is_not_tried_again(model_host: ModelHost):
    model_host.reply = lambda question, before: Reply(status=401)

    run = executed(make_run(1, base_url=model_host.base_url))

    assert model_host.asked == {"Question 001": 1}
    assert run.failure == (
        "No model was reached. HTTP 401. The host did not accept the credential. "
        "Check the variable that holds it. The host says: no"
    )


def test_a_host_that_is_down_costs_full_patience_only_for_the_first_questions(model_host: ModelHost):
    model_host.reply = lambda question, before: Reply(status=429)

    executed(make_run(12, base_url=model_host.base_url, concurrency=1))

    assert list(Result.objects.order_by("id").values_list("attempts", flat=True)) == [4] * 5 + [1] * 7


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"base_url": "http://elsewhere.example/v1"}, "elsewhere.example is not among the allowed hosts."),
        ({"base_url": "http://169.254.169.254/v1"}, "169.254.169.254 is a metadata or link-local address."),
        ({"base_url": ""}, "This instance runs no local model. Set PILOTAGE_LOCAL_MODEL_URL, or give"),
        (
            {"base_url": "http://127.0.0.1:9/v1", "credential": "NOT_SET_ANYWHERE"},
            "No secret found: set NOT_SET",
        ),
    ],
)
def test_a_closed_endpoint_is_said_once_for_every_case_and_fails_the_run(
    model_host: ModelHost, fields, words
):
    run = executed(make_run(2, **fields))

    assert list(Result.objects.values_list("outcome", "attempts")) == [("infra_error", 0)] * 2
    assert run.state == RunState.FAILED
    assert run.failure.startswith(f"No model was reached. {words}")


def test_one_closed_endpoint_does_not_stop_the_other_target(model_host: ModelHost):
    version = make_version(2)
    prompt = make_prompt(version.suite)
    run = runs.plan(
        suite_version=version,
        targets=[
            runs.TargetSpec("open", make_deployment(base_url=model_host.base_url), prompt),
            runs.TargetSpec("closed", make_deployment(), prompt),
        ],
        repeats=1,
        now=NOW,
    )

    executed(run)

    assert Counter(Result.objects.values_list("target__key", "outcome")) == {
        ("open", "ok"): 2,
        ("closed", "infra_error"): 2,
    }
    assert run.state == RunState.DONE


def test_an_empty_base_url_means_the_local_model_of_this_instance(model_host: ModelHost, settings):
    settings.EVALUATIONS_ALLOWED_HOSTS = []
    settings.PILOTAGE_LOCAL_MODEL_URL = model_host.base_url

    run = executed(make_run(1, base_url=""))

    assert run.state == RunState.DONE
    assert model_host.asked == {"Question 001": 1}
