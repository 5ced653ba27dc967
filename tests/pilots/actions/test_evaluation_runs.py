from collections.abc import Sequence
from datetime import timedelta
from io import BytesIO
from typing import Any

import pytest

from evaluations.actions.prompts import save_prompt
from evaluations.actions.suites import import_file
from evaluations.models import Result, Run, Suite
from evaluations.models.run import RunState
from pilots.actions import run_rows, runs
from pilots.models import Candidate, EvaluationSchedule, Event, Measurement, Metric, Pilot, PilotRun
from pilots.queries import looks
from tests.factories import NOW, make_metric, make_running_pilot

pytestmark = pytest.mark.django_db

CASES = b"""{"id": "t-1", "input": "Refund please", "expected": "billing", "scenario": "plain"}
{"id": "t-2", "input": "I cannot sign in", "expected": "login", "scenario": "angry"}
"""


@pytest.fixture
def schedule() -> EvaluationSchedule:
    pilot = make_running_pilot()
    suite = Suite.objects.create(
        slug="tickets", name="Tickets", scorer="label_in_set", scorer_options={"labels": ["billing", "login"]}
    )
    version = import_file(suite=suite, stream=BytesIO(CASES), by=None, now=NOW).version
    prompt = save_prompt(
        suite=suite,
        slug="plain",
        system="",
        user="{{ input }}",
        examples=[],
        output_schema=None,
        max_tokens=8,
    )
    Candidate.objects.filter(pilot=pilot).update(prompt=prompt)
    return EvaluationSchedule.objects.create(
        pilot=pilot,
        suite_version=version,
        every_hours=24,
        next_run_at=NOW,
        quality_metric=make_metric(pilot, "right", estimand="rate", unit="", cap=None, floor=None),
        latency_metric=make_metric(pilot, "latency", unit="s"),
    )


def answer_all(
    run: Run,
    *,
    outcome: str = "ok",
    state: str = RunState.DONE,
    answers: Sequence[str] = ("", ""),
    **fields: Any,
) -> None:
    """What the workers would have stored: the first case right, the second wrong."""
    for target in run.targets.all():
        for position, case in enumerate(run.suite_version.cases.order_by("key")):
            Result.objects.create(
                target=target,
                case=case,
                outcome=outcome,
                answer=answers[position],
                score=None if outcome == "infra_error" else float(position == 0),
                passed=outcome == "ok" and position == 0,
                latency_s=0.5,
                **{"asked_at": NOW} | fields,
            )
    run.state, run.finished_at = state, NOW
    run.save()


def test_a_due_schedule_makes_one_run_and_sets_its_next_time(schedule: EvaluationSchedule) -> None:
    made = runs.start_due(now=NOW)
    again = runs.start_due(now=NOW)

    schedule.refresh_from_db()
    assert (len(made), len(again)) == (1, 0)
    assert made[0].run.planned_results == 2
    assert schedule.next_run_at == NOW + timedelta(hours=24)


def test_nothing_starts_while_the_run_before_is_under_way(schedule: EvaluationSchedule) -> None:
    runs.start_due(now=NOW)

    assert runs.start_due(now=NOW + timedelta(hours=25)) == []


def test_a_paused_pilot_starts_no_run(schedule: EvaluationSchedule) -> None:
    Pilot.objects.update(state="paused")

    assert runs.start_due(now=NOW) == []


def test_results_become_measurements_with_their_case_and_fingerprint(schedule: EvaluationSchedule) -> None:
    run = runs.start_due(now=NOW)[0].run
    answer_all(run)

    runs.absorb(run_id=run.pk, now=NOW)

    rows = Measurement.objects.filter(metric=schedule.quality_metric).order_by("unit_id")
    fingerprint = run.targets.get().fingerprint
    assert [(row.unit_id, row.segment, row.value, row.fingerprint) for row in rows] == [
        ("t-1", "plain", 1, fingerprint),
        ("t-2", "angry", 0, fingerprint),
    ]
    assert Measurement.objects.filter(metric=schedule.latency_metric).count() == 2


def test_results_are_taken_in_once(schedule: EvaluationSchedule) -> None:
    run = runs.start_due(now=NOW)[0].run
    answer_all(run)

    assert runs.absorb(run_id=run.pk, now=NOW)
    assert not runs.absorb(run_id=run.pk, now=NOW)
    assert Measurement.objects.count() == 4
    assert Event.objects.filter(verb="run.absorbed").count() == 1


def test_a_run_that_is_not_finished_is_left_alone(schedule: EvaluationSchedule) -> None:
    run = runs.start_due(now=NOW)[0].run

    assert not runs.absorb(run_id=run.pk, now=NOW)


def test_what_a_lost_message_left_behind_is_swept_in(schedule: EvaluationSchedule) -> None:
    answer_all(runs.start_due(now=NOW)[0].run)

    assert runs.absorb_finished(now=NOW) == 1
    assert Measurement.objects.count() == 4


