"""kill -9 of every part during a load with client retries: in the end exactly the rows that were sent, and true figures."""

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

from tests.own_instance import OwnInstance, running

CLIENTS, BATCHES, ROWS = 3, 16, 25
KILLED = ("web", "worker", "postgres", "valkey")
PREPARE = """
from datetime import timedelta
from django.utils import timezone
from tests.factories import make_running_pilot, make_token
now = timezone.now()
pilot = make_running_pilot(now=now, window_start=(now - timedelta(days=3)).date(),
    maintenance_start=(now + timedelta(days=9)).date(), window_end=(now + timedelta(days=40)).date())
print(json.dumps(make_token(pilot, now=now)[1]))
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
def test_every_part_killed_during_a_load_leaves_exactly_the_rows_that_were_sent(tmp_path: Path) -> None:
    with running(tmp_path, "web", "worker") as instance, ThreadPoolExecutor(CLIENTS) as clients:
        load = Load(instance, instance.python(PREPARE))
        sent = [clients.submit(load.run, client) for client in range(CLIENTS)]

        for at, part in enumerate(KILLED, start=1):
            due = at * CLIENTS * BATCHES // (len(KILLED) + 1)
            instance.wait(lambda due=due: load.acknowledged >= due, f"batch {due}", seconds=150)
            instance.kill(part)
            instance.begin(part)
        for each in sent:
            each.result()
        ids, answers, rows, differences = instance.python(COUNT)

    known = sorted(
        name(client, batch, row)
        for client in range(CLIENTS)
        for batch in range(BATCHES)
        for row in range(ROWS)
    )
    assert ids == known
    assert (answers, rows, differences) == (True, len(known), [])
