"""Ticket triage: sixty tickets asked of the real local model, against what people did before. Its flag is earned."""

import json
from datetime import UTC, datetime, time, timedelta
from decimal import Decimal
from io import BytesIO
from pathlib import Path
from random import Random
from typing import Any

from django.contrib.auth.models import User

from config.local.demo.catalogue import load as load_catalogue
from config.local.demo.profile import describe
from config.local.demo.readiness import make_startable
from config.local.demo.tickets import FEW_SHOT_SYSTEM, LABEL, LABELS, SHOTS, ZERO_SHOT_SYSTEM
from evaluations.actions.prompts import save_prompt
from evaluations.actions.suites import import_file
from evaluations.models import Deployment, Prompt, Suite, SuiteVersion
from pilots.actions import fences, measurements, pilots
from pilots.models import Candidate, EvaluationSchedule, Goal, Metric, Pilot, StopTrigger
from pilots.models.candidate import Role
from pilots.models.schedule import Purpose

SLUG = "ticket-triage"
CASES = Path(__file__).resolve().parents[3] / "evaluations" / "fixtures" / "demo_ticket_triage.jsonl"
CANARY_TICKETS = 12
HUMANS_RIGHT = 0.93
BASELINE_TICKETS = 240


def load(*, users: dict[str, User], now: datetime) -> Pilot:
    existing = Pilot.objects.filter(slug=SLUG).first()
    if existing:
        return existing
    pilot = _charter(users, now=now)
    suite = _suite(users["olivia"], now=now)
    _candidates(pilot, suite, load_catalogue(now=now))
    quality, latency, cost = _metrics(pilot)
    version = suite.versions.latest("number")
    measuring = EvaluationSchedule.objects.create(
        pilot=pilot,
        suite_version=version,
        every_hours=24,
        on_change=True,
        quality_metric=quality,
        latency_metric=latency,
        cost_metric=cost,
    )
    measuring.candidates.set(pilot.candidates.filter(slug__in=["zero-shot", "few-shot"]))
    measurements.record(pilot=pilot, rows=_baseline(pilot), now=now, atomic=True)
    describe(pilot, today=now.date())
    make_startable(pilot, now=now)
    pilots.start(pilot=pilot, by=users["olivia"], now=now)
    _watch(pilot, version, users["olivia"], now=now)
    pilot.refresh_from_db()
    return pilot


def _watch(pilot: Pilot, version: SuiteVersion, owner: User, *, now: datetime) -> None:
    """A fallback drill every week and a canary every hour. They begin when the first board has been looked at."""
    EvaluationSchedule.objects.create(
        pilot=pilot,
        purpose=Purpose.DRILL,
        suite_version=version,
        every_hours=7 * 24,
        max_minutes=30,
        next_run_at=now + timedelta(minutes=3),
    )
    pinned = _suite(
        owner, now=now, slug="demo-ticket-canary", name="Ticket canary (demo)", first=CANARY_TICKETS
    )
    EvaluationSchedule.objects.create(
        pilot=pilot,
        purpose=Purpose.CANARY,
        suite_version=pinned.versions.latest("number"),
        prompt=_zero_shot(pinned),
        repeats=2,
        every_hours=1,
        max_minutes=15,
        next_run_at=now + timedelta(minutes=6),
    )


def _charter(users: dict[str, User], *, now: datetime) -> Pilot:
    today = now.astimezone(UTC).date()
    return Pilot.objects.create(
        slug=SLUG,
        name="Ticket triage",
        is_demo=True,
        workflow="Assign incoming support tickets to one of five queues",
        friction_kind="sorting",
        friction="Two people sort 1,800 tickets a month by hand; on Mondays the queue waits until noon.",
        volume_per_month=1800,
        minutes_per_item=Decimal("1.5"),
        scope_in="Tickets in English from the web form.",
        scope_out="Tickets by phone, complaints that name a lawyer.",
        owner=users["olivia"],
        deputy=users["tomas"],
        decider=users["maria"],
        window_start=today,
        maintenance_start=today + timedelta(days=21),
        window_end=today + timedelta(days=41),
        wage_per_hour=Decimal("38"),
        migration_cost=Decimal("3000"),
        seeks_saving=False,
        operator="Support operations",
        fallback_cost_per_day=Decimal("140"),
        objective="Every ticket in its queue within the hour.",
        real_problem="On Mondays customers wait until noon because nobody has sorted yet.",
        extra_control="Tickets that speak of money or lawyers.",
        silent_failure="Tickets land in a queue where nobody feels responsible.",
        data_class="confidential",
        spend_cap=Decimal("5"),
        fallback_plan="Tickets land in the common queue and are sorted by hand, as today.",
        removal_plan="Switch the form's routing off (five minutes).",
    )


