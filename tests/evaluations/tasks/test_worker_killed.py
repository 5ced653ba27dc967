"""A worker that dies in the middle of a run costs time, never a result and never a second one."""

import os
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from celery import current_app
from django.db import connection
from django.utils import timezone

from evaluations.actions import batches, runs
from evaluations.actions.batches import Swept
from evaluations.actions.runs import TargetSpec
from evaluations.models import Result, Run
from evaluations.models.run import RunState
from tests.evaluations.builders import make_deployment, make_prompt, make_version
from tests.evaluations.model_host import ModelHost

CASES = 40
ROOT = Path(__file__).resolve().parents[3]


@contextmanager
def worker(log: Path, queue: str) -> Iterator[subprocess.Popen[bytes]]:
    """A real Celery worker on the test's database and broker; all of it is gone at the end."""
    database = urlsplit(os.environ["DATABASE_URL"])._replace(path=f"/{connection.settings_dict['NAME']}")
    environment = {
        **os.environ,
        "DATABASE_URL": database.geturl(),
        "EVALUATIONS_ALLOWED_HOSTS": "127.0.0.1",
    }
    command = [sys.executable, "-m", "celery", "-A", "config", "worker", "-Q", queue, "-c", "1"]
    with log.open("wb") as output:
        process = subprocess.Popen(
            [*command, "-n", f"{log.stem}@test", "--without-gossip", "--without-mingle"],
            cwd=ROOT,
            env=environment,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        try:
            yield process
        finally:
            if process.poll() is None:
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()


def wait_until(true: Callable[[], bool], log: Path, *, seconds: float = 90.0) -> None:
    deadline = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < deadline, f"not within {seconds} s; the worker says:\n{log.read_text()}"
        time.sleep(0.02)


def listens(name: str) -> bool:
    """Has that worker started, and confirmed that it takes runs from now on?"""
    return bool(current_app.control.add_consumer("evaluations", destination=[name], reply=True, timeout=0.3))


def state_of(run: Run) -> str:
    return Run.objects.values_list("state", flat=True).get(pk=run.pk)


@pytest.mark.timeout(300)  # two workers start in it, and the machine may be busy
@pytest.mark.django_db(transaction=True)
def test_a_worker_killed_in_the_middle_leaves_exactly_one_result_a_case(
    model_host: ModelHost, tmp_path: Path
):
    model_host.delay_s = 0.1
    first_log, second_log = tmp_path / "first.log", tmp_path / "second.log"
    version = make_version(CASES)
    deployment = make_deployment(base_url=model_host.base_url, concurrency=2)
    target = TargetSpec("primary", deployment, make_prompt(version.suite))

    # The second one starts beside the first, to save time, and listens elsewhere until it is needed.
    with worker(first_log, "evaluations") as first, worker(second_log, "spare"):
        run = runs.plan(suite_version=version, targets=[target], repeats=1, now=timezone.now())
        wait_until(lambda: Result.objects.count() > 0, first_log)
        os.kill(first.pid, signal.SIGKILL)
        first.wait()
        kept = set(Result.objects.values_list("case__input", flat=True))
        assert 0 < len(kept) < CASES
        assert state_of(run) == RunState.RUNNING

        wait_until(lambda: listens("second@test"), second_log)
        swept = batches.release_stalled(now=timezone.now() + timedelta(minutes=2))
        wait_until(lambda: state_of(run) == RunState.DONE, second_log)

    assert swept == Swept(released=1, failed=0, offered_again=1)
    assert Counter(Result.objects.values_list("case__key", flat=True)) == {
        f"ticket-{i:03}": 1 for i in range(1, CASES + 1)
    }
    assert {model_host.asked[question] for question in kept} == {1}
