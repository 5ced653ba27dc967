"""A pilot that does not begin with an empty page: from a template, or as a copy of another pilot."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any, TypeVar

from django.contrib.auth.models import User
from django.db import models, transaction
from django.utils.text import slugify

from evaluations.actions import prompts, suites
from evaluations.formats.draft import CaseDraft
from evaluations.models import Deployment, Suite
from pilots.actions import charters, overrides, rules, span_mappings
from pilots.actions.refusals import Refused
from pilots.models import Candidate, Goal, Metric, Pilot, StopTrigger
from pilots.models.kit import Kit
from pilots.models.register import RiskState
from pilots.queries import windows
from pilots.queries.readiness import missing
from pilots.queries.templates import Template, Values

Row = TypeVar("Row", bound=models.Model)
DAYS_A_MONTH = Decimal("30.4")
LEAST_PLANNED = 50
CAN_WAIT = ("one_kind_of_model", "kit_control", "kit_ecosystem")
"""Points of the checklist that no template knows and few owners do on the first day."""
ARITHMETIC = ("share", "of_before", "sd_of_before", "cap_times", "silent_failure", "goal", "stop_trigger")
KEPT_PARTS = (
    "plan_steps",
    "operating_rules",
    "integrations",
    "trade_offs",
    "risks",
    "control_scores",
    "ecosystem_findings",
)
"""What a copy takes along. Drills, overrides and numbers belong to the pilot they were made in."""
NOT_COPIED = {
    "id",
    "slug",
    "name",
    "is_demo",
    "state",
    "owner",
    "deputy",
    "decider",
    "baseline_start",
    "window_start",
    "maintenance_start",
    "window_end",
    "silent_failure_trigger",
    "created_at",
    "started_at",
    "started_by",
    "ownerless_since",
    "overdue_since",
}


@dataclass(frozen=True, kw_only=True)
class Basics:
    """What a team says itself, whatever it starts from. What it does not know yet may follow until the start.

    `left_open` is the reason to start without what can wait; where it is empty, the draft asks for that.
    """

    name: str
    decider: User
    volume_per_month: int
    minutes_per_item: Decimal
    currency: str = "EUR"
    migration_cost: Decimal | None = None
    deployment: Deployment | None = None
    left_open: str = ""


@transaction.atomic
def start_from(*, template: Template, basics: Basics, by: User, now: datetime) -> Pilot:
    """A draft of one's own, with the template's charter, metric kit, registers and a suite to fill.

    Raises NotAllowed, or Unfit for people who may not have these parts.
    """
    today = now.date()
    pilot = _logged(
        Pilot(
            **_fields_of(basics),
            **template.charter,
            **windows.default(today=today)._asdict(),
            kit=Kit.values,
        ),
        by=by,
    )
    for values in template.metrics:
        _add_metric(pilot, values, basics)
    if basics.deployment is not None:
        name = str(basics.deployment.model)
        rules.save(
            Candidate(
                pilot=pilot, name=name, slug=slugify(name)[:50] or "primary", deployment=basics.deployment
            )
        )
    for part, rows in template.parts.items():
        for row in rows:
            dated = {"stable_since": today} if part == "operating_rules" else {}
            getattr(pilot, part).create(**row, **dated)
    span_mappings.fill(pilot)
    suite = _add_suite(pilot, template.suite, by=by, now=now)
    after = {"template": template.key, "name": pilot.name, "suite": suite.slug}
    charters.record_change(pilot=pilot, by=by, now=now, before={}, after=after)
    if basics.left_open.strip():
        for point in missing(pilot):
            if point.code in CAN_WAIT:
                overrides.override(pilot=pilot, code=point.code, reason=basics.left_open, by=by, now=now)
    return pilot


@transaction.atomic
def copy(*, pilot: Pilot, name: str, decider: User, by: User, now: datetime) -> Pilot:
    """A new draft with the same charter, rules, candidates and registers, a window as long, and none of the numbers.

    Raises NotAllowed, or Unfit for people who may not have these parts.
    """
    kept = {
        field.name: getattr(pilot, field.name)
        for field in Pilot._meta.concrete_fields
        if field.name not in NOT_COPIED
    }
    new = _logged(
        Pilot(name=name, decider=decider, **kept, **windows.as_long(pilot, today=now.date())._asdict()),
        by=by,
    )
    metrics = {row.pk: _copied(row, pilot=new) for row in pilot.metrics.all()}
    for model in (Goal, StopTrigger):
        for criterion in model.objects.filter(metric__pilot=pilot):
            made = _copied(criterion, metric=metrics[criterion.metric_id])
            if criterion.pk == pilot.silent_failure_trigger_id and isinstance(made, StopTrigger):
                new.silent_failure_trigger = made
    new.save(update_fields=["silent_failure_trigger"])
    span_mappings.fill(new)
    for candidate in pilot.candidates.all():
        _copied(candidate, pilot=new)
    for part in KEPT_PARTS:
        for row in getattr(pilot, part).all():
            _copied(row, pilot=new)
    new.risks.filter(state=RiskState.ACCEPTED).update(state=RiskState.OPEN, accepted_until=None)
    after = {"copied_from": pilot.slug, "name": new.name}
    charters.record_change(pilot=new, by=by, now=now, before={}, after=after)
    return new


def free_slug(name: str) -> str:
    """Made from the name; with a number behind it where it is taken."""
    base = slugify(name)[:44] or "pilot"
    taken = set(Pilot.objects.filter(slug__startswith=base).values_list("slug", flat=True))
    return next(
        slug for slug in (base, *(f"{base}-{number}" for number in range(2, 10_000))) if slug not in taken
    )


def _fields_of(basics: Basics) -> Values:
    apart = {"deployment", "left_open"}
    return {name: getattr(basics, name) for name in basics.__dataclass_fields__ if name not in apart}


def _logged(pilot: Pilot, *, by: User) -> Pilot:
    pilot.owner, pilot.slug = by, free_slug(pilot.name)
    return charters.save(pilot=pilot, by=by)


def _add_metric(pilot: Pilot, values: Mapping[str, Any], basics: Basics) -> None:
    plain = {name: value for name, value in values.items() if name not in ARITHMETIC}
    if plain.get("unit") == "currency":
        plain["unit"] = basics.currency
    metric = Metric(pilot=pilot, planned_n=_planned(pilot, values, basics), **plain)
    before = basics.minutes_per_item
    if "of_before" in values:
        metric.expected_before = before
        metric.expected_value = _rounded(before, values["of_before"])
        metric.expected_sd = _rounded(before, values["sd_of_before"])
    if "cap_times" in values:
        metric.cap = _rounded(before, values["cap_times"])
    rules.save(metric)
    if goal := values.get("goal"):
        rules.save(Goal(metric=metric, **goal))
    if trigger := values.get("stop_trigger"):
        row = StopTrigger(metric=metric, **trigger)
        rules.save(row)
        if values.get("silent_failure"):
            pilot.silent_failure_trigger = row
            pilot.save(update_fields=["silent_failure_trigger"])


def _planned(pilot: Pilot, values: Mapping[str, Any], basics: Basics) -> int:
    """Items of the window of which the metric is measured, at today's volume."""
    days = _days(pilot.window_start, pilot.window_end)
    items = basics.volume_per_month * days / DAYS_A_MONTH * Decimal(str(values.get("share", 1)))
    return max(LEAST_PLANNED, round(items))


