"""What it costs to take measurements in and to give them out: a real web server, PostgreSQL syncing to disk, two cores."""

import http.client
import json
import os
import tempfile
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path
from statistics import median, quantiles
from time import perf_counter
from urllib.parse import urlsplit

from tests.bench import as_installed, otlp, tracking_peer
from tests.bench.client import at_once, written
from tests.bench.report import Figure
from tests.bench.tracking_peer import asleep
from tests.own_instance import OwnInstance, running

BATCH, BATCHES, WARM, SINGLES, READ = 1000, 48, 24, 3200, 100_000
ROUNDS = 3
"""Of ours and of the peer's in turn, since a machine is not equally fast at all times; of figures and ratios the medians."""
TICK_S = 1 / os.sysconf("SC_CLK_TCK")
PREPARE = """
from datetime import timedelta
from django.utils import timezone
from pilots.models import Metric
from tests.factories import make_running_pilot, make_token
now = timezone.now()
window = dict(window_start=(now - timedelta(days=5)).date(), maintenance_start=(now + timedelta(days=9)).date(),
    window_end=(now + timedelta(days=40)).date())
pilot = make_running_pilot("bench", now=now, **window)
from pilots.actions import rollups
from pilots.queries import plans
rollups.refresh(pilot=pilot, plan=plans.current(pilot)[1], now=now)
print(json.dumps(make_token(pilot, now=now)[1]))
"""
COMPILE = """
import celery.apps.beat, celery.apps.worker, celery.bin.celery, celery.concurrency.prefork, celery.worker.consumer
import config.beat, config.wsgi
from config.celery import load_before_forking
load_before_forking()
print("null")
"""
numbers = count(1)


def measure(*, full: bool) -> list[Figure]:
    with tempfile.TemporaryDirectory() as directory, running(Path(directory)) as instance:
        token = instance.python(PREPARE)
        # No throttle here; and what is measured is a server, not a checkout.
        instance.env |= {"TOKEN_REQUESTS_PER_SECOND": "0", "TOKEN_BYTES_PER_SECOND": "0"}
        instance.env |= as_installed.environment(Path(directory))
        instance.python(COMPILE)  # as in the image: none of the processes measured compiles what it loads
        instance.begin("web")
        bench = _Bench(instance, token)
        # Each thread of the server has its connection and its plans by now.
        bench.batches(clients=8, batches=WARM)
        bench.singles(32)
        figures = _in_turn(bench, Path(directory) / "peer")
        figures += [bench.share_of_statistics(), bench.memory("web"), *otlp.figures(instance)]
        instance.begin("worker")
        instance.begin("beat")
        instance.wait(lambda: " ready." in instance.processes["worker"].log.read_text(), "the worker")
        return [*figures, bench.memory("web", "worker", "beat")]


def _in_turn(bench: "_Bench", directory: Path) -> list[Figure]:
    """Ours and those of MLflow's tracking server: how many times as much we do."""
    try:
        with tracking_peer.running(directory) as peer:
            with asleep(bench.processes):
                for clients in (8, 32):
                    peer.singles(clients)
                peer.batches(8)
            rounds = [_round(bench, peer) for _ in range(ROUNDS)]
            with asleep(peer.processes):
                ours = bench.read()
            with asleep(bench.processes):
                theirs = peer.read(READ)
    except (tracking_peer.NotMeasured, AssertionError, OSError) as error:
        rounds, ours = [_round(bench, None) for _ in range(ROUNDS)], bench.read()
        return [*_medians(rounds), ours, Figure(f"MLflow was not measured: {str(error)[:100]}", 0.0, "")]
    return [
        *_medians(rounds),
        ours,
        Figure("MLflow get-history, read 100,000 points of a metric", theirs, "s"),
        Figure(f"{ours.name}, ours against MLflow's", ours.measured / theirs, "×"),
    ]


def _round(bench: "_Bench", peer: tracking_peer.Peer | None) -> list[Figure]:
    figures: list[Figure] = []
    for clients, times in ((1, 8), (8, 10)):
        who = f"batches of 1,000, {clients} client{'s' if clients > 1 else ''}"
        with asleep(peer.processes if peer else ()):
            figures += bench.throughput(clients)
        if peer is not None:
            with asleep(bench.processes):
                theirs = peer.batches(clients)
            figures += [
                Figure(f"MLflow log-batch, {who}", theirs, "points/s"),
                Figure(
                    f"{who}, ours against MLflow's", figures[-2].measured / theirs, "×", times, at_most=False
                ),
            ]
    for clients in (8, 32):
        who = f"single posts, {clients} clients"
        with asleep(peer.processes if peer else ()):
            rate, p95 = bench.singles(clients)
        figures += [Figure(who, rate, "posts/s"), Figure(f"{who}, p95", p95 * 1000, "ms")]
        if peer is not None:
            with asleep(bench.processes):
                theirs, their_p95 = peer.singles(clients)
            figures += [
                Figure(f"MLflow log-metric, {clients} clients", theirs, "posts/s"),
                Figure(f"MLflow log-metric, {clients} clients, p95", their_p95 * 1000, "ms"),
                Figure(f"{who}, ours against MLflow's", rate / theirs, "×", 8, at_most=False),
            ]
            if clients == 8:
                figures.append(Figure(f"{who}, p95, ours against MLflow's", p95 / their_p95, "×", 0.25))
    return figures


