from django.contrib import admin
from django.db.models import Model
from django.urls import reverse
from django.utils import timezone
from django_celery_beat.models import (
    ClockedSchedule,
    CrontabSchedule,
    IntervalSchedule,
    PeriodicTask,
    SolarSchedule,
)

from evaluations.models import Price, Result
from pilots.models import Decision, Failure, PilotRun, Review
from tests.evaluations.builders import make_run
from tests.factories import make_token, make_worse_pilot


def make_one_of_each() -> dict[str, Model]:
    """One object of every list: a pilot under trial that nobody of the sweep runs, and all that hangs on it."""
    pilot = make_worse_pilot()
    make_token(pilot)
    run, at = make_run(1), timezone.now()
    target, version = run.targets.get(), run.suite_version
    PilotRun.objects.create(pilot=pilot, schedule=pilot.schedules.create(suite_version=version), run=run)
    Result.objects.create(target=target, case=version.cases.get(), outcome="ok", asked_at=at)
    Price.objects.create(deployment=target.deployment, valid_from=at, currency="EUR", source="Contract")
    told = {"pilot": pilot, "recorded_at": at, "reviewer": pilot.owner, "source": "person", "unit_id": "1"}
    Review.objects.create(verdict="accepted", reviewed_at=at, **told)
    lost = {"pilot": pilot, "happened_at": at, "reported_at": at, "reported_by": pilot.owner}
    Failure.objects.create(severity="minor", type="wrong", **lost)
    verdict = pilot.verdicts.latest()
    signed = {"evidence_hash": verdict.evidence_hash, "signed_by": pilot.decider, "signed_at": at}
    Decision.objects.create(
        pilot=pilot, outcome="stop", reason="Worse.", verdict=verdict, review_on=at, **signed
    )
    every = IntervalSchedule.objects.create(every=1, period="hours")
    PeriodicTask.objects.create(name="one", task="pilots.fold", interval=every)
    CrontabSchedule.objects.create()
    ClockedSchedule.objects.create(clocked_time=at)
    SolarSchedule.objects.create(event="dusk", latitude=1, longitude=1)
    assert reverse("admin:index")  # the lists of the admin are known once the addresses are
    return {model._meta.label_lower: model._base_manager.first() for model in admin.site._registry}
