"""kill -9 of every part during a load with client retries, in the middle of an evaluation run, and of marking measurements
as faulty: in the end exactly the rows that were sent, true figures, one result a case and one mark."""

from __future__ import annotations

import json
import threading
import time
import urllib.error
import urllib.request
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from tests.evaluations.model_host import ModelHost, serving
from tests.own_instance import OwnInstance, running
from tests.pilots.crash.evaluation_run import AT_A_TIME, CASES, EvaluationRun, plan
from tests.pilots.crash.faulty_stretch import DONE, FAULTY, LEFT, STRETCH, FaultyStretch

CLIENTS, BATCHES, ROWS = 3, 16, 25
KILLED = ("web", "worker", "postgres", "valkey")
PREPARE = """
from datetime import timedelta
from django.utils import timezone
from tests.factories import make_running_pilot, make_token
now = timezone.now()
pilot = make_running_pilot(now=now, window_start=(now - timedelta(days=3)).date(),
    maintenance_start=(now + timedelta(days=9)).date(), window_end=(now + timedelta(days=40)).date())
token = make_token(pilot, now=now)[1]
"""
COUNT = """
from django.utils import timezone
from pilots.actions import rollups
from pilots.models import Measurement, Pilot
pilot = Pilot.objects.get()
found = rollups.recount(pilot=pilot, now=timezone.now())
ids = sorted(Measurement.objects.values_list("external_id", flat=True))
print(json.dumps([ids, found.answers, found.rows, list(map(str, found.differences))]))
"""


@dataclass
class Load:
    """Clients that send each batch until it is acknowledged."""

    instance: OwnInstance
    token: str
    acknowledged: int = 0
    lock: threading.Lock = field(default_factory=threading.Lock)

    def run(self, client: int) -> None:
        for batch in range(BATCHES):
            rows = [
                {
                    "metric": "review_minutes",
                    "value": (batch + row) % 9,
                    "unit_id": f"unit-{row % 7}" if row % 2 else "",
                    "external_id": name(client, batch, row),
                }
                for row in range(ROWS)
            ]
            # Half of them rely on the key of the request, the others on the ids of the rows alone.
            headers = {"Idempotency-Key": f"{client}-{batch}"} if batch % 2 else {}
            self.send_until_acknowledged(json.dumps(rows).encode(), headers)
            with self.lock:
                self.acknowledged += 1

    def send_until_acknowledged(self, body: bytes, headers: dict[str, str]) -> None:
        deadline = time.monotonic() + 200
        while True:
            request = urllib.request.Request(
                f"{self.instance.url}/api/v1/pilots/clause-check/measurements/",
                data=body,
                headers={
                    "Authorization": f"Bearer {self.token}",
                    "Content-Type": "application/json",
                    **headers,
                },
            )
            try:
                with urllib.request.urlopen(request, timeout=20) as answer:
                    assert json.load(answer)["rejected"] == 0
                    return
            except urllib.error.HTTPError as refused:
                if refused.code not in {429, 500, 502, 503}:
                    raise AssertionError(refused.read()) from refused
            except (urllib.error.URLError, ConnectionError, TimeoutError, OSError):
                pass
            assert time.monotonic() < deadline, f"never acknowledged:\n{self.instance.says()}"
            time.sleep(0.1)


def name(client: int, batch: int, row: int) -> str:
    return f"{client}-{batch}-{row:03}"


@pytest.mark.timeout(400)  # four processes start twice, and the machine may be busy
def test_every_part_killed_leaves_exactly_the_rows_that_were_sent_and_one_result_a_case(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("EVALUATIONS_ALLOWED_HOSTS", "127.0.0.1")
    with (
        serving(ModelHost()) as host,
        running(tmp_path, "web", "worker") as instance,
        ThreadPoolExecutor(CLIENTS) as clients,
    ):
        stretch = FaultyStretch(instance)
        stretch.hold_up()
        token, run_id = instance.python(f"{PREPARE}{STRETCH}{plan(host)}print(json.dumps([token, run]))")
        load, run = Load(instance, token), EvaluationRun(instance, host, run_id)
        sent = [clients.submit(load.run, client) for client in range(CLIENTS)]

        for at, part in enumerate(KILLED, start=1):
            due = at * CLIENTS * BATCHES // (len(KILLED) + 1)
            instance.wait(lambda due=due: load.acknowledged >= due, f"batch {due}", seconds=150)
            instance.wait(run.is_going, "an evaluation run that goes on")
            if part == "worker":
                instance.wait(stretch.is_weighed, "a worker that weighs")
            instance.kill(part)
            if part == "worker":
                run.lose_its_worker()
                left = stretch.lose_its_worker()
            instance.begin(part)
        for each in sent:
            each.result()
        ended, marked = run.outcome(), stretch.outcome()
        ids, answers, rows, differences = instance.python(COUNT)

    known = sorted(
        name(client, batch, row)
        for client in range(CLIENTS)
        for batch in range(BATCHES)
        for row in range(ROWS)
    )
    assert ids == sorted([*known, *FAULTY])
    assert (answers, rows, differences) == (True, len(known), [])  # the faulty ones do not count
    assert (left, marked) == (LEFT, DONE)
    assert ended == ("done", CASES, CASES)
    # Asked again is what was on its way when the worker died, or had come back within its last half second: nothing that
    # was stored, and nothing because of the engines.
    assert len(run.asked_again) <= 2 * AT_A_TIME * run.workers_lost
    assert not run.kept & run.asked_again
