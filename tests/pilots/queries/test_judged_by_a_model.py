"""Whose word the numbers rest on reaches the judge: rows say it, people's labels and reviews answer it."""

import pytest

from evaluations.models import Label, Result, Run
from pilots.actions import measurements, runs
from pilots.judging.facts import ModelJudged
from pilots.models import Review
from pilots.queries import facts, plans
from pilots.queries.facts import judged
from tests.factories import NOW, make_metric, make_rows, make_running_pilot, make_token, make_user
from tests.pilots.scheduled import make_schedule

pytestmark = pytest.mark.django_db
BY_MODEL = {"judged_by": "model_judge"}


def known(pilot):
    return facts.load(pilot, plans.current(pilot)[1], as_of=NOW).judged


def test_rows_by_a_model_are_counted_and_reviews_by_people_beside_them():
    pilot = make_running_pilot()
    sent = [
        *make_rows(5, context=BY_MODEL),
        *make_rows(3, context={"judged_by": "check"}, start=NOW.replace(day=19)),
    ]
    measurements.record(pilot=pilot, rows=sent, now=NOW, atomic=True)
    token, _ = make_token(pilot)
    for number, (source, correct) in enumerate(
        [("person", True), ("check", False), ("model_judge", True), ("person", None)]
    ):
        Review.objects.create(
            pilot=pilot,
            unit_id=f"item-{number}",
            source=source,
            verdict="accepted",
            correct=correct,
            reviewed_at=NOW,
            recorded_at=NOW,
            token=token,
        )

    assert known(pilot) == (ModelJudged(metric="review_minutes", by_model=5, looked_at=2),)


def test_labels_of_judged_answers_say_how_many_people_looked_at_and_how_often_they_agree():
    pilot = make_running_pilot()
    metric = make_metric(pilot, "right", estimand="rate", unit="", cap=None, floor=None)
    make_schedule(pilot, tasks=3, quality_metric=metric)
    run = runs.start_due(now=NOW)[0].run
    one, other = make_user(), make_user()
    for case in run.suite_version.cases.order_by("key"):
        result = Result.objects.create(
            target=run.targets.get(),
            case=case,
            outcome="ok",
            score=1.0,
            passed=True,
            judged_by="model",
            asked_at=NOW,
        )
        if case.key != "t-3":
            Label.objects.create(result=result, passed=True, labelled_by=one, labelled_at=NOW)
    Label.objects.create(result=Result.objects.first(), passed=False, labelled_by=other, labelled_at=NOW)
    Run.objects.update(state="done", finished_at=NOW)
    runs.absorb(run_id=run.pk, now=NOW)

    assert known(pilot) == (ModelJudged(metric="right", by_model=3, looked_at=2, labelled=2, agreed=1),)


def test_where_no_model_judged_it_takes_one_query_and_the_record_says_nothing(django_assert_num_queries):
    pilot = make_running_pilot()
    measurements.record(pilot=pilot, rows=make_rows(4), now=NOW, atomic=True)
    plan = plans.current(pilot)[1]

    with django_assert_num_queries(1):
        assert judged.load(pilot, plan, epochs=(), as_of=NOW) == ()

    assert "judged" not in facts.load(pilot, plan, as_of=NOW).to_json()
