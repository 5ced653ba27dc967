"""A judging model is asked about each answer; who said what is kept, and its silence is no fault of the answer."""

import json
from datetime import date
from decimal import Decimal

import pytest

from evaluations.actions import batches, runs, suites
from evaluations.actions.budgets import Limits
from evaluations.actions.execution import execute
from evaluations.actions.runs import RunRefused, TargetSpec
from evaluations.actions.target_plans import TargetPlan
from evaluations.formats.draft import CaseDraft
from evaluations.models import Attempt, Deployment, Price, Result
from evaluations.models.run import RunState
from evaluations.queries.costs import cost_of, judging_cost_of, spending_of
from evaluations.queries.quality import quality
from tests.evaluations.builders import NOW, make_deployment, make_prompt, make_suite
from tests.evaluations.model_host import ModelHost, Reply

pytestmark = pytest.mark.django_db
CHECKS = {
    "checks": [
        {"scorer": "contains", "expected": "Paris"},
        {"scorer": "model_judge", "expected": "Is polite."},
    ]
}


def priced(deployment: Deployment, amount: str) -> None:
    price = Price.objects.create(
        deployment=deployment, valid_from=date(2026, 1, 1), currency="EUR", source="contract 7"
    )
    price.components.create(unit="request", amount=Decimal(amount))


def planned(host: ModelHost, *cases: CaseDraft, scorer: str = "checks", judge: str = "judge", **prompt):
    suite = make_suite("judged", scorer=scorer, scorer_options={"judge": judge})
    version = suites.save_version(suite=suite, cases=cases, by=None, now=NOW)
    make_deployment("judge", base_url=host.base_url, served_model="big")
    asked = make_deployment("asked", base_url=host.base_url)
    target = TargetSpec("primary", asked, make_prompt(suite, **prompt))
    return runs.plan(suite_version=version, targets=[target], repeats=1, now=NOW)


def worked(run):
    execute(claim=batches.claim(run_id=run.pk, now=NOW), clock=lambda: NOW)
    run.refresh_from_db()
    return Result.objects.filter(target__run=run).order_by("case__key")


def test_verdicts_count_and_are_kept_with_judge_model_and_prompt(model_host: ModelHost):
    def reply(question: str, before: int) -> Reply:
        if not question.startswith("{"):
            return Reply("Paris, please" if question == "first" else "Paris")
        polite = "please" in json.loads(question)["answer"]
        return Reply(json.dumps({"reason": "Because.", "passed": polite}))

    model_host.reply = reply
    run = planned(model_host, CaseDraft("a", "first", CHECKS), CaseDraft("b", "second", CHECKS))

    first, second = worked(run)

    assert run.state == RunState.DONE
    assert [(one.outcome, one.passed, one.score, one.judged_by) for one in (first, second)] == [
        ("ok", True, 1.0, "model"),
        ("ok", False, 0.5, "model"),
    ]
    (kept,) = first.judgements
    assert (
        kept.items()
        >= {
            "judge": "judge",
            "model": "big-2026-01-01",
            "rubric": "Is polite.",
            "passed": True,
            "reason": "Because.",
            "output_tokens": 2,
        }.items()
    )
    assert len(kept["prompt_hash"]) == 64
    (body,) = [
        one for one in model_host.bodies if '"answer": "Paris, please"' in one["messages"][-1]["content"]
    ]
    assert json.loads(body["messages"][-1]["content"]) == {
        "task": "first",
        "answer": "Paris, please",
        "rubric": "Is polite.",
    }
    assert next(iter(quality(run).values())).by_model == 2


def test_a_judge_that_gives_no_verdict_costs_the_model_no_point(model_host: ModelHost):
    model_host.reply = lambda question, before: Reply("I like it" if question.startswith("{") else "Paris")
    run = planned(model_host, CaseDraft("a", "first", "Is polite."), scorer="model_judge")

    (result,) = worked(run)

    assert (result.outcome, result.score, result.judgements) == ("infra_error", None, [])
    assert result.detail == (
        "The answer could not be scored: The judge judge did not judge. It gave no verdict that can be read."
    )
    assert sum(question.startswith("{") for question in model_host.asked.elements()) == 2


