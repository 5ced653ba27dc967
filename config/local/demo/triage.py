"""Ticket triage: sixty tickets asked of the real local model, against what people did before. Its flag is earned."""

from datetime import UTC, datetime, time, timedelta
from decimal import Decimal
from pathlib import Path
from random import Random
from typing import Any

from django.contrib.auth.models import User

from config.local.demo.catalogue import load as load_catalogue
from evaluations.actions.prompts import save_prompt
from evaluations.actions.suites import import_jsonl
from evaluations.models import Deployment, Prompt, Suite
from pilots.actions import measurements, pilots
from pilots.models import Candidate, EvaluationSchedule, Goal, Metric, Pilot, StopTrigger
from pilots.models.candidate import Role

SLUG = "ticket-triage"
CASES = Path(__file__).resolve().parents[3] / "evaluations" / "fixtures" / "demo_ticket_triage.jsonl"
LABELS = ["billing", "login", "bug", "shipping", "feature"]
SCHEMA = {
    "type": "object",
    "properties": {"label": {"type": "string", "enum": LABELS}},
    "required": ["label"],
    "additionalProperties": False,
}
SYSTEM = (
    "You sort support tickets. Answer with one label: billing (money, invoices), login (passwords, accounts), "
    "bug (something is broken), shipping (parcels, delivery), feature (a wish)."
)
EXAMPLES = [
    {"input": "The invoice shows the wrong VAT number.", "answer": '{"label": "billing"}'},
    {"input": "My account is locked after three tries.", "answer": '{"label": "login"}'},
    {"input": "The export button does nothing.", "answer": '{"label": "bug"}'},
    {"input": "Where is my parcel?", "answer": '{"label": "shipping"}'},
    {"input": "Please add a calendar view.", "answer": '{"label": "feature"}'},
]
HUMANS_RIGHT = 0.93
BASELINE_TICKETS = 240


def load(*, users: dict[str, User], now: datetime) -> Pilot:
    existing = Pilot.objects.filter(slug=SLUG).first()
    if existing:
        return existing
    pilot = _charter(users, now=now)
    suite = _suite(users["olivia"], now=now)
    _candidates(pilot, suite, load_catalogue()["local"])
    quality, latency = _metrics(pilot)
    EvaluationSchedule.objects.create(
        pilot=pilot,
        suite_version=suite.versions.latest("number"),
        every_hours=24,
        quality_metric=quality,
        latency_metric=latency,
    )
    measurements.record(pilot=pilot, rows=_baseline(pilot), now=now, atomic=True)
    pilots.start(pilot=pilot, by=users["olivia"], now=now)
    pilot.refresh_from_db()
    return pilot


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
        fallback_plan="Tickets land in the common queue and are sorted by hand, as today.",
        removal_plan="Switch the form's routing off (five minutes).",
    )


def _suite(owner: User, *, now: datetime) -> Suite:
    suite, _ = Suite.objects.get_or_create(
        slug="demo-ticket-triage",
        defaults={
            "name": "Ticket triage (demo)",
            "description": "Sixty invented tickets of a shop for plant sensors, with the queue each belongs to.",
            "scorer": "label_in_set",
            "scorer_options": {"labels": LABELS},
        },
    )
    import_jsonl(suite=suite, data=CASES.read_bytes(), by=owner, now=now, provenance="demo")
    return suite


def _prompt(suite: Suite, slug: str, examples: list[dict[str, str]]) -> Prompt:
    return save_prompt(
        suite=suite,
        slug=slug,
        system=SYSTEM,
        user="{{ input }}",
        examples=examples,  # type: ignore[arg-type]
        output_schema=SCHEMA,
        max_tokens=16,
    )


def _candidates(pilot: Pilot, suite: Suite, deployment: Deployment) -> None:
    common: dict[str, Any] = {"pilot": pilot, "deployment": deployment}
    Candidate.objects.create(
        slug="zero-shot",
        name="SmolLM2, asked directly",
        role=Role.PRIMARY,
        prompt=_prompt(suite, "zero-shot", []),
        **common,
    )
    Candidate.objects.create(
        slug="few-shot",
        name="SmolLM2, with five examples",
        role=Role.CHALLENGER,
        prompt=_prompt(suite, "few-shot", EXAMPLES),
        **common,
    )
    Candidate.objects.create(pilot=pilot, slug="people", name="Sorted by hand", role=Role.NON_AI)


def _metrics(pilot: Pilot) -> tuple[Metric, Metric]:
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
    StopTrigger.objects.create(metric=latency, limit=Decimal("10"), action="Tickets go to the common queue.")
    return quality, latency


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
