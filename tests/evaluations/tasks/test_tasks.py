"""The tasks: their names, their queue, and that a second delivery does no harm."""

from datetime import timedelta

import pytest
from celery import current_app
from django.utils import timezone

from evaluations import tasks
from evaluations.actions import batches
from evaluations.models import Result, Run
from tests.evaluations.builders import make_run
from tests.evaluations.model_host import ModelHost

pytestmark = pytest.mark.django_db


def test_names_and_queue_are_those_that_others_send_to():
    assert tasks.execute_run.name == batches.EXECUTE_TASK == "evaluations.execute_run"
    assert tasks.sweep_runs.name == "evaluations.sweep_runs"
    assert tasks.execute_run.acks_late is True
    route = current_app.amqp.router.route({}, "evaluations.execute_run", kwargs={"run_id": 1})
    assert route["queue"].name == "evaluations"


def test_a_task_delivered_twice_asks_once(model_host: ModelHost):
    run = make_run(2, base_url=model_host.base_url)

    tasks.execute_run(run_id=run.pk)
    tasks.execute_run(run_id=run.pk)

    assert model_host.asked == {"Question 001": 1, "Question 002": 1}
    assert Result.objects.count() == 2


def test_a_task_for_a_run_that_is_gone_does_nothing():
    tasks.execute_run(run_id=987_654)

    assert Run.objects.count() == 0


def test_the_sweep_frees_a_run_whose_worker_died():
    run = make_run(1)
    batches.claim(run_id=run.pk, now=timezone.now() - timedelta(minutes=5))

    tasks.sweep_runs()

    batch = run.batches.get()
    assert (batch.state, batch.stalls) == ("waiting", 1)
