"""A stretch of measurements that is being marked as faulty while its worker is killed."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

import psycopg
from celery import Celery

from tests.own_instance import OwnInstance

SOURCE = "stopwatch"
STRETCH = f"""
from pilots.actions import measurements, weighings
faulty = [{{"metric": "review_minutes", "value": 2, "source": "{SOURCE}", "external_id": f"faulty-{{each}}",
    "observed_at": (now - timedelta(days=2)).isoformat()}} for each in range(3)]
measurements.record(pilot=pilot, rows=faulty, now=now, atomic=True)
weighings.ask(pilot=pilot, source="{SOURCE}", starts_at=now - timedelta(days=3), ends_at=now - timedelta(days=1),
    reason="The clock ran wild.", by=pilot.owner, now=now)
"""
FAULTY = [f"faulty-{each}" for each in range(3)]
HELD = "LOCK TABLE pilots_faultystretch IN SHARE MODE"
WAITS = """
SELECT count(*) FROM pg_locks WHERE NOT granted AND relation = 'pilots_faultystretch'::regclass
"""
TWO_MINUTES_AGO = (
    "UPDATE pilots_weighing SET asked_at = asked_at - interval '2 minutes' WHERE state = 'waiting'"
)
SHOWN = """
SELECT (SELECT array_agg(state) FROM pilots_weighing), (SELECT count(*) FROM pilots_quarantine),
    (SELECT count(*) FROM pilots_quarantineact), (SELECT count(*) FROM pilots_faultystretch),
    (SELECT array_agg(verb ORDER BY id) FROM pilots_event WHERE verb LIKE 'quarantine.%')
"""
LEFT = (["waiting"], 0, 0, 0, None)
DONE = (["done"], 1, 1, 1, ["quarantine.proposed", "quarantine.applied"])


@dataclass
class FaultyStretch:
    instance: OwnInstance
    _holder: Any = field(default=None)

    def hold_up(self) -> None:
        """To be called before it is asked for: whoever weighs it comes to where it is left out for trial, and waits."""
        self._holder = psycopg.connect(self.instance.env["DATABASE_URL"])
        self._holder.execute(HELD)

    def is_weighed(self) -> bool:
        return bool(self._one(WAITS)[0])

    def lose_its_worker(self) -> tuple[Any, ...]:
        """To be called while no worker lives: what is there now. Two minutes pass, and beat asks."""
        self._holder.close()
        self.instance.wait(lambda: not self.is_weighed(), "the end of the killed worker's transaction")
        left = self._one(SHOWN)
        with psycopg.connect(self.instance.env["DATABASE_URL"]) as connection:
            connection.execute(TWO_MINUTES_AGO)
        self._send("pilots.weigh_waiting")
        return left

    def outcome(self) -> tuple[Any, ...]:
        """Once it has ended. As beat does every minute, a worker is asked again: the message may have met a database that
        was down, or have gone with Redis."""
        for _ in range(12):
            self._send("pilots.weigh_waiting")
            with suppress(AssertionError):
                self.instance.wait(
                    lambda: self._one(SHOWN)[0] != ["waiting"], "the end of weighing", seconds=5
                )
                break
        return self._one(SHOWN)

    def _send(self, task: str, **given: int) -> None:
        Celery(broker=self.instance.env["REDIS_URL"], set_as_current=False).send_task(task, kwargs=given)

    def _one(self, query: str) -> tuple[Any, ...]:
        with psycopg.connect(self.instance.env["DATABASE_URL"]) as connection:
            row = connection.execute(query).fetchone()
        assert row is not None
        return row
