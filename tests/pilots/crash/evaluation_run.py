"""An evaluation run that goes on while the parts of an instance are killed: slow until the last of them is back."""

from __future__ import annotations

import time
from dataclasses import dataclass, field

import psycopg
from celery import Celery

from tests.evaluations.model_host import ModelHost
from tests.own_instance import OwnInstance

CASES, AT_A_TIME, SLOW_S = 240, 4, 1.0  # two batches
PLAN = """
from django.utils import timezone
from evaluations.actions import runs
from evaluations.actions.runs import TargetSpec
from tests.evaluations.builders import make_deployment, make_prompt, make_version
version = make_version({cases})
deployment = make_deployment(base_url="{base_url}", concurrency={at_a_time})
target = TargetSpec("primary", deployment, make_prompt(version.suite))
run = runs.plan(suite_version=version, targets=[target], repeats=1, now=timezone.now()).pk
"""
SILENT = "UPDATE evaluations_batch SET heartbeat_at = now() - interval '2 minutes' WHERE state = 'working'"
FORGOTTEN = "UPDATE evaluations_batch SET offered_at = now() - interval '10 minutes' WHERE state = 'waiting'"
SHOWN = """
SELECT run.state, count(result.id), count(DISTINCT result.case_id), array_agg(c.input) FROM evaluations_run run
LEFT JOIN evaluations_runtarget target ON target.run_id = run.id
LEFT JOIN evaluations_result result ON result.target_id = target.id AND result.outcome = 'ok'
LEFT JOIN evaluations_case c ON c.id = result.case_id WHERE run.id = %s GROUP BY run.id
"""


def plan(host: ModelHost) -> str:
    """Code that plans the run, as `run`."""
    host.delay_s = SLOW_S
    return PLAN.format(cases=CASES, at_a_time=AT_A_TIME, base_url=host.base_url)


@dataclass
class EvaluationRun:
    """`kept` are the questions whose results were there when the worker was killed."""

    instance: OwnInstance
    host: ModelHost
    pk: int
    kept: set[str] = field(default_factory=set)
    workers_lost: int = 0

    def is_going(self) -> bool:
        state, results, _, _ = self._shown()
        return state == "running" and 0 < results < CASES

    def lose_its_worker(self) -> None:
        """To be called while no worker lives: it has been silent for two minutes, and the sweep is asked for."""
        assert self.is_going()
        *_, kept = self._shown()
        self.kept = set(kept)
        self.workers_lost += 1
        assert self._sweep(SILENT) > 0

    def _sweep(self, passes: str) -> int:
        """What beat does twice a minute, after the time that `passes`; how many batches that is told of."""
        with psycopg.connect(self.instance.env["DATABASE_URL"]) as connection:
            told = connection.execute(passes).rowcount
        Celery(broker=self.instance.env["REDIS_URL"], set_as_current=False).send_task(
            "evaluations.sweep_runs"
        )
        return told

    def outcome(self) -> tuple[str, int, int]:
        """State, results and cases with one, once it has ended; it is slow no more.

        A message that Redis took to its grave is sent again by the next sweep, and a worker that ended itself because its
        broker was gone is started again, as the launcher and Compose do.
        """
        self.host.delay_s = 0.0
        for second in range(120):
            state, results, cases, _ = self._shown()
            if state not in {"queued", "running"}:
                break
            if self.instance.processes["worker"].gone:
                self.instance.begin("worker")
                self.workers_lost += 1
                self._sweep(SILENT)
            elif second % 10 == 9:
                self._sweep(FORGOTTEN)
            time.sleep(1)
        return state, results, cases

    @property
    def asked_again(self) -> set[str]:
        return {question for question, times in self.host.asked.items() if times > 1}

    def _shown(self) -> tuple[str, int, int, list[str]]:
        with psycopg.connect(self.instance.env["DATABASE_URL"]) as connection:
            row = connection.execute(SHOWN, [self.pk]).fetchone()
        assert row is not None
        return row
