"""Many clients at once on one pilot, workers folding and judging meanwhile: nobody waits for ever, nothing is lost."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from random import Random

import pytest
from django.db import connection

from pilots.actions import measurements, rollups, verdicts
from pilots.models import Pilot
from pilots.queries import plans
from pilots.queries.facts import state
from tests.factories import NOW, make_paired_pilot, make_running_pilot

CLIENTS, BATCHES, ROWS, SHARED = 32, 3, 8, 40


def post(pilot: Pilot, client: int) -> None:
    """Batches with the same few units in another order each, now and then with a fingerprint nobody has seen."""
    random = Random(client)
    for batch in range(BATCHES):
        rows = [
            {
                "metric": "review_minutes",
                "value": random.randrange(1, 9),
                "unit_id": random.choice(["", "a", "b", "c", "d", "e"]),
                "segment": random.choice(["", "north"]),
                "fingerprint": f"f{client}" if batch == 1 and client % 8 == 0 else "",
                "observed_at": (NOW - timedelta(minutes=random.randrange(20_000))).isoformat(),
            }
            for _ in range(ROWS)
        ]
        # The same external ids and units from everybody, in another order each.
        rows += [
            {
                "metric": "review_minutes",
                "value": id_ % 7,
                "unit_id": f"u{id_ % 5}",
                "external_id": f"shared-{id_}",
            }
            for id_ in random.sample(range(SHARED), SHARED)
        ]
        report = measurements.record(pilot=pilot, rows=rows, now=NOW)
        assert report.counts["rejected"] == 0  # a conflict while another client corrects is an answer too


def correct(pilot: Pilot, seed: int) -> None:
    """Other values under the shared ids, and the first ones again."""
    for value in (9, None):
        rows = [
            {
                "metric": "review_minutes",
                "value": id_ % 7 if value is None else value,
                "unit_id": f"u{id_ % 5}",
                "external_id": f"shared-{id_}",
            }
            for id_ in Random(seed).sample(range(SHARED), 10)
        ]
        measurements.record(pilot=pilot, rows=rows, now=NOW, on_conflict="replace")


def closing(work: Callable[[], object]) -> None:
    try:
        work()
    finally:
        connection.close()


@pytest.mark.django_db(transaction=True)
def test_clients_workers_and_looks_at_once_leave_statistics_that_hold() -> None:
    pilot = make_running_pilot(now=NOW - timedelta(days=18))
    rollups.refresh(pilot=pilot, plan=plans.current(pilot)[1], now=NOW)
    work: list[Callable[[], object]] = [
        lambda client=client: post(pilot, client) for client in range(CLIENTS)
    ]
    work += [lambda seed=seed: correct(pilot, seed) for seed in (1, 2)]
    work += [lambda: [rollups.fold(pilot_id=pilot.pk) for _ in range(10)] for _ in range(2)]
    work += [lambda: [verdicts.judge(pilot_id=pilot.pk, now=NOW) for _ in range(5)]]

    with ThreadPoolExecutor(len(work)) as pool:
        done = [pool.submit(closing, each) for each in work]
        for each in done:
            each.result(timeout=60)

    found = rollups.recount(pilot=pilot, now=NOW)
    assert (found.answers, found.rows, found.differences) == (True, CLIENTS * BATCHES * ROWS + SHARED, [])
    assert state.load(pilot, plans.current(pilot)[1], as_of=NOW) is not None


def halves(pilot: Pilot, client: int) -> None:
    """One half of some pairs and the other half of others, in an order of its own, early and late ones."""
    random = Random(client)
    for _ in range(2 * BATCHES):
        rows = [
            {
                "metric": "right",
                "value": random.randrange(2),
                "candidate": random.choice(["primary", "control"]),
                "unit_id": f"u{random.randrange(6)}",
                "segment": random.choice(["", "north"]),
                "observed_at": (NOW - timedelta(minutes=random.randrange(20_000))).isoformat(),
            }
            for _ in range(ROWS // 2)
        ]
        measurements.record(pilot=pilot, rows=rows, now=NOW, atomic=True)


@pytest.mark.django_db(transaction=True)
def test_pairs_made_by_several_at_once_while_halves_come_in_are_those_of_the_rows() -> None:
    pilot = make_paired_pilot(now=NOW - timedelta(days=18))
    plan = plans.current(pilot)[1]
    rollups.refresh(pilot=pilot, plan=plan, now=NOW)
    work: list[Callable[[], object]] = [lambda client=client: halves(pilot, client) for client in range(8)]
    work += [lambda: [rollups.pair_up(pilot=pilot, plan=plan) for _ in range(20)] for _ in range(3)]
    work += [lambda: [verdicts.judge(pilot_id=pilot.pk, now=NOW) for _ in range(3)]]

    with ThreadPoolExecutor(len(work)) as pool:
        done = [pool.submit(closing, each) for each in work]
        for each in done:
            each.result(timeout=60)

    for _ in range(2):
        found = rollups.recount(pilot=pilot, now=NOW)
        assert (found.answers, found.rows, found.differences) == (True, 8 * BATCHES * ROWS, [])
        rollups.pair_up(pilot=pilot, plan=plan)
