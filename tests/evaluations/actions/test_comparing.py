"""Two targets are compared on the same tasks and the same scoring; else it is refused, or waived with a reason."""

import pytest

from evaluations.actions.comparisons import NotComparable, compare
from evaluations.models import ComparisonWaiver, FineTune, Result, Run
from evaluations.queries.fine_tunes import regression
from evaluations.scoring import ours
from tests.evaluations.builders import NOW, make_deployment, make_run, make_suite, make_version
from tests.factories import make_owner, make_user

pytestmark = pytest.mark.django_db


def answered(run: Run, right: str, *, seconds: float = 0.5, cost: str | None = None):
    """The run's target with one result a case, `right` like "110": right, right, wrong; "e" is our own error."""
    target = run.targets.get()
    for case, mark in zip(run.suite_version.cases.order_by("key"), right, strict=True):
        ours = mark == "e"
        Result.objects.create(
            target=target,
            case=case,
            outcome="infra_error" if ours else "ok",
            score=None if ours else float(mark),
            passed=mark == "1",
            latency_s=None if ours else seconds,
            cost=cost,
            currency="EUR" if cost else "",
            asked_at=NOW,
        )
    Run.objects.filter(pk=run.pk).update(state="done", finished_at=NOW)
    return target


@pytest.fixture
def version():
    return make_version(40)


def test_the_gap_is_paired_by_case_and_shows_n(version):
    left = answered(make_run(version=version), "1" * 40, seconds=1.0, cost="0.02")
    right = answered(make_run(version=version), "1" * 29 + "0" * 10 + "e", seconds=3.0, cost="0.01")

    found, waiver = compare(left=left, right=right, by=None, now=NOW)

    assert waiver is None
    assert (found.n, found.unpaired) == (39, 1)
    assert found.quality.estimate == pytest.approx(-10 / 39)
    assert found.quality.is_proven
    assert found.latency.estimate == pytest.approx(2.0)
    assert (found.cost.estimate, found.currency) == (pytest.approx(-0.01), "EUR")


def test_an_unpriced_call_is_never_zero(version):
    left = answered(make_run(version=version), "1" * 40, cost="0.02")
    right = answered(make_run(version=version), "1" * 40)

    found, _ = compare(left=left, right=right, by=None, now=NOW)

    assert (found.cost, found.currency) == (None, "")


def test_identical_pairs_narrow_and_prove_nothing(version):
    left, right = (answered(make_run(version=version), "10" * 20) for _ in range(2))

    found, _ = compare(left=left, right=right, by=None, now=NOW)

    assert found.quality.estimate == 0
    assert found.quality.interval.width < 0.5
    assert not found.quality.is_proven


def test_another_version_of_the_tasks_is_refused(version):
    left = answered(make_run(version=version), "1" * 40)
    right = answered(make_run(version=make_version(39, suite=version.suite)), "1" * 39)

    with pytest.raises(NotComparable, match="They were asked different tasks"):
        compare(left=left, right=right, by=make_owner(), now=NOW)


def test_other_options_of_the_scorer_are_refused(version):
    left = answered(make_run(version=version), "1" * 40)
    version.suite.scorer_options = {"labels": ["billing", "login"]}
    version.suite.save()
    right = answered(make_run(version=version), "1" * 40)

    with pytest.raises(NotComparable, match="Their scorer had different options"):
        compare(left=left, right=right, by=None, now=NOW)


def test_another_version_of_the_scorer_is_refused_and_that_of_another_scorer_is_not(version, monkeypatch):
    left = answered(make_run(version=version), "1" * 40)
    monkeypatch.setattr(ours("regex"), "VERSION", 2)
    same = answered(make_run(version=version), "1" * 40)
    monkeypatch.setattr(ours("label_in_set"), "VERSION", 2)
    right = answered(make_run(version=version), "1" * 40)

    compare(left=left, right=same, by=None, now=NOW)
    with pytest.raises(NotComparable, match="scored by different versions of the scorer"):
        compare(left=left, right=right, by=None, now=NOW)

    assert left.fingerprint == same.fingerprint != right.fingerprint


def test_an_owner_waives_with_a_reason_that_is_kept(version):
    left = answered(make_run(version=version), "1" * 40)
    right = answered(make_run(version=make_version(39, suite=version.suite)), "1" * 39)
    owner, viewer = make_owner(), make_user("viewer", "Viewers")

    with pytest.raises(NotComparable):
        compare(left=left, right=right, by=viewer, now=NOW, reason="I want to see it.")
    found, waiver = compare(
        left=left, right=right, by=owner, now=NOW, reason="One broken case was taken out."
    )
    again, same = compare(left=right, right=left, by=viewer, now=NOW)

    assert (found.n, again.n, waiver) == (39, 39, same)
    assert ComparisonWaiver.objects.get().reason == "One broken case was taken out."


def test_the_page_refuses_and_takes_a_reason(version, client):
    client.force_login(make_owner())
    left = answered(make_run(version=version), "1" * 40)
    right = answered(make_run(version=make_version(39, suite=version.suite)), "1" * 39)
    both = {"left": str(left.pk), "right": str(right.pk)}

    refused = client.get("/runs/compare/", both)
    waived = client.post("/runs/compare/", both | {"reason": "One case was broken."})
    unknown = client.get("/runs/compare/", {"left": "999999"})

    assert (refused.status_code, waived.status_code, unknown.status_code) == (409, 200, 404)
    assert "different tasks" in refused.content.decode()
    assert "One case was broken." in waived.content.decode()


@pytest.fixture
def tuned(version):
    """A fine-tune and its base, each with a deployment."""
    base, made = make_deployment("base"), make_deployment("tuned")
    FineTune.objects.create(
        model=made.model, base=base.model, data_set="tickets-2026", label_source="two clerks", examples=800
    )
    return base, made


def test_a_fine_tune_that_was_never_held_against_its_base_is_blocked(tuned):
    _, made = tuned

    assert "was not compared with its base" in regression(made.model, until=NOW).blocker


@pytest.mark.parametrize(("right", "worse"), [("1" * 40, False), ("1" * 30 + "0" * 10, True)])
def test_a_fine_tune_below_its_base_is_marked_worse(tuned, version, right, worse):
    base, made = tuned
    answered(make_run(version=version, deployment=base), "1" * 35 + "0" * 5)
    answered(make_run(version=version, deployment=made), right)

    found = regression(made.model, until=NOW)

    assert bool(found.worse) == worse
    assert ("is worse than base" in found.blocker) == worse
    assert regression(base.model, until=NOW) is None


def test_a_base_asked_other_tasks_is_no_comparison(tuned, version):
    base, made = tuned
    answered(make_run(version=make_version(3, suite=make_suite("other")), deployment=base), "111")
    answered(make_run(version=version, deployment=made), "1" * 40)

    assert regression(made.model, until=NOW).compared is None
