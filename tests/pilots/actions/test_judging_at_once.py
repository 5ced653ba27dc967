"""Two workers at once leave one record, and the order in which rows came in leaves no trace in it."""

import random
import threading
from contextlib import suppress
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pilots.actions import measurements, verdicts
from pilots.models import Pilot, Verdict
from pilots.queries import plans
from tests.factories import NOW, make_rows, make_running_pilot


@pytest.fixture
def committed_pilot(transactional_db: None) -> Pilot:
    """Measured before and after, and seen by other connections."""
    pilot = make_running_pilot()
    measurements.record(pilot=pilot, rows=make_rows(60, phase="baseline"), now=NOW, atomic=True)
    measurements.record(pilot=pilot, rows=make_rows(60, value=6.0), now=NOW, atomic=True)
    return pilot


def at_once(workers: int, pilot: Pilot, monkeypatch: pytest.MonkeyPatch) -> list[Verdict | None]:
    """What each worker got. They wait for one another before they read anything, so that only the lock parts them."""
    together = threading.Barrier(workers)
    current = plans.current
    found: list[Verdict | None] = []

    def current_for_all(pilot: Pilot) -> Any:
        with suppress(threading.BrokenBarrierError):  # as it should be: the others stand before the lock
            together.wait(1)
        return current(pilot)

    def work() -> None:
        try:
            found.append(verdicts.judge(pilot_id=pilot.pk, now=NOW + timedelta(minutes=1)))
        finally:
            connection.close()

    with monkeypatch.context() as patched:
        patched.setattr(plans, "current", current_for_all)
        threads = [threading.Thread(target=work) for _ in range(workers)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(30)
    return found


def test_workers_at_the_same_moment_make_one_record(
    committed_pilot: Pilot, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = at_once(4, committed_pilot, monkeypatch)

    made = [verdict for verdict in found if verdict]
    assert (len(found), len(made)) == (4, 1)
    stored = Verdict.objects.get(pilot=committed_pilot)
    assert (stored.number, stored.evidence_hash, stored.flag) == (1, made[0].evidence_hash, "stop")


def test_a_second_look_by_two_workers_makes_one_link_of_the_chain(
    committed_pilot: Pilot, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = verdicts.judge(pilot_id=committed_pilot.pk, now=NOW)
    more = make_rows(20, value=7.0, start=NOW - timedelta(hours=1), source="more")
    measurements.record(pilot=committed_pilot, rows=more, now=NOW, atomic=True)

    found = at_once(2, committed_pilot, monkeypatch)

    assert first is not None
    assert (len(found), len([verdict for verdict in found if verdict])) == (2, 1)
    chain = Verdict.objects.filter(pilot=committed_pilot).order_by("number")
    assert [(verdict.number, verdict.previous_hash) for verdict in chain] == [
        (1, ""),
        (2, first.evidence_hash),
    ]


FAILED = [
    {"metric": "review_minutes", "observed_at": row["observed_at"], "outcome": outcome}
    for row, outcome in zip(
        make_rows(4, start=NOW - timedelta(days=2)),
        ("timeout", "refused", "infra_error", "error"),
        strict=True,
    )
]
MEASURED = [
    *make_rows(24, value=4.0, segment="long"),
    *[row | {"unit_id": f"contract-{index % 7}"} for index, row in enumerate(make_rows(20))],
    *make_rows(6, value=5.0, start=NOW - timedelta(days=1), fingerprint="f" * 64),
    *FAILED,
]
BEFORE = make_rows(24, phase="baseline")
ROWS = [row | {"external_id": f"row-{index}"} for index, row in enumerate(MEASURED)]
"""A segment, repeats of units, another configuration, and rows that failed in four ways."""


def recorded(*, shuffled_by: int | None, batches: int) -> Verdict:
    """The record of a pilot that got these rows in so many posts, after its baseline; all of it is taken back."""
    order = random.Random(shuffled_by)
    before, rows = (each if shuffled_by is None else order.sample(each, len(each)) for each in (BEFORE, ROWS))
    size = -(-len(rows) // batches)
    point = transaction.savepoint()
    try:
        pilot = make_running_pilot()
        measurements.record(pilot=pilot, rows=before, now=NOW, atomic=True)
        for start in range(0, len(rows), size):
            measurements.record(pilot=pilot, rows=rows[start : start + size], now=NOW, atomic=True)
        verdict = verdicts.judge(pilot_id=pilot.pk, now=NOW)
        assert verdict is not None
        return verdict
    finally:
        transaction.savepoint_rollback(point)


@pytest.mark.django_db
@settings(max_examples=8, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(seed=st.integers(0, 2**32), batches=st.integers(1, 5))
def test_the_order_of_rows_leaves_no_trace_in_the_record(db: None, seed: int, batches: int) -> None:
    in_order = recorded(shuffled_by=None, batches=1)

    in_any_order = recorded(shuffled_by=seed, batches=batches)

    assert in_any_order.evidence == in_order.evidence
    assert in_any_order.evidence_hash == in_order.evidence_hash
