"""What a run costs beyond the model: a real worker, a fake model on loopback that takes 100 ms, results scored and stored.

The peer is promptfoo on the same cases, installed under var/peers (by `--full`); where it is not there, a row says so.
"""

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.utils import timezone

from evaluations.actions import runs, suites
from evaluations.actions.runs import TargetSpec
from evaluations.models import Result, Run, SuiteVersion
from evaluations.models.run import RunState
from evaluations.queries.runs import comparison
from tests.bench.report import ROOT, Figure
from tests.evaluations.builders import make_deployment, make_drafts, make_prompt, make_suite

DELAY_MS = 100
CASES = 500
CONCURRENCY = 20
IDEAL_S = CASES / CONCURRENCY * DELAY_MS / 1000
LONG, LONG_FULL = 1_000, 10_000
SELDOM_S = 0.5
PEERS = ROOT / "var" / "peers" / "promptfoo"
TICKS = os.sysconf("SC_CLK_TCK")


def measure(*, full: bool) -> list[Figure]:
    with endpoint(DELAY_MS) as base_url, worker() as process:
        _wait(_run(base_url, "warm", 40))
        before = _cpu(process)
        run, wall = _timed(base_url, "measured", CASES)
        cpu = _cpu(process) - before
        (summary,) = comparison(run)
        assert (summary.n, summary.passed) == (CASES, CASES)
        figures = [
            Figure(f"{CASES} cases, {CONCURRENCY} at a time, {DELAY_MS} ms each: wall time", wall, "s"),
            Figure("wall time against the ideal", wall / IDEAL_S, "×", 1.3),
            Figure("processor time of the worker", cpu, "s"),
            Figure("processor time a result", cpu / CASES * 1000, "ms"),
            Figure("reported latency p50 against the true one", _off(summary.latency_p50_s), "%", 10),
            Figure("of it our own, as null calls beside show", (summary.overhead_p50_s or 0) * 1000, "ms"),
        ]
        figures += _memory(process, full=full)
        figures.append(Figure("memory of a pool process at its peak", _peak_mb(process), "MB", 200))
        return figures + _beside_promptfoo(base_url, wall, cpu, install=full)


