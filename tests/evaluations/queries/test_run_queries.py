"""The figures of a run, against values counted by hand."""

import pytest

from evaluations.actions import runs
from evaluations.actions.runs import TargetSpec
from evaluations.models import Result, Run
from evaluations.queries.runs import Progress, comparison, progress, progress_of
from evaluations.queries.suites import prompt_named, version_named
from tests.evaluations.builders import NOW, make_deployment, make_prompt, make_run, make_suite, make_version

pytestmark = pytest.mark.django_db


def add(run: Run, key: str, outcome: str = "ok", *, passed: bool = False, target: str = "primary", **fields):
    return Result.objects.create(
        target=run.targets.get(key=target),
        case=run.suite_version.cases.get(key=key),
        outcome=outcome,
        score=None if outcome == "infra_error" else float(passed),
        passed=passed,
        asked_at=NOW,
        **fields,
    )


def test_progress_counts_by_outcome():
    run = make_run(4)
    add(run, "ticket-001", passed=True)
    add(run, "ticket-002")
    add(run, "ticket-003", "timeout")

    assert progress(run) == Progress(planned=4, done=3, by_outcome={"ok": 2, "timeout": 1})
    assert progress(run).share == 0.75


@pytest.mark.parametrize("number", [1, 3])
def test_progress_of_many_runs_takes_one_query(number, django_assert_num_queries):
    version = make_version(2)
    made = [make_run(version=version) for _ in range(number)]
    add(made[0], "ticket-001")

    with django_assert_num_queries(1):
        found = progress_of(made)

    assert [found[run.pk].done for run in made] == [1, 0, 0][:number]


def test_comparison_counts_failures_of_the_model_and_leaves_out_our_own():
    run = make_run(5)
    add(run, "ticket-001", passed=True, latency_s=1.0, input_tokens=10, output_tokens=1)
    add(run, "ticket-002", passed=False, latency_s=2.0, input_tokens=20, output_tokens=3, attempts=2)
    add(run, "ticket-003", "timeout", latency_s=60.0)
    add(run, "ticket-004", "infra_error", latency_s=999.0)

    (found,) = comparison(run)

    assert (found.n, found.passed, found.share) == (3, 1, pytest.approx(1 / 3))
    assert found.outcomes == {"ok": 2, "timeout": 1, "infra_error": 1}
    # numpy.percentile([1, 2, 60], [50, 95]) = 2.0, 54.2
    assert (found.latency_p50_s, found.latency_p95_s) == (2.0, pytest.approx(54.2))
    assert (found.input_tokens, found.output_tokens, found.retried) == (30, 4, 1)


def test_comparison_keeps_targets_apart_and_names_those_without_results(django_assert_num_queries):
    version = make_version(2)
    prompt = make_prompt(version.suite)
    run = runs.plan(
        suite_version=version,
        targets=[
            TargetSpec("primary", make_deployment(), prompt),
            TargetSpec("b", make_deployment(), prompt),
        ],
        repeats=1,
        now=NOW,
    )
    add(run, "ticket-001", passed=True)

    with django_assert_num_queries(6):
        first, second = comparison(run)

    assert (first.target.key, first.n, first.share) == ("primary", 1, 1.0)
    assert (second.target.key, second.n, second.passed, second.share, second.latency_p50_s) == (
        "b",
        0,
        0,
        None,
        None,
    )


def test_versions_and_prompts_are_found_by_the_names_people_use():
    suite = make_suite()
    first, second = make_version(2, suite=suite), make_version(3, suite=suite)
    old, new = make_prompt(suite), make_prompt(suite, system="Be brief.")

    assert [version_named(suite, number) for number in (None, 1, 2, 3)] == [second, first, second, None]
    assert [prompt_named(suite, name) for name in ("plain", "plain@1", "plain@2", "plain@x", "other")] == [
        new,
        old,
        new,
        None,
        None,
    ]
