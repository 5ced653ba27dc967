"""The whole way with a real model: a suite, two prompts, the task that workers run, results that can be read."""

from io import BytesIO
from pathlib import Path

import pytest

from evaluations import tasks
from evaluations.actions import runs, suites
from evaluations.actions.runs import TargetSpec
from evaluations.models import Result
from evaluations.models.run import RunState
from evaluations.providers.protocol import label_schema
from evaluations.queries.runs import comparison
from tests.evaluations.builders import NOW, make_deployment, make_prompt, make_suite

LABELS = ("billing", "login", "bug")
TICKETS = b"""\
{"id": "1", "input": "My card was charged twice. Please refund one of the two payments.", "expected": "billing"}
{"id": "2", "input": "I forgot my password and cannot sign in.", "expected": "login"}
{"id": "3", "input": "The app crashes as soon as I open the schedule.", "expected": "bug"}
"""


@pytest.mark.django_db
def test_tickets_are_put_to_the_local_model_and_its_labels_are_judged(settings, local_model_url: str):
    settings.PILOTAGE_LOCAL_MODEL_URL = local_model_url
    suite = make_suite(scorer_options={"labels": list(LABELS)})
    version = suites.import_file(suite=suite, stream=BytesIO(TICKETS), by=None, now=NOW).version
    deployment = make_deployment(served_model="smollm2-135m-instruct", concurrency=2, seed=1)
    content = {"output_schema": label_schema(LABELS), "max_tokens": 40}
    shown = [{"input": "I was billed for a plan I never ordered.", "answer": '{"label": "billing"}'}]
    run = runs.plan(
        suite_version=version,
        targets=[
            TargetSpec("zero-shot", deployment, make_prompt(suite, "plain", **content)),
            TargetSpec("few-shot", deployment, make_prompt(suite, "shown", **content, examples=shown)),
        ],
        repeats=1,
        now=NOW,
    )

    tasks.execute_run(run_id=run.pk)

    run.refresh_from_db()
    assert (run.state, run.failure) == (RunState.DONE, "")
    answers = Result.objects.values_list("outcome", "answer", "attempts")
    assert {outcome for outcome, _, _ in answers} == {"ok"}
    assert {answer.replace(" ", "").replace("\n", "") for _, answer, _ in answers} <= {
        f'{{"label":"{label}"}}' for label in LABELS
    }
    zero, few = comparison(run)
    assert (zero.n, few.n) == (3, 3)
    assert few.input_tokens > zero.input_tokens > 0
    assert min(zero.output_tokens, few.output_tokens) > 0
    assert 0 < zero.latency_p50_s <= zero.latency_p95_s < 60
    assert set(Result.objects.values_list("model_returned", flat=True)) == {"smollm2-135m-instruct"}


def test_the_demos_tickets_can_be_read():
    from evaluations.formats import cases

    file = Path(__file__).resolve().parents[3] / "evaluations" / "fixtures" / "demo_ticket_triage.jsonl"

    with file.open("rb") as stream:
        keys = [draft.key for _, draft in cases.read(stream, provenance="demo").rows]

    assert len(keys) == len(set(keys)) == 60
