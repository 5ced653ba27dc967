"""Faults of those who work: a frozen worker, two beats, a slow provider."""

from __future__ import annotations

import os
import re
import signal
import time
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from itertools import pairwise

import psycopg

from config.local.launcher import BEAT, WORKER
from config.local.process import Child, spawn, stop
from config.local.state import ROOT
from tests.chaos.hosts import HERE, Host, from_elsewhere, host, reachable
from tests.chaos.report import Row
from tests.chaos.sender import Sender
from tests.evaluations.model_host import ModelHost, serving
from tests.own_instance import OwnInstance

CASES = 40
PLAN = """
from django.utils import timezone
from evaluations.actions import runs
from evaluations.actions.runs import TargetSpec
from tests.evaluations.builders import make_deployment, make_model, make_prompt, make_suite, make_version
version = make_version({cases}, suite=make_suite("{slug}"))
model = make_model("{slug}")
deployment = make_deployment("{slug}", model=model, host=model.vendor, base_url="{url}", concurrency=2)
target = TargetSpec("primary", deployment, make_prompt(version.suite))
run = runs.plan(suite_version=version, targets=[target], repeats=1, now=timezone.now())
print(json.dumps(run.pk))
"""
SENT = re.compile(r"^(\S+) .*Sending due task Fold new figures", re.MULTILINE)
FOLD_EVERY = 10.0


def worker_frozen(instance: OwnInstance, token: str, *, seconds: float) -> Row:
    with (
        serving(ModelHost(delay_s=0.3)) as host,
        _second(instance, "worker", [*WORKER, "-n", "second@chaos"]) as second,
    ):
        os.killpg(
            second.popen.pid, signal.SIGSTOP
        )  # the first alone takes the run; the second is there to follow
        run = instance.python(PLAN.format(cases=CASES, slug="frozen", url=host.base_url))
        instance.wait(lambda: _results(instance, run) > 0, "the first result", seconds=120)
        first = instance.processes["worker"]
        os.killpg(first.popen.pid, signal.SIGSTOP)
        frozen = time.monotonic()
        kept = _results(instance, run)
        os.killpg(second.popen.pid, signal.SIGCONT)
        instance.wait(
            lambda: _state(instance, run) == "done", "the run to be done by the other worker", seconds=240
        )
        back = time.monotonic() - frozen
        os.killpg(
            first.popen.pid, signal.SIGCONT
        )  # it wakes up in the middle of a batch that is no longer its own
        time.sleep(5)
    lost, doubled = _compare(instance, run)
    return Row(
        "Worker frozen",
        f"SIGSTOP in the middle of a run of {CASES} cases ({kept} answered); another takes over; SIGCONT",
        lost,
        doubled,
        back,
        lost == doubled == 0,
        "a minute of it is how long a worker may be silent",
    )


def host_cut_off(instance: OwnInstance, token: str, *, seconds: float) -> Row:
    """Two workers on machines of their own; the one that has taken the run loses its network in the middle of it."""
    with (
        serving(ModelHost(delay_s=0.3)) as model,
        reachable(instance.env["DATABASE_URL"], instance.env["REDIS_URL"], model.base_url),
        host(1) as one,
        host(2) as other,
        _away(instance, "worker"),
        _worker_on(instance, one),
        _worker_on(instance, other) as follows,
    ):
        os.killpg(follows.popen.pid, signal.SIGSTOP)
        run = instance.python(PLAN.format(cases=CASES, slug="cut-off", url=from_elsewhere(model.base_url)))
        instance.wait(lambda: _results(instance, run) > 0, "the first result", seconds=120)
        one.cut_off()
        cut = time.monotonic()
        os.killpg(follows.popen.pid, signal.SIGCONT)
        kept = _results(instance, run)
        instance.wait(
            lambda: _state(instance, run) == "done", "the run to be done by the other host", seconds=240
        )
        back = time.monotonic() - cut
        one.plug_in()
        time.sleep(10)
        lost, doubled = _compare(instance, run)
    return Row(
        "Host cut off",
        f"the cable of the machine whose worker is in the middle of a run of {CASES} cases ({kept} answered) is pulled; "
        "a worker on another machine takes over; the cable is put back",
        lost,
        doubled,
        back,
        lost == doubled == 0,
        "machines are network namespaces",
    )


@contextmanager
def _away(instance: OwnInstance, part: str) -> Iterator[None]:
    stop(instance.processes[part], grace=60)
    try:
        yield
    finally:
        instance.begin(part)