def _days(first: date, last: date) -> int:
    return (last - first).days + 1


def _rounded(value: Decimal, times: float) -> Decimal:
    return (value * Decimal(str(times))).quantize(Decimal("0.01"))


def _add_suite(pilot: Pilot, values: Mapping[str, Any], *, by: User, now: datetime) -> Suite:
    """Its cases are examples, marked as made up: they show the form, and decide nothing."""
    slug = f"{pilot.slug}-tasks"
    if Suite.objects.filter(slug=slug).exists():
        raise Refused(f"There is a suite {slug} already. Give the pilot another name.", code="suite_exists")
    suite = Suite.objects.create(
        slug=slug,
        name=f"{pilot.name}: {values['name'][:1].lower()}{values['name'][1:]}",
        description=values.get("description", "")
        or "Examples of the form. Put your own tasks in their place.",
        scorer=values["scorer"],
        scorer_options=values.get("scorer_options", {}),
    )
    cases = [CaseDraft(**case, provenance="synthetic") for case in values["cases"]]
    suites.save_version(suite=suite, cases=cases, by=by, now=now)
    prompts.save_prompt(
        suite=suite,
        slug="first",
        system=values["system"],
        user="{{ input }}",
        examples=[],
        output_schema=None,
        max_tokens=values["max_tokens"],
    )
    return suite


def _copied(row: Row, **owned: Any) -> Row:
    """Another row with the same values, of another owner."""
    values = {
        field.attname: getattr(row, field.attname)
        for field in row._meta.concrete_fields
        if not field.primary_key and field.name not in owned
    }
    made = type(row)(**values, **owned)
    made.save()
    return made
