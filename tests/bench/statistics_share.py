"""What part of storing a batch is the keeping of the statistics: the same batches with and without, turn by turn.

By CPU time of this process and of its PostgreSQL backend, both to the nanosecond, so that a busy machine shifts it little.
"""

import json
import time
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path
from statistics import median
from unittest.mock import patch

from django.db import connection

from pilots.actions import measurements
from pilots.actions.rollups import Intake
from pilots.models import Pilot

ROWS, TURNS = 1000, 40
numbers = count(1)


def measured() -> str:
    """In per cent, as JSON; of the median batch of each kind."""
    pilot = Pilot.objects.get(slug="bench")
    spent: dict[bool, list[float]] = {True: [], False: []}
    for turn in range(-4, TURNS * 2):
        kept = turn % 2 == 0
        cost = _cost(pilot, kept=kept)
        if turn >= 0:  # the first ones warm up
            spent[kept].append(cost)
    return json.dumps(100 * (1 - median(spent[False]) / median(spent[True])))


def _cost(pilot: Pilot, *, kept: bool) -> float:
    rows, now = _rows(), datetime.now(UTC)
    before = _cpu()
    if kept:
        measurements.record(pilot=pilot, rows=rows, now=now, only_batch=True)
    else:
        with patch.object(Intake, "count", lambda self, rows, **rest: None):
            measurements.record(pilot=pilot, rows=rows, now=now, only_batch=True)
    return _cpu() - before


def _cpu() -> float:
    connection.ensure_connection()
    backend = Path(f"/proc/{connection.connection.info.backend_pid}/schedstat").read_text().split()
    return time.process_time() + int(backend[0]) / 1e9


def _rows() -> list[dict[str, object]]:
    moment = datetime.now(UTC) - timedelta(minutes=1)
    return [
        {
            "metric": "review_minutes",
            "value": 2 + number % 797 / 100,
            "observed_at": (moment - timedelta(seconds=number % 3000)).isoformat(),
            "external_id": f"share-{number:08}",
        }
        for number in (next(numbers) for _ in range(ROWS))
    ]