def _medians(rounds: list[list[Figure]]) -> list[Figure]:
    return [
        replace(same[0], measured=median(each.measured for each in same))
        for same in zip(*rounds, strict=True)
    ]


class _Bench:
    def __init__(self, instance: OwnInstance, token: str) -> None:
        self.instance = instance
        self.token = token
        self.host = urlsplit(instance.url).netloc
        self.processes = [instance.processes[part] for part in ("web", "postgres", "valkey")]

    def throughput(self, clients: int) -> list[Figure]:
        rate, cpu = self.batches(clients=clients, batches=BATCHES)
        who = f"{clients} client{'s' if clients > 1 else ''}"
        return [
            Figure(f"batches of 1,000, {who}", rate, "points/s"),
            Figure(f"CPU of web and PostgreSQL, batches of 1,000, {who}", cpu, "µs a point", 45),
        ]

    def share_of_statistics(self) -> Figure:
        share = self.instance.python("from tests.bench.statistics_share import measured\nprint(measured())")
        return Figure("share of keeping the statistics in a batch", share, "%", 15)

    def batches(self, clients: int, batches: int) -> tuple[float, float]:
        """Points a second, and microseconds of CPU a point."""
        posts = [self._post(BATCH) for _ in range(batches)]
        before = self._cpu()
        _, seconds = at_once(self.host, posts, clients=clients, status=201)
        points = batches * BATCH
        return points / seconds, (self._cpu() - before) / points * 1e6

    def singles(self, clients: int) -> tuple[float, float]:
        """Posts a second, and the seconds that 95 of 100 did not exceed."""
        posts = [self._post(1) for _ in range(SINGLES)]
        took, seconds = at_once(self.host, posts, clients=clients, status=201)
        return SINGLES / seconds, quantiles(took, n=20)[-1]

    def read(self) -> Figure:
        have = BATCH * (WARM + 2 * ROUNDS * BATCHES)
        if have < READ:
            self.batches(clients=2, batches=-(-(READ - have) // BATCH))
        path = "/api/v1/pilots/bench/measurements/?metric=review_minutes&format=ndjson"
        took = []
        for _ in range(3):
            started = perf_counter()
            connection = http.client.HTTPConnection(self.host, timeout=120)
            connection.request("GET", path, headers={"Authorization": f"Bearer {self.token}"})
            lines = connection.getresponse().read().count(b"\n")
            took.append((perf_counter() - started) * READ / lines)
            assert lines >= READ, lines
        return Figure("read 100,000 points of a metric", median(took), "s", 0.6)

    def memory(self, *parts: str) -> Figure:
        pids = [pid for part in parts for pid in _tree(self.instance.processes[part].popen.pid)]
        goal = {("web",): 180, ("web", "worker", "beat"): 400}[parts]
        return Figure(f"memory of {', '.join(parts)} (PSS)", sum(map(_pss, pids)), "MiB", goal)

    def _post(self, rows: int) -> bytes:
        headers = {"Authorization": f"Bearer {self.token}", "Content-Type": "application/json"}
        return written(self.host, "/api/v1/pilots/bench/measurements/?items=none", _rows(rows), headers)

    def _cpu(self) -> float:
        return sum(
            _cpu(pid)
            for part in ("web", "postgres")
            for pid in _tree(self.instance.processes[part].popen.pid)
        )


def _rows(n: int) -> bytes:
    moment = datetime.now(UTC) - timedelta(minutes=1)
    return json.dumps(
        [
            {
                "metric": "review_minutes",
                "value": 2 + number % 797 / 100,
                "observed_at": (moment - timedelta(seconds=number % 3000)).isoformat(),
                "external_id": f"run-{number:08}",
            }
            for number in (next(numbers) for _ in range(n))
        ]
    ).encode()


def _tree(pid: int) -> list[int]:
    """A process and all its descendants."""
    found = [pid]
    for task in Path(f"/proc/{pid}/task").glob("*/children"):
        found += [each for child in task.read_text().split() for each in _tree(int(child))]
    return found


def _cpu(pid: int) -> float:
    """Seconds, its ended children included."""
    fields = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    return sum(map(int, fields[11:15])) * TICK_S


def _pss(pid: int) -> float:
    lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("Pss:")) / 1024
