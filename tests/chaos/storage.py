"""Faults of what data is kept in: PostgreSQL, Redis, the disk of a client, a clock."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

from redis import Redis

from config.local.state import ROOT
from tests.chaos.report import Row
from tests.chaos.sender import Sender
from tests.own_instance import OwnInstance

SMALL = "256k"


def _through(instance: OwnInstance, token: str, fault: str, did: str, act: Callable[[], float]) -> Row:
    """`act` does the harm, returns when it is over and says when (monotonic)."""
    with Sender(instance, token, fault.replace(" ", "-")) as sender:
        over = act()
        back = sender.wait_for_recovery(over)
        instance.wait(lambda: sum(at > over for at in sender.answered) >= 10, "the load to go on")
    lost, doubled = sender.lost_and_doubled()
    return Row(
        fault, did, lost, doubled, back, lost == doubled == 0, f"{len(sender.acknowledged)} rows acknowledged"
    )


def postgres_killed(instance: OwnInstance, token: str, *, seconds: float) -> Row:
    def act() -> float:
        instance.kill("postgres")
        instance.begin("postgres")
        return time.monotonic()

    return _through(instance, token, "PostgreSQL killed", "kill -9, started again at once", act)


def postgres_cut_off(instance: OwnInstance, token: str, *, seconds: float) -> Row:
    def act() -> float:
        server = instance.processes["postgres"].popen.pid
        group = _family(server)
        for pid in group:
            os.kill(pid, signal.SIGSTOP)
        time.sleep(seconds)
        for pid in group:
            os.kill(pid, signal.SIGCONT)
        return time.monotonic()

    did = f"all its processes stopped for {seconds:.0f} s: connections stay open and nothing answers"
    return _through(instance, token, "PostgreSQL cut off", did, act)


def redis_flushed(instance: OwnInstance, token: str, *, seconds: float) -> Row:
    def act() -> float:
        Redis.from_url(instance.env["REDIS_URL"]).flushall()
        return time.monotonic()

    return _through(
        instance, token, "Redis flushed", "FLUSHALL: queues, caches and the beat's lease are gone", act
    )


def redis_killed(instance: OwnInstance, token: str, *, seconds: float) -> Row:
    def act() -> float:
        instance.kill("valkey")
        time.sleep(seconds / 2)
        instance.begin("valkey")
        return time.monotonic()

    row = _through(instance, token, "Redis killed", f"kill -9, away for {seconds / 2:.0f} s", act)
    asked = time.monotonic()
    instance.wait(lambda: _ready(instance), "beat and broker after Redis came back", seconds=120)
    return Row(**{**vars(row), "recovered_s": max(row.recovered_s, time.monotonic() - asked)})


def spool_full(instance: OwnInstance, token: str, *, seconds: float) -> Row:
    """The server is away and the disk of the client fills up: what it took it keeps, what it cannot take it says."""
    with tempfile.TemporaryDirectory() as place:
        subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={SMALL},mode=1777", "tmpfs", place], check=True)
        try:
            return _fill(instance, token, Path(place))
        finally:
            subprocess.run(["umount", place], check=True)


def _fill(instance: OwnInstance, token: str, place: Path) -> Row:
    env = instance.env | {
        "PILOTAGE_URL": instance.url,
        "PILOTAGE_TOKEN": token,
        "PILOTAGE_PILOT": "clause-check",
        "PILOTAGE_SPOOL": str(place / "spool"),
    }
    code = (
        "import json, sys\nfrom pilots.client import Client\nclient = Client()\nkept = 0\nrefused = 0\n"
        "for n in range(120):\n"
        "    receipt = client.post_rows([{'metric': 'review_minutes', 'value': 3, 'external_id': f'spool-full-{n}-{m}',"
        " 'context': {'padding': 'x' * 200}} for m in range(10)])\n"
        "    kept += 10 * (receipt.waiting or receipt.delivered)\n"
        "    refused += 10 * bool(receipt.problem and not receipt.waiting)\n"
        "print(json.dumps([kept, refused]))\n"
    )
    instance.kill("web")
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, env=env, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    kept, refused = json.loads(done.stdout.splitlines()[-1])
    instance.begin("web")
    over = time.monotonic()
    flushed = subprocess.run(
        [sys.executable, "-m", "pilots.client", "flush"], cwd=ROOT, env=env, capture_output=True, text=True
    )
    back = time.monotonic() - over
    sender = Sender(instance, token, "spool-full")
    sender.acknowledged = []
    import psycopg

    with psycopg.connect(instance.env["DATABASE_URL"]) as database:
        found = database.execute(
            "SELECT count(*), count(DISTINCT external_id) FROM pilots_measurement WHERE external_id LIKE 'spool-full-%'"
        ).fetchone()
    assert found is not None
    rows, distinct = found
    passed = distinct == kept and rows == distinct and refused > 0 and flushed.returncode == 0
    return Row(
        "Disk of a client full",
        f"server away, spool on a disk of {SMALL}: {kept} rows taken, {refused} refused in words",
        kept - distinct,
        rows - distinct,
        back,
        passed,
        flushed.stderr.strip()[-200:] if not passed else "",
    )


def clock_skew(instance: OwnInstance, token: str, *, seconds: float) -> Row:
    """Clocks of senders that are wrong: four minutes are borne, an hour ahead is refused by name and not stored."""
    began = time.monotonic()
    answers = {}
    for minutes in (-60, 4, 60):
        at = (datetime.now(UTC) + timedelta(minutes=minutes)).isoformat()
        answers[minutes] = _post(instance, token, {"metric": "review_minutes", "value": 3, "observed_at": at})
    said = json.dumps(answers[60])
    passed = [answers[each][0] for each in (-60, 4)] == [201, 201] and "in_the_future" in said
    return Row(
        "Clocks that differ",
        "rows dated an hour back, 4 minutes and an hour ahead: the last refused, with the reason",
        0,
        0,
        time.monotonic() - began,
        passed,
        "" if passed else said[-300:],
    )


def _post(instance: OwnInstance, token: str, row: dict[str, object]) -> tuple[int, object]:
    request = urllib.request.Request(
        f"{instance.url}/api/v1/pilots/clause-check/measurements/",
        data=json.dumps([row]).encode(),
        headers={"Authorization": f"Bearer {token}", "Content-Type": "application/json"},
    )
    try:
        with urllib.request.urlopen(request, timeout=20) as answer:
            return answer.status, json.load(answer)
    except urllib.error.HTTPError as refused:
        return refused.code, json.load(refused)


def _ready(instance: OwnInstance) -> bool:
    try:
        with urllib.request.urlopen(f"{instance.url}/readyz", timeout=5) as answer:
            return bool(answer.status == 200)
    except OSError:
        return False


def _family(pid: int) -> list[int]:
    """The process and its children."""
    listed = subprocess.run(["ps", "-o", "pid=", "--ppid", str(pid)], capture_output=True, text=True).stdout
    return [pid, *map(int, listed.split())]
