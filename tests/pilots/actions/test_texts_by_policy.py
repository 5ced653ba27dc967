"""What is stored of texts, and for how long, is the organisation's word by data class; what rests on them holds."""

import uuid
from datetime import timedelta
from typing import Any

import pgtrigger
import pytest
from django.core.exceptions import ImproperlyConfigured
from django.db import DatabaseError, connection, transaction

from config import data_policy
from config.environment import Environment
from evaluations.actions import batches, results, texts
from evaluations.actions import runs as evaluation_runs
from evaluations.actions.asking import Asked
from evaluations.actions.results import Call, Graded
from evaluations.models import Attempt, Case, Result, Run, SuiteVersion
from evaluations.models.run import RunState
from evaluations.providers.protocol import Answer
from evaluations.queries.quality import quality
from evaluations.scoring.grade import Grade
from evaluations.scoring.score import Score
from pilots.actions import findings, forgetting, rollups, runs, verdicts
from pilots.actions.refusals import Refused
from pilots.models import Event, Failure, Pilot, Review
from pilots.queries import chains, review_queue
from tests.evaluations.builders import make_prompt, make_suite, make_version
from tests.factories import NOW, make_metric, make_running_pilot, make_token

pytestmark = pytest.mark.django_db
SAID = "Write to anna@example.org, label billing."
LATER = NOW + timedelta(days=400)


@pytest.fixture
def pilot() -> Pilot:
    made = make_running_pilot()
    made.data_class = "restricted"
    made.save()
    return made


def ran(pilot: Pilot) -> Run:
    """A run of one case, planned for the pilot, answered, judged and stored as a worker stores it, and taken in."""
    version = make_version(1, suite=make_suite())
    pilot.candidates.update(prompt=make_prompt(version.suite))
    metric = make_metric(pilot, "right", estimand="rate", unit="", cap=None, floor=None)
    pilot.schedules.create(suite_version=version, every_hours=24, next_run_at=NOW, quality_metric=metric)
    run = runs.start_due(now=NOW)[0].run
    claim = batches.claim(run_id=run.pk, now=NOW)
    assert claim is not None
    answer = Answer(outcome="ok", text=SAID, started_at=NOW, latency_s=0.1, error_detail=SAID)
    cell = {"target_id": run.targets.get().pk, "case_id": version.cases.get().pk, "repeat": 0}
    told = [{"judge": "j", "model": "m", "prompt_hash": "h", "passed": True, "rubric": "r", "reason": SAID}]
    grade = Grade(outcome="ok", score=Score(1.0, True, SAID))
    results.store(
        claim=claim,
        calls=[Call(id=uuid.uuid4(), answer=answer, cost=None, **cell)],
        graded=[Graded(asked=Asked(answer=answer, attempts=1), grade=grade, judgements=told, **cell)],
        now=NOW,
    )
    Run.objects.filter(pk=run.pk).update(state=RunState.DONE, finished_at=NOW, started_at=NOW)
    runs.absorb(run_id=run.pk, now=NOW)
    return Run.objects.get(pk=run.pk)


@pytest.mark.parametrize(
    ("how", "kept"), [("as_is", SAID), ("redacted", "Write to [e-mail], label billing."), ("hash", "")]
)
def test_answers_are_stored_as_the_policy_for_the_class_says(
    pilot: Pilot, how: str, kept: str, settings: Any
) -> None:
    settings.TEXTS_STORED = {"restricted": how}

    run = ran(pilot)

    result, call = Result.objects.get(), Attempt.objects.get()
    assert (run.texts, result.answer, result.judgements[0]["reason"], call.detail) == (how, kept, kept, kept)
    assert (result.answer_hash, result.score, result.passed) == (texts.hash_of(SAID), 1.0, True)
    assert ("anna" in str(result.__dict__)) == (how == "as_is")
    assert list(review_queue.answers(pilot)) == ([] if how == "hash" else [result])


def test_restricted_data_is_redacted_unless_something_else_is_said(pilot: Pilot) -> None:
    assert ran(pilot).texts == "redacted"


