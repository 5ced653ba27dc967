"""Three figures of quality: errors stay in the first, leave the second, and count worst in the third."""

import pytest

from evaluations.models import Result
from evaluations.queries.coverage import by_scenario, coverage
from evaluations.queries.quality import quality
from tests.evaluations.builders import NOW, make_run

pytestmark = pytest.mark.django_db


def fill(run, *outcomes: str, repeat: int = 0) -> None:
    """One result a case in order: "right", "wrong", or an outcome; "" leaves the cell empty."""
    target = run.targets.get()
    for case, said in zip(run.suite_version.cases.order_by("key"), outcomes, strict=True):
        outcome = "ok" if said in ("right", "wrong") else said
        if said:
            Result.objects.create(
                target=target,
                case=case,
                repeat=repeat,
                outcome=outcome,
                passed=said == "right",
                score=None if outcome == "infra_error" else float(said == "right"),
                asked_at=NOW,
            )


def test_errors_are_wrong_excluded_or_worst():
    run = make_run(6)
    fill(run, "right", "right", "wrong", "timeout", "infra_error", "")

    (found,) = quality(run).values()

    assert (found.errors_as_wrong.n, found.errors_as_wrong.share) == (4, 0.5)
    assert (found.errors_excluded.n, found.errors_excluded.share) == (3, pytest.approx(2 / 3))
    assert (found.worst_case.n, found.worst_case.share) == (6, pytest.approx(2 / 6))
    assert (found.failed, found.ours, found.missing) == (1, 1, 1)
    assert found.worst_case.low < 2 / 6 < found.worst_case.high
    assert found.violations is None


def test_a_case_counts_once_however_often_it_was_repeated():
    run = make_run(2, repeats=2)
    fill(run, "right", "right")
    fill(run, "right", "wrong", repeat=1)

    (found,) = quality(run).values()

    assert (found.errors_as_wrong.n, found.errors_as_wrong.share) == (2, 0.75)
    assert (found.worst_case.n, found.worst_case.share) == (2, 0.75)


def test_a_target_without_results_has_no_quality_and_the_worst_worst_case():
    run = make_run(3)

    (found,) = quality(run).values()

    assert (found.errors_as_wrong.share, found.worst_case.share, found.missing) == (None, 0.0, 3)


def test_a_situation_without_cases_is_not_tested():
    run = make_run(3)
    run.suite_version.cases.filter(key="ticket-001").update(scenario="Partial data", must_abstain=True)
    run.suite_version.cases.filter(key="ticket-002").update(
        scenario="night shift", tags=["slow_tools", "vip"]
    )
    fill(run, "right", "wrong", "right")

    grid = {row.name: (row.label, row.cases, row.tested) for row in coverage(run.suite_version)}
    went = {
        row.name: [(one.n, one.passed) for one in by_target.values()] for row, by_target in by_scenario(run)
    }

    assert grid == {
        "plain": ("Plain", 0, False),
        "partial-data": ("Partial data", 1, True),
        "slow-tools": ("Slow tools", 1, True),
        "outdated-documents": ("Outdated documents", 0, False),
        "ambiguous-user": ("Ambiguous user", 0, False),
        "changing-objectives": ("Changing objectives", 0, False),
        "night-shift": ("night-shift", 1, True),
        "": ("No situation named", 1, True),
    }
    assert went["partial-data"] == [(1, 1)]
    assert went["outdated-documents"] == []
