"""Any number of beats: one sends, another takes over, none sends what was sent."""

from datetime import timedelta
from typing import Any

import pytest
from celery.schedules import schedule
from django.utils import timezone
from django_celery_beat.models import PeriodicTask
from redis import Redis

from config.beat import OneBeat
from config.celery import app
from config.lease import Lease


@pytest.fixture
def redis(redis_url: str) -> Redis:
    client = Redis.from_url(redis_url)
    client.delete("pilotage:lease:beat", "pilotage:lease:test")
    return client


def test_a_lease_has_one_holder_and_goes_to_the_next_when_left(redis: Redis) -> None:
    first, second = (Lease(redis, "test", seconds=30) for _ in range(2))

    held = [first.held(), second.held(), first.held()]
    second.leave()  # not its own: nothing happens
    held += [first.held(), second.held()]
    first.leave()

    assert [*held, second.held(), first.held()] == [True, False, True, True, False, True, False]


def test_a_holder_that_fell_silent_finds_the_lease_gone(redis: Redis) -> None:
    first, second = (Lease(redis, "test", seconds=30) for _ in range(2))
    first.held()
    redis.pexpire("pilotage:lease:test", 0)

    assert [second.held(), first.held()] == [True, False]


@pytest.fixture
def sent(monkeypatch: pytest.MonkeyPatch) -> list[tuple[int, str]]:
    found: list[tuple[int, str]] = []

    def note(self: OneBeat, entry: Any, producer: Any = None) -> None:
        found.append((id(self), entry.name))

    monkeypatch.setattr(OneBeat, "apply_entry", note)
    monkeypatch.setattr(
        "django_celery_beat.schedulers.close_old_connections", lambda: None
    )  # a test has but one
    monkeypatch.setattr("django_celery_beat.schedulers.Finalize", lambda *args, **kwargs: None)
    monkeypatch.setattr(OneBeat, "producer", None, raising=False)
    often = {"task": "pilots.fold", "schedule": schedule(timedelta(seconds=60))}
    monkeypatch.setitem(app.conf, "beat_schedule", {"Often": often})
    return found


def step(beat: OneBeat) -> None:
    """As Celery's own loop does it."""
    beat.tick()
    if beat.should_sync():
        beat._do_sync()


@pytest.mark.django_db
def test_two_beats_send_a_task_once_and_the_second_knows_what_was_sent(redis: Redis, sent: list[Any]) -> None:
    first, second = OneBeat(app=app), OneBeat(app=app)
    PeriodicTask.objects.exclude(name="Often").update(enabled=False)
    PeriodicTask.objects.update(last_run_at=timezone.now() - timedelta(hours=1))

    for beat in (first, second) * 3:
        step(beat)
    first.close()  # hands over at once
    for _ in range(3):
        step(second)

    assert sent == [(id(first), "Often")]
    assert (first.works, second.works) == (True, True)


@pytest.mark.django_db
def test_nothing_is_sent_while_nobody_can_tell_who_works(
    sent: list[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    beat = OneBeat(app=app)
    beat.lease = Lease(Redis(port=1), "test", seconds=30)

    assert beat.tick() > 0
    assert (beat.works, sent) == (False, [])
