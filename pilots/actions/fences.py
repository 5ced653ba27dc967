"""Fences become running totals with a hard stop trigger: what passes one stops the pilot at the next look."""

from dataclasses import dataclass
from decimal import Decimal

from django.db import transaction

from pilots.models import Metric, Pilot, StopTrigger
from pilots.models.metric import Design, Direction, Estimand, Link


@dataclass(frozen=True)
class Fence:
    """A cap of the charter and the metric that is held against it."""

    field: str
    key: str
    name: str
    link: Link


SPEND = "spend"
FENCES = (
    Fence("spend_cap", SPEND, "Spend on the model", Link.COST),
    Fence("volume_cap", "items_handled", "Items handled", Link.SAFETY),
    Fence("hours_cap", "work_hours", "Hours of people's work on the trial", Link.COST),
)


@transaction.atomic
def build(*, pilot: Pilot) -> list[Metric]:
    """Makes the metric and hard trigger of each cap of a draft, or moves their limit; a cap taken away takes its
    trigger along. Returns the fences' metrics. Does nothing to a started pilot: its plan is frozen."""
    if pilot.is_frozen:
        return []
    return [metric for fence in FENCES if (metric := _build(pilot, fence)) is not None]


def _build(pilot: Pilot, fence: Fence) -> Metric | None:
    cap: Decimal | int | None = getattr(pilot, fence.field)
    metric = Metric.objects.filter(pilot=pilot, key=fence.key).first()
    if cap is None:
        if metric is not None:
            StopTrigger.objects.filter(metric=metric, hard=True).delete()
        return None
    if metric is None:
        metric = Metric.objects.create(
            pilot=pilot,
            key=fence.key,
            name=fence.name,
            unit=pilot.currency if fence.field == "spend_cap" else "h" if fence.field == "hours_cap" else "",
            direction=Direction.LOWER,
            estimand=Estimand.TOTAL,
            design=Design.ABSOLUTE,
            link=fence.link,
            max_age_hours=24 * 366,
        )
    StopTrigger.objects.update_or_create(
        metric=metric,
        defaults={"limit": Decimal(cap), "hard": True, "margin": None, "relative": False},
    )
    return metric
