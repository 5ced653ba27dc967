"""The pilot's rows as the plan that the judge works by."""

import json
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from functools import lru_cache

from pilots.judging import plan as judging
from pilots.models import Metric, Pilot, PlanVersion
from pilots.models.candidate import Role
from pilots.models.metric import Link, Saving

MAINTENANCE_DAYS = 7


def of_pilot(
    pilot: Pilot, *, version: int, extensions_used: int = 0, first_window_days: int | None = None
) -> judging.Plan:
    """The plan as the rows say now; `PlanVersion` keeps what was frozen."""
    metrics = list(pilot.metrics.select_related("goal", "stop_trigger").order_by("id"))
    candidates = list(pilot.candidates.select_related("deployment").order_by("id"))
    primary = next((each for each in candidates if each.role == Role.PRIMARY), None)
    control = next((each.slug for each in candidates if each.role == Role.NON_AI), None)
    days = (pilot.window_end - pilot.window_start).days + 1
    return judging.Plan(
        pilot=pilot.slug,
        version=version,
        window_start=_midnight(pilot.window_start),
        window_end=_midnight(pilot.window_end + timedelta(days=1)),
        maintenance_from=_midnight(pilot.maintenance_start),
        maintenance_min_days=min(MAINTENANCE_DAYS, (pilot.window_end - pilot.maintenance_start).days + 1),
        maintenance_min_items=pilot.maintenance_min_items,
        metrics=tuple(_metric(metric) for metric in metrics),
        goals=tuple(_goal(metric) for metric in metrics if hasattr(metric, "goal")),
        triggers=tuple(_trigger(metric) for metric in metrics if hasattr(metric, "stop_trigger")),
        candidates=tuple(
            judging.Candidate(slug=each.slug, role=judging.CandidateRole(each.role), label=each.name)
            for each in candidates
        ),
        control=control,
        payback=_payback(pilot, metrics),
        hard_limits=judging.HardLimits(currency=pilot.currency),
        extensions=judging.Extensions(used=extensions_used, first_window_days=first_window_days or days),
        host_retires_on=primary.deployment.retires_on if primary and primary.deployment else None,
    )


def current(pilot: Pilot) -> tuple[PlanVersion, judging.Plan]:
    """The newest frozen plan. Raises PlanVersion.DoesNotExist for a draft."""
    frozen = PlanVersion.objects.filter(pilot=pilot).latest("number")
    return frozen, read(frozen)


def read(frozen: PlanVersion) -> judging.Plan:
    """The plan of a version. Equal content is decoded once in a process, and then one object: every verdict reads it."""
    return _decoded(json.dumps(frozen.plan))


@lru_cache(maxsize=128)
def _decoded(text: str) -> judging.Plan:
    return judging.Plan.from_json(json.loads(text))


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), tzinfo=UTC)


def _metric(metric: Metric) -> judging.MetricPlan:
    return judging.MetricPlan(
        key=metric.key,
        label=metric.name,
        unit=metric.unit,
        direction=judging.Direction(metric.direction),
        estimand=judging.Estimand(metric.estimand),
        design=judging.Design(metric.design),
        planned_n=metric.planned_n,
        quantile=None if metric.quantile is None else Decimal(str(metric.quantile)),
        cap=metric.cap,
        floor=metric.floor,
        max_age_seconds=metric.max_age_hours * 3600,
        required=hasattr(metric, "goal") or hasattr(metric, "stop_trigger"),
        activity=metric.link == Link.ACTIVITY,
    )


def _goal(metric: Metric) -> judging.Goal:
    goal = metric.goal
    return judging.Goal(
        key=f"goal:{metric.key}",
        metric=metric.key,
        margin=goal.margin,
        target=goal.target,
        relative=goal.relative,
    )


def _trigger(metric: Metric) -> judging.StopTrigger:
    trigger = metric.stop_trigger
    return judging.StopTrigger(
        key=f"stop:{metric.key}",
        metric=metric.key,
        margin=trigger.margin,
        limit=trigger.limit,
        relative=trigger.relative,
        hard=trigger.hard,
    )


def _payback(pilot: Pilot, metrics: list[Metric]) -> judging.Payback:
    if not pilot.seeks_saving:
        return judging.Payback(applicable=False, waived_by="its decider", currency=pilot.currency)
    components = [
        judging.PaybackComponent(
            metric=metric.key, units_per_hour=60 if metric.saving == Saving.MINUTES else None
        )
        for metric in metrics
        if metric.saving != Saving.NONE
    ]
    return judging.Payback(
        applicable=True,
        components=tuple(components),
        horizon_days=round(pilot.payback_months * 365 / 12),
        currency=pilot.currency,
    )
