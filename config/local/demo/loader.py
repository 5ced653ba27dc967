"""Loads the demo once; a second call finds it there and only renews what an instance makes anew."""

from datetime import UTC, datetime, time, timedelta
from decimal import Decimal
from typing import Any

from django.contrib.auth.models import User
from django.db import transaction

from config.local.demo import catalogue, failures, people, triage
from config.local.demo.readiness import make_startable
from config.local.demo.scenario import MetricSpec, Scenario
from config.local.demo.scenarios import SCENARIOS
from config.local.demo.streams import baseline_rows, day_rows
from evaluations.actions import catalogue_facts
from pilots.actions import measurements, pilots, runs, verdicts
from pilots.models import Candidate, Goal, Metric, Pilot, StopTrigger
from pilots.models.candidate import Role


def load(*, password: str, now: datetime) -> list[Pilot]:
    """The demo's pilots, made where they are missing. Workers may run meanwhile: each pilot appears whole, and the local
    model is asked about the tickets while the past weeks of the others are posted and judged."""
    catalogue_facts.load(now=now)
    users = people.load(password=password)
    deployments = catalogue.load(now=now)
    with transaction.atomic():
        made = [triage.load(users=users, now=now)]
    runs.start_due(now=now)
    for scenario in SCENARIOS:
        existing = Pilot.objects.filter(slug=scenario.slug).first()
        made.append(existing or _make(scenario, users=users, deployment=deployments[scenario.model], now=now))
    return made


@transaction.atomic
def _make(scenario: Scenario, *, users: dict[str, User], deployment: Any, now: datetime) -> Pilot:
    today = now.astimezone(UTC).date()
    pilot = Pilot.objects.create(
        slug=scenario.slug,
        is_demo=True,
        owner=users[scenario.owner],
        decider=users["maria"],
        **scenario.window(today),
        **scenario.charter,
    )
    Candidate.objects.create(
        pilot=pilot, slug="primary", name=str(deployment.model), role=Role.PRIMARY, deployment=deployment
    )
    for spec in scenario.metrics:
        make_metric(pilot, spec)
    make_startable(pilot, now=now)
    _post(scenario, pilot, now=now)
    pilot.refresh_from_db()
    return pilot


def make_metric(pilot: Pilot, spec: MetricSpec) -> Metric:
    metric = Metric.objects.create(pilot=pilot, **spec.fields)
    if spec.goal:
        Goal.objects.create(metric=metric, **_decimals(spec.goal))
    if spec.trigger:
        StopTrigger.objects.create(metric=metric, **_decimals(spec.trigger))
    return metric


def _decimals(fields: dict[str, Any]) -> dict[str, Any]:
    return {
        name: Decimal(value) if name in {"margin", "target", "limit"} else value
        for name, value in fields.items()
    }


def _post(scenario: Scenario, pilot: Pilot, *, now: datetime) -> None:
    """Baseline, start, then the days as they came, each judged at its end: the chain of records has a history."""
    first = pilot.window_start
    started = datetime.combine(first, time(7), tzinfo=UTC)
    for spec in scenario.metrics:
        rows = list(baseline_rows(spec.stream, until=first, seed=scenario.seed))
        measurements.record(pilot=pilot, rows=rows, now=started, atomic=True)
    pilots.start(pilot=pilot, by=pilot.owner, now=started)
    pilot.refresh_from_db()
    last = min(now, datetime.combine(pilot.window_end, time(23), tzinfo=UTC))
    day = first
    while (evening := datetime.combine(day, time(20), tzinfo=UTC)) < last:
        rows = [
            row
            for spec in scenario.metrics
            for row in day_rows(spec.stream, day=day, first=first, seed=scenario.seed)
        ]
        measurements.record(pilot=pilot, rows=rows, now=evening, atomic=True)
        verdicts.judge(pilot_id=pilot.pk, now=evening)
        day += timedelta(days=1)
    failures.report(pilot, now=now)
    verdicts.judge(pilot_id=pilot.pk, now=now)