def test_each_call_of_the_judge_is_kept_and_priced_and_costs_the_target_nothing(model_host: ModelHost):
    replies = iter(["Paris", "no verdict", '{"reason": "Because.", "passed": true}'])
    model_host.reply = lambda question, before: Reply(next(replies))
    run = planned(model_host, CaseDraft("a", "first", "Is polite."), scorer="model_judge")
    for slug, amount in (("asked", "0.02"), ("judge", "0.5")):
        priced(Deployment.objects.get(slug=slug), amount)

    (result,) = worked(run)

    judge = Deployment.objects.get(slug="judge").pk
    assert (result.attempts, result.cost) == (1, Decimal("0.02"))
    assert list(Attempt.objects.order_by("started_at").values_list("judge_id", "cost")) == [
        (None, Decimal("0.02")),
        (judge, Decimal("0.5")),
        (judge, Decimal("0.5")),
    ]
    assert [cost.per_accepted for cost in cost_of(run).values()] == [Decimal("0.02")]
    judging = judging_cost_of(run)
    assert judging is not None
    assert (judging.calls, judging.total, judging.currency) == (2, Decimal(1), "EUR")
    assert [(each.name, each.deployment, each.amount) for each in spending_of(run, currency="EUR")] == [
        ("primary-judge", "judge", Decimal(1)),
        ("primary", "asked", Decimal("0.02")),
    ]


def test_the_fingerprint_names_the_version_of_each_check_and_the_judging_model(model_host: ModelHost):
    run = planned(model_host, CaseDraft("a", "first", CHECKS))
    target = run.targets.select_related("deployment", "prompt").get()
    Deployment.objects.filter(slug="judge").update(served_model="bigger")
    other = TargetPlan.of(target.deployment, target.prompt, run.suite_version)

    assert target.plan["scoring"] == {"outcomes": "1", "checks": "1", "contains": "1", "model_judge": "1"}
    assert (target.plan["judge"]["model"], other.judge["model"]) == ("big", "bigger")
    assert other.fingerprint != target.fingerprint


def test_a_spend_limit_is_refused_where_the_judge_has_no_price(model_host: ModelHost):
    suite = make_suite("judged", scorer="model_judge", scorer_options={"judge": "judge"})
    version = suites.save_version(suite=suite, cases=[CaseDraft("a", "x", "Is polite.")], by=None, now=NOW)
    make_deployment("judge", base_url=model_host.base_url)
    asked = make_deployment("asked", base_url=model_host.base_url)
    priced(asked, "0.02")
    target = TargetSpec("primary", asked, make_prompt(suite))

    with pytest.raises(RunRefused, match="cannot be kept for 'the judge judge': no price is known"):
        runs.plan(
            suite_version=version,
            targets=[target],
            repeats=1,
            now=NOW,
            limits=Limits(spend=Decimal(1), currency="EUR"),
        )


def test_a_case_that_demands_abstention_needs_no_judge(model_host: ModelHost):
    model_host.reply = lambda question, before: Reply("I do not know.")
    run = planned(model_host, CaseDraft("a", "first", must_abstain=True), scorer="model_judge")

    (result,) = worked(run)

    assert (result.passed, result.judged_by) == (True, "check")
    assert len(model_host.bodies) == 1


def test_a_run_without_its_judge_is_refused(model_host: ModelHost):
    with pytest.raises(RunRefused, match=r"The suite's judge 'gone' is no deployment of the catalogue\."):
        planned(model_host, CaseDraft("a", "first", "Is polite."), scorer="model_judge", judge="gone")


def test_a_case_that_lacks_a_variable_of_the_prompt_is_refused_before_anything_is_asked(
    model_host: ModelHost,
):
    with pytest.raises(RunRefused, match=r"Case 'a' cannot be put by the prompt .*: 'tone' is undefined"):
        planned(model_host, CaseDraft("a", "first", CHECKS), user="{{ input }} {{ tone }}")


def test_a_conversation_and_variables_reach_the_model(model_host: ModelHost):
    talk = [
        {"role": "user", "content": "Hi"},
        {"role": "assistant", "content": "Hello"},
        {"role": "user", "content": "Capital?"},
    ]
    only = {"checks": [{"scorer": "contains", "expected": "Paris"}]}
    draft = CaseDraft("a", "Capital?", only, messages=talk, variables={"tone": "kind"})
    run = planned(model_host, draft, system="Be {{ tone }}.", user="Q: {{ input }}")

    worked(run)

    assert model_host.bodies[0]["messages"] == [
        {"role": "system", "content": "Be kind."},
        {"role": "user", "content": "Hi"},
        {"role": "assistant", "content": "Hello"},
        {"role": "user", "content": "Q: Capital?"},
    ]