def _memory(process: "subprocess.Popen[bytes]", *, full: bool) -> list[Figure]:
    """Three candidates, asked without a wait: by how much memory grows between a fifth of the run and its end."""
    cases = LONG_FULL if full else LONG
    with endpoint(1) as base_url:
        run = _run(base_url, "long", cases, targets=3)
        _wait(run, until=run.planned_results // 5, every=SELDOM_S)
        early = _now_mb(process)
        started = time.perf_counter()
        _wait(run, every=SELDOM_S)
        rate = run.planned_results * 0.8 / (time.perf_counter() - started)
    return [
        Figure(
            f"{cases:,} cases × 3 candidates: growth of memory after a fifth",
            _now_mb(process) - early,
            "MB",
            15,
        ),
        Figure("results a second, where the model takes no time", rate, "/s"),
    ]


def _timed(base_url: str, slug: str, cases: int) -> tuple[Run, float]:
    """From the plan to the last result."""
    version, specs = _prepared(base_url, slug, cases)
    started = time.perf_counter()
    run = runs.plan(suite_version=version, targets=specs, repeats=1, now=timezone.now())
    _wait(run)
    return run, time.perf_counter() - started


def _run(base_url: str, slug: str, cases: int, *, targets: int = 1) -> Run:
    version, specs = _prepared(base_url, slug, cases, targets)
    return runs.plan(suite_version=version, targets=specs, repeats=1, now=timezone.now())


def _prepared(
    base_url: str, slug: str, cases: int, targets: int = 1
) -> tuple[SuiteVersion, list[TargetSpec]]:
    version = _version(slug, cases)
    specs = [
        TargetSpec(
            f"candidate-{number}",
            make_deployment(base_url=base_url, concurrency=CONCURRENCY),
            make_prompt(version.suite, f"plain-{number}"),
        )
        for number in range(targets)
    ]
    return version, specs


def _version(slug: str, cases: int) -> SuiteVersion:
    return suites.save_version(suite=make_suite(slug), cases=make_drafts(cases), by=None, now=timezone.now())


def _wait(run: Run, *, until: int | None = None, every: float = 0.02, seconds: float = 900.0) -> None:
    """Until it is done, or has so many results. Counting thousands of rows fifty times a second would itself be the load."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        run.refresh_from_db()
        if run.state == RunState.DONE:
            return
        if run.state == RunState.FAILED:
            raise SystemExit(f"The run of the bench failed: {run.failure}")
        if until is not None and Result.objects.filter(target__run=run).count() >= until:
            return
        time.sleep(every)
    raise SystemExit("The run of the bench was not done in time.")


def _off(reported_s: float | None) -> float:
    assert reported_s is not None
    return abs(reported_s * 1000 / DELAY_MS - 1) * 100


@contextmanager
def endpoint(delay_ms: int) -> Iterator[str]:
    with subprocess.Popen(
        [sys.executable, "-m", "tests.bench.endpoint", str(delay_ms)],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout is not None
        try:
            yield f"http://127.0.0.1:{process.stdout.readline().strip()}/v1"
        finally:
            process.kill()


@contextmanager
def worker() -> "Iterator[subprocess.Popen[bytes]]":
    """A real Celery worker with one pool process, on the bench's engines."""
    command = [
        sys.executable,
        "-m",
        "config.run_celery",
        "-A",
        "config",
        "worker",
        "-Q",
        "evaluations",
        "-c",
        "1",
    ]
    environment = {**os.environ, "EVALUATIONS_ALLOWED_HOSTS": "127.0.0.1", "LOG_LEVEL": "WARNING"}
    log = ROOT / "var" / "log" / "bench-worker.log"
    log.parent.mkdir(parents=True, exist_ok=True)
    with (
        log.open("wb") as output,
        subprocess.Popen(
            [*command, "--without-gossip", "--without-mingle"],
            cwd=ROOT,
            env=environment,
            stdout=output,
            stderr=output,
        ) as process,
    ):
        try:
            yield process
        finally:
            process.terminate()


def _pool(process: "subprocess.Popen[bytes]") -> int:
    """The pool process: the child that does the work."""
    return int(Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text().split()[0])


def _cpu(process: "subprocess.Popen[bytes]") -> float:
    """Seconds of processor time of the worker and its pool process so far."""
    total = 0
    for pid in (process.pid, _pool(process)):
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
        total += int(fields[11]) + int(fields[12])
    return total / TICKS


def _now_mb(process: "subprocess.Popen[bytes]") -> float:
    return _status(process, "VmRSS")


def _peak_mb(process: "subprocess.Popen[bytes]") -> float:
    return _status(process, "VmHWM")


def _status(process: "subprocess.Popen[bytes]", name: str) -> float:
    lines = Path(f"/proc/{_pool(process)}/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith(name)) / 1024


def _beside_promptfoo(base_url: str, wall: float, cpu: float, *, install: bool) -> list[Figure]:
    program = PEERS / "node_modules" / ".bin" / "promptfoo"
    if not program.exists() and not install:
        return [Figure("promptfoo was not measured: it is not under var/peers, --full installs it", 0.0, "")]
    if not program.exists():
        PEERS.mkdir(parents=True, exist_ok=True)
        command = ["npm", "install", "--no-audit", "--no-fund", "--prefix", ".", "promptfoo"]
        try:
            done = subprocess.run(command, cwd=PEERS, capture_output=True, timeout=600)
        except (OSError, subprocess.TimeoutExpired) as error:
            return [Figure(f"promptfoo was not measured: {type(error).__name__}", 0.0, "")]
        if done.returncode or not program.exists():
            return [Figure("promptfoo was not measured: npm could not install it", 0.0, "")]
    their_wall, their_cpu, passed = _promptfoo(program, base_url)
    if passed != CASES:
        return [Figure(f"promptfoo was not measured: {passed} of {CASES} cases came through", 0.0, "")]
    return [
        Figure("promptfoo on the same cases: wall time", their_wall, "s"),
        Figure("promptfoo on the same cases: processor time", their_cpu, "s"),
        Figure("our wall time against theirs", wall / their_wall, "×", 1 / 3),
        Figure("our processor time against theirs", cpu / their_cpu, "×", 1 / 4),
    ]


def _promptfoo(program: Path, base_url: str) -> tuple[float, float, int]:
    """Wall and processor seconds, and how many cases passed."""
    config, answers = PEERS / "bench.json", PEERS / "answers.json"
    answers.unlink(missing_ok=True)
    provider = {
        "id": "openai:chat:tiny",
        "config": {"apiBaseUrl": base_url, "apiKey": "none", "max_tokens": 16, "temperature": 0},
    }
    tests = [
        {"vars": {"input": draft.input}, "assert": [{"type": "equals", "value": "billing"}]}
        for draft in make_drafts(CASES)
    ]
    prompts = ["Answer with one label.\n{{input}}"]
    config.write_text(json.dumps({"prompts": prompts, "providers": [provider], "tests": tests}))
    environment = {
        **{name: value for name, value in os.environ.items() if name in {"PATH", "HOME"}},
        "PROMPTFOO_DISABLE_TELEMETRY": "1",
        "PROMPTFOO_DISABLE_UPDATE": "1",
        "PROMPTFOO_DISABLE_SHARING": "1",
        "PROMPTFOO_CONFIG_DIR": str(PEERS / "home"),
    }
    command = [
        program,
        "eval",
        "-c",
        config,
        "-j",
        str(CONCURRENCY),
        "--no-cache",
        "--no-table",
        "-o",
        answers,
    ]
    before = os.times()
    started = time.perf_counter()
    subprocess.run(command, cwd=PEERS, env=environment, capture_output=True, timeout=600, check=False)
    wall, after = time.perf_counter() - started, os.times()
    cpu = after.children_user + after.children_system - before.children_user - before.children_system
    stats = json.loads(answers.read_text())["results"]["stats"] if answers.exists() else {}
    return wall, cpu, stats.get("successes", 0)
