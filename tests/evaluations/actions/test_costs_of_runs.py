"""What a run costs: every call kept and priced by its day, retries included, and limits that are kept."""

from datetime import date, timedelta
from decimal import Decimal
from functools import partial

import pytest
from django.db import DatabaseError, transaction

from evaluations.actions import batches, execution, runs
from evaluations.actions.asking import Patience
from evaluations.actions.budgets import Limits
from evaluations.actions.runs import RunRefused, TargetSpec
from evaluations.models import Attempt, Calibration, Deployment, Price, Result, Run
from evaluations.queries.costs import cost_of
from tests.evaluations.builders import NOW, make_deployment, make_prompt, make_run, make_version
from tests.evaluations.model_host import ModelHost, Reply

pytestmark = pytest.mark.django_db
TODAY = date(2026, 11, 20)


@pytest.fixture(autouse=True)
def _quick(monkeypatch):
    quick = Patience(attempts=3, first_wait_s=0.001, longest_wait_s=0.002)
    monkeypatch.setattr(execution, "Lane", partial(execution.Lane, patience=quick))


def price(deployment: Deployment, *, day: date = TODAY, currency="EUR", **amounts: str) -> None:
    made = Price.objects.create(deployment=deployment, valid_from=day, currency=currency, source="contract 7")
    for unit, amount in amounts.items():
        made.components.create(unit=unit, amount=Decimal(amount))


def plan(n: int, deployment: Deployment, limits: Limits = runs.NO_LIMITS) -> Run:
    version = make_version(n)
    target = TargetSpec("primary", deployment, make_prompt(version.suite))
    return runs.plan(suite_version=version, targets=[target], repeats=1, now=NOW, limits=limits)


def work(run: Run, *, at=NOW) -> Run:
    execution.work_on(run_id=run.pk, clock=lambda: at)
    run.refresh_from_db()
    return run


def test_every_call_is_kept_and_a_retry_costs_too(model_host: ModelHost):
    model_host.reply = lambda question, before: Reply(status=503 if before == 0 else 200)
    deployment = make_deployment(base_url=model_host.base_url)
    price(deployment, day=date(2026, 1, 1), request="0.02")

    run = work(plan(2, deployment))

    calls = Attempt.objects.order_by("case", "started_at").values_list(
        "outcome", "http_status", "error", "cost"
    )
    assert list(calls) == [("error", 503, "HTTP 503", Decimal("0.02")), ("ok", 200, "", Decimal("0.02"))] * 2
    results = Result.objects.values_list("attempts", "cost", "currency", "price__source")
    assert list(results) == [(2, Decimal("0.04"), "EUR", "contract 7")] * 2
    (cost,) = cost_of(run).values()
    assert (cost.total, cost.currency, cost.unpriced) == (Decimal("0.08"), "EUR", 0)
    assert cost.per_accepted == Decimal("0.04")


def test_rows_of_calls_and_results_cannot_be_changed(model_host: ModelHost):
    work(make_run(1, base_url=model_host.base_url))

    for change in (
        lambda: Attempt.objects.update(seconds=1.0),
        lambda: Attempt.objects.all().delete(),
        lambda: Result.objects.update(passed=False),
    ):
        with pytest.raises(DatabaseError), transaction.atomic():
            change()


def test_the_price_of_the_day_is_the_one_that_is_used(model_host: ModelHost):
    deployment = make_deployment(base_url=model_host.base_url)
    today = execution.timezone.now().date()
    price(deployment, day=today - timedelta(days=30), input_tokens="1", output_tokens="2")
    price(deployment, day=today, input_tokens="10", output_tokens="20")
    price(deployment, day=today + timedelta(days=1), input_tokens="100", output_tokens="200")

    work(plan(1, deployment))

    # 30 × 10 / 10⁶ + 2 × 20 / 10⁶
    result = Result.objects.select_related("price").get()
    assert (result.cost, result.price.as_of) == (Decimal("0.00034"), today)


