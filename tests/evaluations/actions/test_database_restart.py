"""The database goes away in the middle of a batch: what was answered by then is kept in memory and stored after it."""

import threading
import time
from collections import Counter

import psycopg
import pytest
from django.db import connection

from evaluations.actions import execution, ledger
from evaluations.models import Attempt, Result
from tests.evaluations.builders import make_run
from tests.evaluations.model_host import ModelHost


@pytest.mark.django_db(transaction=True)
def test_every_session_ended_by_the_database_costs_no_answer_and_asks_none_twice(
    model_host: ModelHost, monkeypatch
):
    model_host.delay_s = 0.05
    monkeypatch.setattr(ledger, "STORE_AFTER_S", 0.02)
    run = make_run(24, base_url=model_host.base_url, concurrency=2)
    ended: list[int] = []

    def end_all_sessions() -> None:
        """As a restart does, seen from the clients, while questions are on their way."""
        own = connection.settings_dict
        with psycopg.connect(
            host=own["HOST"],
            port=own["PORT"],
            user=own["USER"],
            password=own["PASSWORD"],
            dbname="postgres",
            autocommit=True,
        ) as admin:
            while len(model_host.bodies) < 8:
                time.sleep(0.005)
            rows = admin.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s", [own["NAME"]]
            )
            ended.append(rows.rowcount)

    ending = threading.Thread(target=end_all_sessions)
    ending.start()
    execution.work_on(run_id=run.pk)
    ending.join()

    run.refresh_from_db()
    assert ended == [1]
    assert (run.state, run.failure) == ("done", "")
    assert Result.objects.count() == Attempt.objects.count() == 24
    assert Counter(model_host.asked.values()) == {1: 24}
