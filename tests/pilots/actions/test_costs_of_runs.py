"""What an evaluation run costs reaches the pilot: against its cap on spend, and as the cost of a task that passed."""

import uuid
from decimal import Decimal

import pytest

from evaluations.models import Attempt, Deployment, Result, Run
from pilots.actions import fences, runs, verdicts
from pilots.models import EvaluationSchedule, Event, Measurement
from pilots.models.schedule import PilotRun
from pilots.queries import facts, plans
from tests.factories import NOW, make_metric, make_ready_pilot, start
from tests.pilots.scheduled import make_schedule

pytestmark = pytest.mark.django_db
D = Decimal


@pytest.fixture
def schedule() -> EvaluationSchedule:
    """Of a pilot that may spend 1 EUR; four tasks, whose costs are counted."""
    draft = make_ready_pilot(spend_cap=D("1.00"), currency="EUR")
    fences.build(pilot=draft)
    pilot = start(draft)
    return make_schedule(pilot, tasks=4, cost_metric=make_metric(pilot, "cost_of_a_task", unit="EUR"))


def started(*, passed: str = "", costs: tuple[str | None, ...] = (), judge: str | None = None) -> Run:
    """A finished run whose results passed where `passed` has a 1; each of its calls cost that much (None: nobody knows)."""
    run = runs.start_due(now=NOW)[0].run
    target = run.targets.get()
    for case, right, cost in zip(run.suite_version.cases.order_by("key"), passed, costs, strict=True):
        pay(target, case, cost)
        if judge is not None:
            pay(target, case, judge, judge=target.deployment)
        Result.objects.create(
            target=target,
            case=case,
            outcome="ok",
            score=float(right),
            passed=right == "1",
            cost=cost and D(cost),
            currency="EUR" if cost else "",
            asked_at=NOW,
        )
    Run.objects.filter(pk=run.pk).update(state="done", finished_at=NOW)
    return run


def pay(target, case, cost: str | None, *, judge: Deployment | None = None) -> None:
    Attempt.objects.create(
        id=uuid.uuid4(),
        target=target,
        case=case,
        repeat=0,
        judge=judge,
        started_at=NOW,
        seconds=1,
        outcome="ok",
        cost=cost and D(cost),
        currency="EUR" if cost else "",
    )


def rows(metric: str) -> list[tuple[Decimal | None, str, str]]:
    found = Measurement.objects.filter(metric__key=metric).order_by("id")
    return [(row.value, row.outcome, row.unit_id) for row in found]


def test_spend_is_counted_once_and_leads_to_the_calls_behind_it(schedule: EvaluationSchedule) -> None:
    run = started(passed="1001", costs=("0.10", "0.10", "0.10", "0.10"), judge="0.05")

    assert runs.absorb(run_id=run.pk, now=NOW)
    PilotRun.objects.update(absorbed_at=None)  # as if it had been cut off after the rows were written
    assert runs.absorb(run_id=run.pk, now=NOW)

    found = Measurement.objects.filter(metric__key="spend").order_by("-value")
    assert [(row.value, row.outcome, row.candidate.slug, row.provenance) for row in found] == [
        (D("0.40"), "ok", "primary", "real"),
        (D("0.20"), "ok", "primary", "real"),
    ]
    asked = found[0]
    assert asked.external_id == f"run-{run.pk}-primary-spend"
    assert asked.context | {"deployment": ""} == {
        "run": run.pk,
        "target": "primary",
        "deployment": "",
        "for": "measure",
        "calls": 4,
        "calls_without_known_cost": 0,
    }
    calls = Attempt.objects.filter(target__run=asked.context["run"], target__key=asked.context["target"])
    assert sum(call.cost for call in calls.filter(judge=None)) == asked.value
    assert found[1].context["for"] == "judging"


def test_spend_beyond_the_cap_stops_the_pilot_at_the_next_look(schedule: EvaluationSchedule) -> None:
    run = started(passed="1111", costs=("0.30", "0.30", "0.30", "0.11"))
    runs.absorb(run_id=run.pk, now=NOW)

    verdict = verdicts.judge(pilot_id=schedule.pilot_id, now=NOW)

    assert verdict is not None
    assert (verdict.flag, verdict.code) == ("stop", "HARD")
    assert "1.01 EUR" in verdict.reason


def test_a_cancelled_run_costs_what_it_cost_and_measures_nothing(schedule: EvaluationSchedule) -> None:
    run = started(passed="1001", costs=("0.10", "0.10", "0.10", "0.10"))
    Run.objects.filter(pk=run.pk).update(state="cancelled")

    assert runs.absorb_finished(now=NOW) == 1

    assert rows("spend") == [(D("0.40"), "ok", "")]
    assert Measurement.objects.count() == 1
    assert Event.objects.filter(verb="run.absorbed").count() == 1


def test_a_call_of_unknown_cost_counts_as_the_dearest_and_none_known_as_our_gap(
    schedule: EvaluationSchedule,
) -> None:
    run = started(passed="1111", costs=("0.10", None, "0.20", "0.10"))
    runs.absorb(run_id=run.pk, now=NOW)
    Run.objects.filter(pk=run.pk).update(state="done")
    EvaluationSchedule.objects.update(next_run_at=NOW)
    unknown = started(passed="1111", costs=(None, None, None, None))
    runs.absorb(run_id=unknown.pk, now=NOW)

    assert rows("spend") == [(D("0.60"), "ok", ""), (None, "infra_error", "")]
    blockers = facts.load(schedule.pilot, plans.current(schedule.pilot)[1], as_of=NOW).blockers
    deployment = schedule.pilot.candidates.get().deployment
    assert [each for each in blockers if "spend" in each] == [
        f"The cap on spend cannot be kept: what calls to {deployment.slug} cost is not known. Enter its price."
    ]


def test_rows_of_passed_tasks_add_up_to_all_that_was_paid(schedule: EvaluationSchedule) -> None:
    run = started(passed="0110", costs=("0.10", "0.20", "0.30", "0.05"))
    runs.absorb(run_id=run.pk, now=NOW)

    # Right are the second and third; the failure before carries over to the second, the one after to the third.
    assert rows("cost_of_a_task") == [(D("0.30"), "ok", "t-2"), (D("0.35"), "ok", "t-3")]


def test_a_passed_task_of_unknown_cost_is_our_gap_and_not_cheap(schedule: EvaluationSchedule) -> None:
    run = started(passed="0111", costs=(None, "0.20", "0.30", "0.05"))
    runs.absorb(run_id=run.pk, now=NOW)

    assert rows("cost_of_a_task") == [
        (None, "infra_error", "t-2"),
        (D("0.30"), "ok", "t-3"),
        (D("0.05"), "ok", "t-4"),
    ]


def test_money_that_bought_no_passed_task_is_a_failure(schedule: EvaluationSchedule) -> None:
    run = started(passed="0000", costs=("0.10", "0.20", "0.30", "0.05"))
    runs.absorb(run_id=run.pk, now=NOW)

    assert rows("cost_of_a_task") == [(None, "error", "")]
