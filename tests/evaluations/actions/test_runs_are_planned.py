"""A plan is frozen: what it covers has a fingerprint, and what cannot work is refused before anything is asked."""

import pytest
from celery import current_app

from evaluations.actions import runs
from evaluations.actions.runs import RunRefused, TargetSpec
from evaluations.models import Case, Run
from evaluations.models.run import RunState
from tests.evaluations.builders import NOW, make_deployment, make_prompt, make_run, make_suite, make_version

pytestmark = pytest.mark.django_db


@pytest.fixture
def sent(monkeypatch) -> list[tuple[str, dict[str, object]]]:
    """Tasks sent to the broker, in order."""
    messages: list[tuple[str, dict[str, object]]] = []
    monkeypatch.setattr(current_app, "send_task", lambda name, **options: messages.append((name, options)))
    return messages


def plan(version, *targets: TargetSpec, repeats: int = 1) -> Run:
    return runs.plan(suite_version=version, targets=targets, repeats=repeats, now=NOW)


def target(version, key="primary", deployment=None, **content) -> TargetSpec:
    return TargetSpec(key, deployment or make_deployment(), make_prompt(version.suite, key, **content))


def test_a_plan_is_offered_to_the_workers_after_commit(sent, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        run = make_run(3, repeats=2)
        before_commit = list(sent)

    assert before_commit == []
    assert sent == [("evaluations.execute_run", {"kwargs": {"run_id": run.pk}, "expires": 300.0})]
    assert (run.state, run.planned_results) == (RunState.QUEUED, 6)
    assert list(run.batches.values_list("number", "state", "offered_at")) == [(1, "waiting", NOW)]


def test_a_broker_that_is_down_does_not_lose_the_plan(
    monkeypatch, django_capture_on_commit_callbacks, caplog
):
    def down(*_: object, **__: object) -> None:
        raise ConnectionError("no broker")

    monkeypatch.setattr(current_app, "send_task", down)

    with django_capture_on_commit_callbacks(execute=True):
        run = make_run(1)

    assert Run.objects.get().pk == run.pk
    assert "no broker" in caplog.text


def test_the_same_plan_has_the_same_fingerprint():
    version, deployment = make_version(), make_deployment()

    first = plan(version, target(version, deployment=deployment)).targets.get()
    second = plan(version, target(version, deployment=deployment)).targets.get()

    assert first.fingerprint == second.fingerprint
    assert len(first.fingerprint) == 64


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("served_model", "tiny-2"),
        ("protocol", "null"),
        ("base_url", "http://gpu-2:8000/v1"),
        ("temperature", 0.7),
        ("seed", 3),
        ("timeout_s", 5),
    ],
)
def test_what_shapes_an_answer_changes_the_fingerprint(field, value):
    version, deployment = make_version(), make_deployment(base_url="http://gpu-1:8000/v1")
    before = plan(version, target(version, deployment=deployment)).targets.get()
    setattr(deployment, field, value)
    deployment.save()

    after = plan(version, target(version, deployment=deployment)).targets.get()

    assert after.fingerprint != before.fingerprint
    assert {key for key in after.plan if after.plan[key] != before.plan[key]} == {
        "model" if field == "served_model" else field
    }


def test_prompt_scorer_and_cases_change_the_fingerprint():
    version, deployment = make_version(3), make_deployment()
    plain = plan(version, target(version, deployment=deployment)).targets.get()

    other_prompt = plan(version, target(version, deployment=deployment, system="Be brief.")).targets.get()
    other_cases_version = make_version(4, suite=version.suite)
    other_cases = plan(other_cases_version, target(version, deployment=deployment)).targets.get()
    version.suite.scorer, version.suite.scorer_options = "exact", {}
    version.suite.save()
    other_scorer = plan(version, target(version, deployment=deployment)).targets.get()

    assert len({one.fingerprint for one in (plain, other_prompt, other_cases, other_scorer)}) == 4


def test_concurrency_and_credential_are_ours_and_change_no_fingerprint():
    version, deployment = make_version(), make_deployment()
    before = plan(version, target(version, deployment=deployment)).targets.get()
    deployment.concurrency, deployment.credential = 9, "ACME_KEY"
    deployment.save()

    after = plan(version, target(version, deployment=deployment)).targets.get()

    assert after.fingerprint == before.fingerprint


def test_plan_refuses_a_run_without_targets():
    with pytest.raises(RunRefused, match=r"Name at least one target: a deployment and a prompt\."):
        plan(make_version())


def test_plan_refuses_two_targets_of_one_name():
    version = make_version()

    with pytest.raises(RunRefused, match=r"Two targets are called 'a'\. Give each its own key\."):
        plan(version, target(version, "a"), target(version, "a"))


@pytest.mark.parametrize("repeats", [0, 101])
def test_plan_refuses_senseless_repeats(repeats):
    version = make_version()

    with pytest.raises(RunRefused, match=r"Repeat each case between 1 and 100 times\."):
        plan(version, target(version), repeats=repeats)


def test_plan_refuses_the_prompt_of_another_suite():
    version, other = make_version(), make_suite("other")

    with pytest.raises(RunRefused, match=r"The prompt other/plain v1 belongs to another suite\."):
        plan(version, TargetSpec("a", make_deployment(), make_prompt(other)))


def test_plan_refuses_cases_that_the_scorer_cannot_judge():
    version = make_version()
    Case.objects.filter(key="ticket-002").update(expected="unheard of")

    with pytest.raises(
        RunRefused, match=r"Case 'ticket-002' cannot be scored: The expected label 'unheard of'"
    ):
        plan(version, target(version))

    assert Run.objects.count() == 0