def test_failures_and_reviews_follow_it_and_a_retry_is_known_by_the_hash(pilot: Pilot, settings: Any) -> None:
    settings.TEXTS_STORED = {"restricted": "hash"}
    token = make_token(pilot)[0]
    sent = {"severity": "major", "type": "wrong", "input": SAID, "external_id": "f-1"}
    said = {"unit_id": "a", "source": "person", "verdict": "accepted", "note": SAID, "external_id": "r-1"}

    def send(**changed: str) -> bool:
        return findings.report_failure(pilot=pilot, values=sent | changed, by=None, token=token, now=NOW)[1]

    new, again = send(), send()
    findings.record_review(pilot=pilot, values=said, by=None, token=token, now=NOW)

    failure, review = Failure.objects.get(), Review.objects.get()
    assert (new, again, failure.input, review.note) == (True, False, "", "")
    assert failure.hashes == {"input": texts.hash_of(SAID)}
    with pytest.raises(Refused, match="known with another input"):
        send(input="Another.")


def test_texts_beyond_their_time_go_and_what_rests_on_them_holds(pilot: Pilot, settings: Any) -> None:
    settings.TEXTS_STORED, settings.TEXTS_KEPT_DAYS = {}, {"restricted": 365}
    run = ran(pilot)
    token = make_token(pilot)[0]
    values = {"severity": "major", "type": "wrong", "input": SAID, "expected": SAID}
    findings.report_failure(pilot=pilot, values=values, by=None, token=token, now=NOW)
    note = {"unit_id": "a", "source": "person", "verdict": "accepted", "note": SAID}
    findings.record_review(pilot=pilot, values=note, by=None, token=token, now=NOW)
    verdicts.judge(pilot_id=pilot.pk, now=NOW)
    before = quality(run)
    assert forgetting.forget_due(now=NOW) == {}

    would = forgetting.forget_due(now=LATER, dry_run=True)
    assert Result.objects.get().answer == SAID
    did, again = forgetting.forget_due(now=LATER), forgetting.forget_due(now=LATER)

    assert would == did == {"answers": 2, "failures": 1, "reviews": 1}
    assert again == {}
    assert places_with("anna@example.org") == []
    assert Result.objects.get().answer_hash == texts.hash_of(SAID)
    assert Review.objects.get().hashes == {"note": texts.hash_of(SAID)}
    assert quality(run) == before
    assert chains.verify(pilot).differences == []
    assert rollups.recount(pilot=pilot, now=NOW).differences == []
    assert Event.objects.get(verb="texts.forgotten").after == {"answers": 2, "failures": 1, "reviews": 1}


def test_cases_go_once_no_open_pilot_is_asked_from_them(pilot: Pilot, settings: Any) -> None:
    settings.TEXTS_KEPT_DAYS = {"restricted": 30}
    run = ran(pilot)
    assert forgetting.forget_due(now=LATER)["cases"] == 0

    with pgtrigger.ignore():
        Pilot.objects.update(state="closed")
    found = forgetting.forget_due(now=LATER)

    version, case = SuiteVersion.objects.get(), Case.objects.get()
    assert (found["cases"], case.input, case.key, version.texts_erased_at) == (1, "", "ticket-001", LATER)
    target = evaluation_runs.TargetSpec("a", run.targets.get().deployment, run.targets.get().prompt)
    with pytest.raises(evaluation_runs.RunRefused, match="were erased"):
        evaluation_runs.plan(suite_version=version, targets=[target], repeats=1, now=LATER)


def test_an_answer_is_still_not_rewritten(pilot: Pilot) -> None:
    ran(pilot)

    with pytest.raises(DatabaseError), transaction.atomic():
        Result.objects.update(answer="Another.")


@pytest.mark.parametrize(
    "given", ["TEXTS_STORED=secret=hash", "TEXTS_STORED=restricted=no", "TEXTS_KEPT_DAYS=restricted=soon"]
)
def test_a_policy_that_is_misread_stops_the_start(given: str, monkeypatch: pytest.MonkeyPatch) -> None:
    name, _, value = given.partition("=")
    monkeypatch.setenv(name, value)

    with pytest.raises(ImproperlyConfigured, match=name):
        _ = data_policy.stored(Environment()), data_policy.kept_days(Environment())


def places_with(text: str) -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind = 'r'"
        )
        tables = [name for (name,) in cursor.fetchall()]
        found = []
        for table in tables:
            cursor.execute(f"SELECT count(*) FROM {table} AS r WHERE r::text LIKE %s", [f"%{text}%"])
            found += [table] if cursor.fetchone() != (0,) else []
    return found