@contextmanager
def _worker_on(instance: OwnInstance, machine: Host) -> Iterator[Child]:
    urls = {
        name: from_elsewhere(value)
        for name, value in instance.env.items()
        if name in ("DATABASE_URL", "REDIS_URL")
    }
    env = instance.env | urls | {"EVALUATIONS_ALLOWED_HOSTS": HERE}
    command = machine.command(*WORKER, "-n", f"worker@{machine.name}")
    with _second(instance, "worker", command, name=machine.name, env=env) as child:
        yield child


def two_beats(instance: OwnInstance, token: str, *, seconds: float) -> Row:
    with _second(instance, "beat", BEAT) as second:
        first = instance.processes["beat"]
        began = time.time()
        time.sleep(2 * FOLD_EVERY)
        os.killpg(first.popen.pid, signal.SIGSTOP)
        frozen = time.time()
        instance.wait(
            lambda: any(at > frozen for at in _sent(second)), "the second beat to take over", seconds=90
        )
        back = min(at for at in _sent(second) if at > frozen) - frozen
        os.killpg(first.popen.pid, signal.SIGCONT)
        time.sleep(2 * FOLD_EVERY)
        ticks = sorted(at for at in [*_sent(first), *_sent(second)] if at > began)
    doubled = sum(later - earlier < FOLD_EVERY * 0.8 for earlier, later in pairwise(ticks))
    lasted = ticks[-1] - ticks[0]
    lost = max(0, int((lasted - 15 - FOLD_EVERY) // FOLD_EVERY) + 1 - len(ticks))
    return Row(
        "Two beats, one frozen",
        "both run; the one that works gets SIGSTOP, the other follows; SIGCONT",
        lost,
        doubled,
        back,
        doubled <= 1 and lost == 0,
        f"{len(ticks)} ticks of the shortest task; the lease lasts 15 s",
    )


def slow_provider(instance: OwnInstance, token: str, *, seconds: float) -> Row:
    with serving(ModelHost(delay_s=3.0)) as host, Sender(instance, token, "slow-provider") as sender:
        run = instance.python(PLAN.format(cases=CASES, slug="slow", url=host.base_url))
        instance.wait(lambda: _results(instance, run) > 0, "the first slow result", seconds=120)
        time.sleep(seconds / 2)
        host.delay_s = 0.02
        over = time.monotonic()
        instance.wait(lambda: _state(instance, run) == "done", "the run", seconds=120)
        back = time.monotonic() - over
    lost, doubled = _compare(instance, run)
    rows_lost, rows_doubled = sender.lost_and_doubled()
    lost, doubled = lost + rows_lost, doubled + rows_doubled
    return Row(
        "Slow provider",
        f"3 s an answer during a run of {CASES} cases, while measurements are posted",
        lost,
        doubled,
        back,
        lost == doubled == 0,
        f"{len(sender.acknowledged)} rows acknowledged meanwhile",
    )


@contextmanager
def _second(
    instance: OwnInstance,
    part: str,
    command: list[str],
    *,
    name: str = "second",
    env: Mapping[str, str] | None = None,
) -> Iterator[Child]:
    log = instance.directory / "log" / f"{name}-{part}.log"
    child = spawn(f"{name} {part}", command, log=log, cwd=ROOT, env=dict(env or instance.env))
    try:
        word = " ready." if part == "worker" else "beat: Starting..."
        instance.wait(lambda: word in log.read_text(errors="replace"), f"the {name} {part}")
        yield child
    finally:
        os.killpg(child.popen.pid, signal.SIGCONT)
        stop(child, grace=20)


def _sent(child: Child) -> list[float]:
    found = SENT.findall(child.log.read_text(errors="replace"))
    return [datetime.fromisoformat(at).timestamp() for at in found]


def _compare(instance: OwnInstance, run: int) -> tuple[int, int]:
    """Cases without a result, and results beyond the first of a case."""
    found = Counter(
        row[0]
        for row in _ask(
            instance,
            "SELECT result.case_id FROM evaluations_result result JOIN evaluations_runtarget target"
            " ON target.id = result.target_id WHERE target.run_id = %s",
            run,
        )
    )
    return CASES - len(found), sum(count - 1 for count in found.values())


def _results(instance: OwnInstance, run: int) -> int:
    lost, doubled = _compare(instance, run)
    return CASES - lost + doubled


def _state(instance: OwnInstance, run: int) -> str:
    return str(_ask(instance, "SELECT state FROM evaluations_run WHERE id = %s", run)[0][0])


def _ask(instance: OwnInstance, query: str, run: int) -> list[tuple[object, ...]]:
    with psycopg.connect(instance.env["DATABASE_URL"]) as database:
        return database.execute(query, [run]).fetchall()