def _suite(
    owner: User,
    *,
    now: datetime,
    slug: str = "demo-ticket-triage",
    name: str = "Ticket triage (demo)",
    first: int | None = None,
) -> Suite:
    """Of all tickets, or of the first few."""
    suite, _ = Suite.objects.get_or_create(
        slug=slug,
        defaults={
            "name": name,
            "description": "Sixty invented tickets of a shop for plant sensors, with the queue each belongs to.",
            "scorer": "label_in_set",
            "scorer_options": {"labels": LABELS},
        },
    )
    lines = CASES.read_bytes().splitlines(keepends=True)[:first]
    stream = BytesIO(b"".join(lines))
    import_file(suite=suite, stream=stream, name=CASES.name, by=owner, now=now, provenance="demo")
    return suite


def _schema(**properties: dict[str, Any]) -> dict[str, object]:
    return {
        "type": "object",
        "properties": properties,
        "required": list(properties),
        "additionalProperties": False,
    }


def _zero_shot(suite: Suite) -> Prompt:
    return save_prompt(
        suite=suite,
        slug="zero-shot",
        system=ZERO_SHOT_SYSTEM,
        user="{{ input }}",
        examples=[],
        output_schema=_schema(label=LABEL),
        max_tokens=64,
    )


def _few_shot(suite: Suite) -> Prompt:
    return save_prompt(
        suite=suite,
        slug="few-shot",
        system=FEW_SHOT_SYSTEM,
        user="{{ input }}",
        examples=[
            {"input": ticket, "answer": json.dumps({"about": about, "label": label})}
            for ticket, about, label in SHOTS
        ],
        output_schema=_schema(about={"type": "string", "maxLength": 40}, label=LABEL),
        max_tokens=64,
    )


def _terse(suite: Suite) -> Prompt:
    return save_prompt(
        suite=suite,
        slug="terse",
        system=FEW_SHOT_SYSTEM,
        user="Ticket: {{ input }}",
        examples=[],
        output_schema=_schema(label=LABEL),
        max_tokens=64,
    )


def _candidates(pilot: Pilot, suite: Suite, deployments: dict[str, Deployment]) -> None:
    common: dict[str, Any] = {"pilot": pilot, "deployment": deployments["local"]}
    Candidate.objects.create(
        slug="zero-shot",
        name="SmolLM2, asked directly",
        role=Role.PRIMARY,
        prompt=_zero_shot(suite),
        **common,
    )
    Candidate.objects.create(
        slug="few-shot",
        name="SmolLM2, with ten examples",
        role=Role.CHALLENGER,
        prompt=_few_shot(suite),
        **common,
    )
    Candidate.objects.create(
        pilot=pilot,
        slug="spare",
        name="SmolLM2 on the spare slot, asked in a line",
        role=Role.FALLBACK,
        prompt=_terse(suite),
        deployment=deployments["spare"],
    )
    Candidate.objects.create(pilot=pilot, slug="people", name="Sorted by hand", role=Role.NON_AI)


def _metrics(pilot: Pilot) -> tuple[Metric, Metric, Metric]:
    """What the runs are counted in. The cap on spend becomes a metric of its own, in which their calls are counted."""
    fences.build(pilot=pilot)
    quality = Metric.objects.create(
        pilot=pilot,
        key="right_queue",
        name="Tickets in the right queue",
        direction="higher",
        estimand="rate",
        design="before_after",
        link="result",
        planned_n=600,
        max_age_hours=72,
    )
    Goal.objects.create(metric=quality, target=Decimal("0.90"))
    StopTrigger.objects.create(
        metric=quality, margin=Decimal("0.05"), action="Olivia switches the routing off."
    )
    latency = Metric.objects.create(
        pilot=pilot,
        key="latency",
        name="Seconds until the label",
        unit="s",
        direction="lower",
        estimand="quantile",
        quantile=0.95,
        design="absolute",
        link="clarity",
        planned_n=600,
        max_age_hours=72,
        floor=Decimal("0"),
    )
    StopTrigger.objects.create(
        metric=latency, limit=Decimal("10"), response="fallback", action="Tickets go to the common queue."
    )
    cost = Metric.objects.create(
        pilot=pilot,
        key="cost_per_right_ticket",
        name="Cost of a ticket in the right queue",
        unit="EUR",
        direction="lower",
        estimand="mean",
        design="absolute",
        link="cost",
        planned_n=600,
        max_age_hours=72,
        floor=Decimal("0"),
        cap=Decimal("0.50"),
    )
    return quality, latency, cost


def _baseline(pilot: Pilot) -> list[dict[str, Any]]:
    """What two people did in the two weeks before: recorded right or wrong at the second look."""
    random = Random("ticket-triage-baseline")
    first = datetime.combine(pilot.window_start, time(8), tzinfo=UTC) - timedelta(days=14)
    return [
        {
            "metric": "right_queue",
            "value": int(random.random() < HUMANS_RIGHT),
            "observed_at": (first + timedelta(days=index % 14, minutes=2 * index)).isoformat(),
            "phase": "baseline",
            "provenance": "demo",
            "source": "demo",
            "external_id": f"baseline-{index}",
        }
        for index in range(BASELINE_TICKETS)
    ]
