"""A run has one worker at a time, and one whose worker died gets another."""

import threading
from datetime import timedelta

import pytest
from celery import current_app
from django.db import connection

from evaluations.actions import batches, runs
from evaluations.actions.batches import ClaimLost, Swept
from evaluations.actions.runs import RunRefused
from evaluations.models import Run
from evaluations.models.run import RunState
from tests.evaluations.builders import NOW, make_run

SECOND = timedelta(seconds=1)


@pytest.fixture
def sent(monkeypatch) -> list[int]:
    """Ids of the runs offered to the workers, in order."""
    ids: list[int] = []
    monkeypatch.setattr(
        current_app, "send_task", lambda name, kwargs, **options: ids.append(kwargs["run_id"])
    )
    return ids


@pytest.mark.django_db
def test_the_second_worker_gets_nothing():
    run = make_run()

    first = batches.claim(run_id=run.pk, now=NOW)
    second = batches.claim(run_id=run.pk, now=NOW)

    assert first is not None
    assert second is None


@pytest.mark.django_db(transaction=True)
def test_of_workers_at_the_same_moment_exactly_one_wins():
    run = make_run()
    together = threading.Barrier(6)
    claims = []

    def worker() -> None:
        together.wait()
        claims.append(batches.claim(run_id=run.pk, now=NOW))
        connection.close()

    threads = [threading.Thread(target=worker) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sum(claim is not None for claim in claims) == 1
    assert len(claims) == 6


@pytest.mark.django_db
def test_a_claimed_run_that_beats_is_left_alone(sent):
    run = make_run()
    claim = batches.claim(run_id=run.pk, now=NOW)
    batches.beat(claim=claim, now=NOW + 50 * SECOND)

    swept = batches.release_stalled(now=NOW + 100 * SECOND)

    assert swept == Swept(released=0, failed=0, offered_again=0)


@pytest.mark.django_db
def test_a_run_whose_worker_fell_silent_is_offered_again(sent, django_capture_on_commit_callbacks):
    run = make_run()
    dead = batches.claim(run_id=run.pk, now=NOW)

    with django_capture_on_commit_callbacks(execute=True):
        swept = batches.release_stalled(now=NOW + 61 * SECOND)
    alive = batches.claim(run_id=run.pk, now=NOW + 62 * SECOND)

    assert swept == Swept(released=1, failed=0, offered_again=1)
    assert sent == [run.pk]
    assert alive is not None
    with pytest.raises(ClaimLost):
        batches.beat(claim=dead, now=NOW + 63 * SECOND)
    with pytest.raises(ClaimLost):
        batches.finish(claim=dead, unreached=False, now=NOW + 63 * SECOND)


@pytest.mark.django_db
def test_a_run_that_kills_every_worker_fails_and_says_so(sent):
    run = make_run()
    at = NOW
    for _ in range(6):
        claim = batches.claim(run_id=run.pk, now=at)
        batches.note_trouble(claim=claim, reason="MemoryError: too large")
        at += timedelta(minutes=2)
        batches.release_stalled(now=at)

    run.refresh_from_db()
    assert run.state == RunState.FAILED
    assert run.failure == (
        "6 workers broke off without a result (batch 1). Look into the workers' log for it. "
        "The last one said: MemoryError: too large"
    )


@pytest.mark.django_db
def test_a_run_nobody_took_is_offered_again_but_not_at_every_sweep(sent, django_capture_on_commit_callbacks):
    run = make_run()

    with django_capture_on_commit_callbacks(execute=True):
        swept = [batches.release_stalled(now=NOW + n * timedelta(minutes=1)).offered_again for n in range(13)]

    assert sent == [run.pk, run.pk]
    assert swept == [0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 1]


@pytest.mark.django_db
@pytest.mark.parametrize("claimed", [False, True])
def test_cancel_ends_a_waiting_and_a_running_run(claimed, admin_user):
    run = make_run()
    if claimed:
        batches.claim(run_id=run.pk, now=NOW)

    runs.cancel(run=run, by=admin_user, now=NOW)

    assert (run.state, run.finished_at, run.failure) == (RunState.CANCELLED, NOW, "Cancelled by admin.")
    assert batches.claim(run_id=run.pk, now=NOW) is None


@pytest.mark.django_db
def test_cancel_refuses_a_run_that_has_ended():
    run = make_run()
    runs.cancel(run=run, by=None, now=NOW)

    with pytest.raises(RunRefused, match=rf"Run {run.pk} has ended already \(cancelled\)\."):
        runs.cancel(run=run, by=None, now=NOW)


@pytest.mark.django_db
def test_finish_fails_a_run_with_holes():
    run = make_run(3)
    claim = batches.claim(run_id=run.pk, now=NOW)

    batches.finish(claim=claim, unreached=False, now=NOW)

    ended = Run.objects.get()
    assert (ended.state, ended.failure) == (RunState.FAILED, "3 results are missing. Start it again.")
