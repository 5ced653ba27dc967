"""When a schedule runs, whom it asks, and what a drill or a canary tells."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from zlib import crc32

import pgtrigger
import pytest
from pytest_django import Settings

from evaluations.actions import batches, execution
from evaluations.actions import runs as evaluation_runs
from evaluations.actions.canaries import CanaryRefused
from evaluations.models import CanaryLook, Deployment, Result, Run
from pilots.actions import alarms, runs
from pilots.models import Candidate, EvaluationSchedule, Event, Measurement, Pilot
from pilots.models.candidate import Role
from pilots.queries.drills import Level, readiness
from tests.copied_rows import copied
from tests.evaluations.builders import make_prompt, make_version
from tests.evaluations.model_host import ModelHost, Reply, serving
from tests.factories import NOW, make_deployment, make_metric, make_running_pilot

pytestmark = pytest.mark.django_db

DAY = timedelta(days=1)
Make = Callable[..., EvaluationSchedule]


@pytest.fixture
def model_host(settings: Settings) -> Iterator[ModelHost]:
    settings.EVALUATIONS_ALLOWED_HOSTS = ["127.0.0.1"]
    with serving(ModelHost()) as host:
        yield host


@copied
def with_a_fallback() -> Pilot:
    return make_running_pilot(fallback_plan="Sorted by hand.")


@pytest.fixture
def make(model_host: ModelHost) -> Make:
    """A schedule of a running pilot whose primary and fallback are asked on the test's own server."""
    pilot = with_a_fallback()
    version = make_version(12)
    prompt = make_prompt(version.suite)
    Candidate.objects.filter(pilot=pilot).update(
        prompt=prompt, deployment=make_deployment("main", base_url=model_host.base_url)
    )
    Candidate.objects.create(
        pilot=pilot,
        slug="spare",
        name="Spare",
        role=Role.FALLBACK,
        prompt=prompt,
        deployment=make_deployment("spare", base_url=model_host.base_url),
    )

    def schedule(**fields: object) -> EvaluationSchedule:
        return EvaluationSchedule.objects.create(
            pilot=pilot, suite_version=version, next_run_at=NOW, **fields
        )

    return schedule


def night(schedule: EvaluationSchedule, number: int) -> Run:
    """What beat and the workers do in one night, in this process."""
    now = NOW + number * DAY
    (link,) = runs.start_due(now=now)
    execution.work_on(run_id=link.run_id)
    with pgtrigger.ignore():  # answers carry the real clock
        Result.objects.filter(target__run=link.run_id).update(asked_at=now)
    runs.absorb(run_id=link.run_id, now=now)
    Run.objects.filter(pk=link.run_id).update(finished_at=now)
    link.run.refresh_from_db()
    return link.run


def otherwise(question: str, before: int) -> bool:
    """The model's own noise: every tenth answer comes out otherwise, in no order."""
    return crc32(f"{question}/{before}".encode()) % 10 == 0


def test_the_next_time_stays_on_the_schedules_own_grid(make: Make) -> None:
    schedule = make(every_hours=6)

    next_at = runs.next_time(schedule, now=NOW + timedelta(hours=13))

    assert next_at == NOW + timedelta(hours=18)


def test_jitter_moves_a_run_by_half_of_it_at_most(make: Make) -> None:
    schedule = make(every_hours=24, jitter_minutes=60)

    moved = {runs.next_time(schedule, now=NOW) - NOW - DAY for _ in range(50)}

    assert len(moved) > 10
    assert max(abs(each) for each in moved) <= timedelta(minutes=30)


def test_only_the_chosen_candidates_are_asked(make: Make) -> None:
    schedule = make()
    schedule.candidates.set(Candidate.objects.filter(slug="spare"))

    (link,) = runs.start_due(now=NOW)

    assert list(link.run.targets.values_list("key", flat=True)) == ["spare"]


def test_a_changed_deployment_runs_at_once_where_that_is_wanted(make: Make) -> None:
    eager, calm = make(on_change=True), make()
    for link in runs.start_due(now=NOW):
        evaluation_runs.cancel(run=link.run, by=None, now=NOW)
    unchanged = runs.start_due(now=NOW + timedelta(minutes=1))
    Deployment.objects.filter(slug="main").update(served_model="next-version")

    made = runs.start_due(now=NOW + timedelta(minutes=2))

    assert unchanged == []
    assert [link.schedule for link in made] == [eager]
    assert calm.runs.count() == 1


def test_a_drill_without_a_fallback_says_what_is_missing(make: Make) -> None:
    make(purpose="drill")
    Candidate.objects.filter(role=Role.FALLBACK).update(role=Role.CHALLENGER)

    assert runs.start_due(now=NOW) == []
    assert "needs a primary and a fallback candidate" in Event.objects.get(verb="run.refused").reason


