"""Clients that go on posting through a fault, each batch until it is acknowledged."""

from __future__ import annotations

import json
import threading
import time
import urllib.error
import urllib.request
from collections import Counter

import psycopg

from tests.own_instance import OwnInstance

CLIENTS, ROWS, PAUSE = 2, 10, 0.2
PATIENCE = 10.0  # seconds for one answer
AGAIN = {429, 500, 502, 503}


class Sender:
    """`with Sender(…) as sender`: sends until the block ends, then waits for what is still on its way."""

    def __init__(self, instance: OwnInstance, token: str, tag: str) -> None:
        self.instance, self.token, self.tag = instance, token, tag
        self.acknowledged: list[tuple[float, str]] = []  # begun at, id
        self.answered: list[float] = []
        self._stop = threading.Event()
        self._threads = [threading.Thread(target=self._run, args=(client,)) for client in range(CLIENTS)]

    def __enter__(self) -> Sender:
        for thread in self._threads:
            thread.start()
        self.instance.wait(lambda: len(self.answered) >= 5 * CLIENTS, "the first answers")
        return self

    def __exit__(self, *error: object) -> None:
        self._stop.set()
        for thread in self._threads:
            thread.join()

    def wait_for_recovery(self, since: float) -> float:
        """Seconds from `since` until a batch is acknowledged again."""
        self.instance.wait(
            lambda: any(at > since for at in self.answered[-8:]), "an answer after the fault", seconds=180
        )
        return min(at for at in self.answered if at > since) - since

    def lost_and_doubled(self) -> tuple[int, int]:
        with psycopg.connect(self.instance.env["DATABASE_URL"]) as database:
            found = database.execute(
                "SELECT external_id FROM pilots_measurement WHERE external_id LIKE %s", [f"{self.tag}-%"]
            ).fetchall()
        stored = Counter(row[0] for row in found)
        lost = {name for _, name in self.acknowledged} - stored.keys()
        return len(lost), sum(count - 1 for count in stored.values())

    def _run(self, client: int) -> None:
        batch = 0
        while not self._stop.is_set():
            names = [f"{self.tag}-{client}-{batch}-{row}" for row in range(ROWS)]
            began = time.monotonic()
            self._send(names)
            self.answered.append(time.monotonic())
            self.acknowledged += [(began, name) for name in names]
            batch += 1
            self._stop.wait(PAUSE)

    def _send(self, names: list[str]) -> None:
        rows = [{"metric": "review_minutes", "value": 3, "external_id": name} for name in names]
        deadline = time.monotonic() + 240
        while True:
            request = urllib.request.Request(
                f"{self.instance.url}/api/v1/pilots/clause-check/measurements/",
                data=json.dumps(rows).encode(),
                headers={"Authorization": f"Bearer {self.token}", "Content-Type": "application/json"},
            )
            try:
                with urllib.request.urlopen(request, timeout=PATIENCE) as answer:
                    assert json.load(answer)["rejected"] == 0
                    return
            except urllib.error.HTTPError as refused:
                if refused.code not in AGAIN:
                    raise AssertionError(refused.read()) from refused
            except OSError:
                pass
            assert time.monotonic() < deadline, f"never acknowledged:\n{self.instance.says()}"
            time.sleep(0.2)