def test_a_later_edit_of_a_price_leaves_the_copy_beside_the_result(model_host: ModelHost):
    deployment = make_deployment(base_url=model_host.base_url)
    price(deployment, day=date(2026, 1, 1), request="0.02")
    work(plan(1, deployment))

    deployment.prices.get().components.update(amount=9)

    result = Result.objects.select_related("price").get()
    assert (result.cost, result.price.components) == (Decimal("0.02"), {"request": "0.02"})


def test_without_a_price_a_result_is_unpriced_and_never_free(model_host: ModelHost):
    run = work(make_run(2, base_url=model_host.base_url))

    assert list(Result.objects.values_list("cost", "currency")) == [(None, "")] * 2
    (cost,) = cost_of(run).values()
    assert (cost.total, cost.unpriced, cost.per_accepted) == (None, 2, None)


def test_a_run_stops_at_its_spend_limit_and_says_so(model_host: ModelHost, monkeypatch):
    monkeypatch.setattr(runs, "BATCH_CELLS", 3)
    deployment = make_deployment(base_url=model_host.base_url)
    price(deployment, day=date(2026, 1, 1), request="0.02")
    run = plan(9, deployment, Limits(spend=Decimal("0.10"), currency="EUR"))

    work(run)

    assert (run.state, Result.objects.count()) == ("failed", 6)
    assert (
        run.failure == "Stopped at its spend limit of 0.1 EUR: 0.1200 EUR spent. 6 of 9 results were there."
    )
    assert set(run.batches.values_list("state", flat=True)) == {"done", "dropped"}


def test_a_run_stops_at_its_time_limit_also_when_no_worker_runs(model_host: ModelHost, monkeypatch):
    monkeypatch.setattr(runs, "BATCH_CELLS", 1)
    monkeypatch.setattr(execution, "SHIFT_S", 0)
    run = plan(2, make_deployment(base_url=model_host.base_url), Limits(seconds=60))
    work(run)

    batches.release_stalled(now=NOW + timedelta(seconds=61))

    run.refresh_from_db()
    assert (run.state, run.failure) == (
        "failed",
        "Stopped at its time limit of 60 s. 1 of 2 results were there.",
    )


@pytest.mark.parametrize(
    ("priced", "limits", "words"),
    [
        (False, Limits(Decimal(1), "EUR"), "A spend limit cannot be kept for 'primary': no price is known."),
        (True, Limits(Decimal(1), "USD"), "The price of 'primary' is in EUR, the spend limit in USD."),
        (True, Limits(Decimal(0), "EUR"), "Give a spend limit above 0, or none."),
        (True, Limits(Decimal(1), "euro"), "Give the three letters of the spend limit's currency"),
        (True, Limits(seconds=0), "Give a time limit of at least a second, or none."),
    ],
)
def test_a_limit_that_could_not_be_kept_is_refused(priced, limits, words):
    deployment = make_deployment()
    if priced:
        price(deployment, day=date(2026, 1, 1), request="0.02")

    with pytest.raises(RunRefused, match=words):
        plan(1, deployment, limits)

    assert Run.objects.count() == 0


def test_what_was_not_reached_is_asked_again_later_and_its_result_replaced(model_host: ModelHost):
    down = [True]
    model_host.reply = lambda question, before: Reply(status=429 if down[0] else 200)
    run = work(make_run(2, base_url=model_host.base_url))
    first = list(Result.objects.values_list("outcome", flat=True))
    too_early = batches.claim(run_id=run.pk, now=NOW + timedelta(seconds=14))
    down[0] = False

    batches.release_stalled(now=NOW + timedelta(seconds=16))
    work(run, at=NOW + timedelta(seconds=16))

    assert (first, too_early) == (["infra_error"] * 2, None)
    assert (run.state, list(Result.objects.values_list("outcome", "attempts"))) == ("done", [("ok", 4)] * 2)


def test_the_harness_measures_what_it_adds_itself(model_host: ModelHost):
    run = work(make_run(2, base_url=model_host.base_url))

    (calibration,) = Calibration.objects.filter(batch__run=run)
    assert len(calibration.seconds) >= 1
    assert all(0 < each < 1 for each in calibration.seconds)