def test_a_plan_becomes_ready_by_a_drill_alone_and_goes_stale(make: Make, model_host: ModelHost) -> None:
    model_host.reply = lambda question, before: Reply(
        "login" if before and question.endswith("07") else "billing"
    )
    schedule = make(purpose="drill")
    pilot: Pilot = schedule.pilot
    before = readiness(pilot, now=NOW)

    night(schedule, 0)

    after = readiness(pilot, now=NOW + DAY)
    assert (before.level, after.level) == (Level.PLANNED, Level.READY)
    assert readiness(pilot, now=NOW + 31 * DAY).level == Level.STALE
    drill = after.drill
    assert drill is not None
    assert drill.quality is not None
    assert drill.n == 12
    assert sorted([drill.quality.left, drill.quality.right]) == pytest.approx([11 / 12, 1.0])
    assert drill.quality.interval.contains(0.0)
    assert drill.latency is not None
    assert drill.latency.n == 12
    assert not Measurement.objects.exists()


def test_a_drill_in_which_the_fallback_is_not_reached_is_none(
    make: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(batches, "ROUND_WAITS", ())  # no further rounds
    Deployment.objects.filter(slug="spare").update(base_url="http://127.0.0.1:9/v1")
    schedule = make(purpose="drill")

    run = night(schedule, 0)

    found = readiness(schedule.pilot, now=NOW)
    assert (found.level, found.drill) == (Level.PLANNED, None)
    assert f"Run {run.pk}" in found.failed


def test_a_model_swapped_behind_its_id_raises_the_alarm_on_every_pilot_that_uses_it(
    make: Make, model_host: ModelHost
) -> None:
    schedule = make(purpose="canary", repeats=2)
    other = make_running_pilot("other")
    Candidate.objects.filter(pilot=other).update(deployment=Deployment.objects.get(slug="main"))
    # Noisy by itself: every fifth repeat of a ticket comes out otherwise.
    model_host.reply = lambda question, before: Reply(
        "login" if (before + len(question)) % 5 == 0 else "billing"
    )
    for number in range(3):
        night(schedule, number)
    calm = Event.objects.filter(verb="canary.alarm").count()
    model_host.reply = lambda question, before: Reply("billing" if otherwise(question, before) else "login")

    night(schedule, 3)
    night(schedule, 4)

    told = Event.objects.filter(verb="canary.alarm").order_by("pilot__slug")
    assert calm == 0
    assert [event.pilot.slug for event in told if event.pilot] == ["clause-check", "other"]
    assert "beyond its own noise" in told[0].reason
    assert list(CanaryLook.objects.order_by("number").values_list("alarm", flat=True)) == [
        False,
        False,
        False,
        True,
        True,
    ]


def test_an_accepted_change_is_the_next_baseline(make: Make, model_host: ModelHost) -> None:
    schedule = make(purpose="canary", repeats=2)
    night(schedule, 0)
    model_host.reply = lambda question, before: Reply("login")
    night(schedule, 1)
    look = CanaryLook.objects.latest("id")

    with pytest.raises(CanaryRefused, match="Say what you found"):
        alarms.accept(look=look, reason="", by=schedule.pilot.owner, now=NOW)
    alarms.accept(look=look, reason="The vendor confirmed a new version.", by=schedule.pilot.owner, now=NOW)
    night(schedule, 2)
    night(schedule, 3)

    newest = CanaryLook.objects.latest("id")
    assert (look.alarm, newest.alarm, newest.series, newest.number) == (True, False, 2, 2)


def test_a_canary_at_another_temperature_is_refused_in_words(make: Make) -> None:
    make(purpose="canary", repeats=2)
    Deployment.objects.filter(slug="main").update(temperature=0.7)

    assert runs.start_due(now=NOW) == []
    assert "A canary asks at temperature 0; main has 0.7." in Event.objects.get(verb="run.refused").reason


def test_an_open_change_starts_a_series_and_no_alarm(make: Make, model_host: ModelHost) -> None:
    schedule = make(purpose="canary", repeats=2)
    night(schedule, 0)
    Deployment.objects.filter(slug="main").update(seed=7)
    model_host.reply = lambda question, before: Reply("login")

    night(schedule, 1)

    assert not CanaryLook.objects.filter(alarm=True).exists()


def test_quality_of_a_drill_is_counted_where_the_schedule_says_so(make: Make) -> None:
    schedule = make(purpose="drill")
    schedule.quality_metric = make_metric(
        schedule.pilot, "right", estimand="rate", unit="", cap=None, floor=None
    )
    schedule.save()

    night(schedule, 0)

    assert Measurement.objects.filter(candidate__slug="spare").count() == 12
