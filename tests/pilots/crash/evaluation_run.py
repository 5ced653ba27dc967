"""An evaluation run that goes on while the parts of an instance are killed: slow until the last of them is back."""

from __future__ import annotations

import time
from dataclasses import dataclass, field

import psycopg
from celery import Celery

from tests.evaluations.model_host import ModelHost
from tests.own_instance import OwnInstance

CASES, AT_A_TIME, SLOW_S = 400, 4, 1.0  # two batches
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

    def is_going(self) -> bool:
        state, results, _, _ = self._shown()
        return state == "running" and 0 < results < CASES

    def lose_its_worker(self) -> None:
        """To be called while no worker lives: it has been silent for two minutes, and the sweep is asked for."""
        assert self.is_going()
        *_, kept = self._shown()
        self.kept = set(kept)
        with psycopg.connect(self.instance.env["DATABASE_URL"]) as connection:
            assert connection.execute(SILENT).rowcount > 0
        Celery(broker=self.instance.env["REDIS_URL"]).send_task("evaluations.sweep_runs")

    def outcome(self) -> tuple[str, int, int]:
        """State, results and cases with one, once it has ended; it is slow no more."""
        self.host.delay_s = 0.0
        deadline = time.monotonic() + 120
        while True:
            state, results, cases, _ = self._shown()
            if state not in {"queued", "running"} or time.monotonic() > deadline:
                return state, results, cases
            time.sleep(0.2)

    @property
    def asked_again(self) -> set[str]:
        return {question for question, times in self.host.asked.items() if times > 1}

    def _shown(self) -> tuple[str, int, int, list[str]]:
        with psycopg.connect(self.instance.env["DATABASE_URL"]) as connection:
            row = connection.execute(SHOWN, [self.pk]).fetchone()
        assert row is not None
        return row
