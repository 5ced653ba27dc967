"""The MLflow tracking server on a PostgreSQL like ours, doing what `ingest` measures of us: installed under var/peers."""

import http.client
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from statistics import quantiles
from time import perf_counter
from typing import Any
from urllib.parse import urlencode, urlsplit, urlunsplit

import psycopg

from config.local.ports import LOOPBACK, free_port
from config.local.process import Child, ask_to_end, see_it_end, spawn
from config.local.state import ROOT
from tests.bench.client import at_once, written
from tests.own_instance import answers
from tests.own_instance import running as engines

PLACE = ROOT / "var" / "peers" / "mlflow"
PROGRAM = PLACE / "bin" / "mlflow"
API = "/api/2.0/mlflow"
BATCH, BATCHES, SINGLES = 1000, 16, 320
PAGE = 25_000
JSON = {"Content-Type": "application/json"}


class NotMeasured(Exception):
    """Says why the peer cannot be had."""


@contextmanager
def running(directory: Path) -> Iterator["Peer"]:
    """On a PostgreSQL of its own: what that tidies up beside is no part of ours. Raises NotMeasured."""
    _install()
    with engines(directory) as instance:
        port = free_port()
        command = [str(PROGRAM), "server", "--host", LOOPBACK, "--port", str(port)]
        store = ["--backend-store-uri", _database(instance.env["DATABASE_URL"]), "--workers", "4"]
        server = spawn("mlflow", [*command, *store], log=directory / "mlflow.log", cwd=directory, env=None)
        database = instance.processes["postgres"]
        try:
            _wait(f"http://{LOOPBACK}:{port}/health")
            yield Peer(f"{LOOPBACK}:{port}", [server, database])
        finally:
            ask_to_end(server)
            see_it_end(server, grace=10)


class Peer:
    def __init__(self, host: str, processes: Sequence[Child]) -> None:
        self.host = host
        self.processes = processes
        self.experiment = self._post("experiments/create", {"name": "bench"})["experiment_id"]
        self.run = self._run()  # of all clients, as ours post to one pilot

    def batches(self, clients: int) -> float:
        """Points a second."""
        bodies = [{"metrics": _points(BATCH)} for _ in range(BATCHES)]
        _, seconds = self._at_once(clients, "runs/log-batch", bodies)
        return BATCHES * BATCH / seconds

    def singles(self, clients: int) -> tuple[float, float]:
        """Posts a second, and the seconds that 95 of 100 did not exceed."""
        took, seconds = self._at_once(clients, "runs/log-metric", _points(SINGLES))
        return SINGLES / seconds, quantiles(took, n=20)[-1]

    def read(self, points: int) -> float:
        """Seconds to read so many points of a metric of one run."""
        run = self._run()
        with_connection = http.client.HTTPConnection(self.host, timeout=300)
        for _ in range(points // BATCH):
            self._send(with_connection, "runs/log-batch", {"run_id": run, "metrics": _points(BATCH)})
        started = perf_counter()
        found, token = 0, ""
        while True:
            asked = {"run_id": run, "metric_key": "review_minutes", "max_results": PAGE, "page_token": token}
            with_connection.request("GET", f"{API}/metrics/get-history?{urlencode(asked)}")
            page = json.loads(with_connection.getresponse().read())
            found += len(page.get("metrics", []))
            token = page.get("next_page_token", "")
            if not token:
                break
        assert found == points, found
        return perf_counter() - started

    def _at_once(self, clients: int, path: str, bodies: list[dict[str, Any]]) -> tuple[list[float], float]:
        posts = [
            written(self.host, f"{API}/{path}", json.dumps({"run_id": self.run, **body}).encode(), JSON)
            for body in bodies
        ]
        return at_once(self.host, posts, clients=clients, status=200)

    def _run(self) -> str:
        run: str = self._post("runs/create", {"experiment_id": self.experiment})["run"]["info"]["run_id"]
        return run

    def _post(self, path: str, body: dict[str, Any]) -> Any:
        return self._send(http.client.HTTPConnection(self.host, timeout=300), path, body)

    def _send(self, connection: http.client.HTTPConnection, path: str, body: dict[str, Any]) -> Any:
        connection.request("POST", f"{API}/{path}", json.dumps(body), JSON)
        answer = connection.getresponse()
        said = answer.read()
        assert answer.status == 200, said
        return json.loads(said)


def _points(n: int) -> list[dict[str, Any]]:
    now = time.time_ns() // 10**6
    return [
        {"key": "review_minutes", "value": 2 + number % 797 / 100, "timestamp": now + number, "step": number}
        for number in range(n)
    ]


@contextmanager
def asleep(processes: Sequence[Child]) -> Iterator[None]:
    """While the other one is measured: servers do something all the time."""
    groups = [os.getpgid(each.popen.pid) for each in processes]
    for group in groups:
        os.killpg(group, signal.SIGSTOP)
    try:
        yield
    finally:
        for group in groups:
            os.killpg(group, signal.SIGCONT)


def _install() -> None:
    if PROGRAM.exists():
        return
    PLACE.mkdir(parents=True, exist_ok=True)
    python = str(PLACE / "bin" / "python")
    for command in (
        [sys.executable, "-m", "venv", str(PLACE)],
        [python, "-m", "pip", "install", "--quiet", "mlflow", "psycopg2-binary"],
    ):
        try:
            done = subprocess.run(command, capture_output=True, timeout=600)
        except (OSError, subprocess.TimeoutExpired) as error:
            raise NotMeasured(type(error).__name__) from error
        if done.returncode:
            raise NotMeasured("pip could not install it")


def _database(url: str) -> str:
    """A database of its own on the same server."""
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("CREATE DATABASE tracking_peer")
    parts = urlsplit(url)
    return urlunsplit(("postgresql+psycopg2", parts.netloc, "/tracking_peer", "", ""))


def _wait(url: str) -> None:
    deadline = time.monotonic() + 120
    while not answers(url):
        if time.monotonic() > deadline:
            raise NotMeasured("its server did not start")
        time.sleep(0.2)