@pytest.mark.parametrize("outcome", ["timeout", "refused", "error"])
def test_a_failure_of_the_model_stays_in_the_denominator(schedule: EvaluationSchedule, outcome: str) -> None:
    run = runs.start_due(now=NOW)[0].run
    answer_all(run, outcome=outcome)

    runs.absorb(run_id=run.pk, now=NOW)

    stored = Measurement.objects.filter(metric=schedule.quality_metric).values_list("value", "outcome")
    assert set(stored) == {(None, outcome)}


def test_our_own_errors_of_a_failed_run_reach_the_judge(schedule: EvaluationSchedule) -> None:
    run = runs.start_due(now=NOW)[0].run
    answer_all(run, outcome="infra_error", state=RunState.FAILED)

    runs.absorb(run_id=run.pk, now=NOW)

    assert set(Measurement.objects.values_list("outcome", flat=True)) == {"infra_error"}


def test_a_question_that_never_left_stays_in_the_denominator(schedule: EvaluationSchedule) -> None:
    run = runs.start_due(now=NOW)[0].run
    answer_all(run, outcome="infra_error", state=RunState.FAILED, attempts=0)

    assert runs.absorb_finished(now=NOW) == 1

    rows = Measurement.objects.filter(metric=schedule.quality_metric)
    assert [(row.value, row.outcome) for row in rows] == [(None, "infra_error")] * 2


def test_a_run_that_cannot_be_taken_in_keeps_no_other_waiting(schedule: EvaluationSchedule) -> None:
    faulty = runs.start_due(now=NOW)[0].run
    answer_all(faulty, asked_at=NOW + timedelta(days=3))  # of the future: such a row is refused
    other = runs.start_due(now=NOW + timedelta(hours=25))[0].run
    answer_all(other)

    assert runs.absorb_finished(now=NOW) == 1

    assert set(PilotRun.objects.filter(absorbed_at=None).values_list("run_id", flat=True)) == {faulty.pk}


def test_new_measurements_make_the_pilot_due_for_a_look(schedule: EvaluationSchedule) -> None:
    from pilots.actions import verdicts

    verdicts.judge(pilot_id=schedule.pilot_id, now=NOW)
    before = looks.due(now=NOW)
    run = runs.start_due(now=NOW)[0].run
    answer_all(run)
    runs.absorb(run_id=run.pk, now=NOW + timedelta(minutes=1))

    assert before == []
    assert looks.due(now=NOW + timedelta(minutes=2)) == [schedule.pilot_id]
    assert looks.due(now=NOW + timedelta(days=1)) == [schedule.pilot_id]


SCHEMA = {"type": "object", "required": ["queue"]}


def test_an_answer_that_breaks_the_contract_of_the_charter_counts_as_a_violation(
    schedule: EvaluationSchedule,
) -> None:
    metric = make_metric(schedule.pilot, "broken_contracts", estimand="rate", unit="", cap=None, floor=None)
    EvaluationSchedule.objects.update(contract_metric=metric)
    Pilot.objects.update(contract_output_schema=SCHEMA)
    run = runs.start_due(now=NOW)[0].run
    answer_all(run, answers=['{"queue": "billing"}', '{"line": "billing"}'])

    runs.absorb(run_id=run.pk, now=NOW)

    rows = Measurement.objects.filter(metric=metric).order_by("unit_id")
    assert [(row.unit_id, row.value, row.outcome) for row in rows] == [("t-1", 0, "ok"), ("t-2", 1, "ok")]
    assert "'queue' is a required property" in rows[1].context["broken"]


@pytest.mark.parametrize(
    ("result", "schema", "row"),
    [
        ({"violations": 2, "detail": "2 violations of the contract."}, None, (1, "ok")),
        ({"violations": 0}, SCHEMA, (0, "ok")),
        ({"answer": "billing"}, SCHEMA, (1, "ok")),
        ({"outcome": "abstained", "passed": True}, SCHEMA, (0, "ok")),
        ({"outcome": "timeout"}, SCHEMA, (None, "timeout")),
        ({"answer": "{}"}, {"$ref": "https://example.com/schema"}, (None, "infra_error")),
        ({"answer": "anything"}, None, None),
    ],
)
def test_a_contract_is_held_against_what_is_an_answer(result, schema, row) -> None:
    pilot = Pilot(contract_output_schema=schema)
    link = PilotRun(
        run=Run(), pilot=pilot, schedule=EvaluationSchedule(pilot=pilot, contract_metric=Metric(key="broken"))
    )

    made = list(
        run_rows._of_contract(link, Result(**{"outcome": "ok", **result}), {"context": {}, "outcome": "ok"})
    )

    assert [(each["value"], each["outcome"]) for each in made] == ([row] if row else [])
