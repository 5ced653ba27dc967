"""Which pilots the machine must look at now."""

from datetime import UTC, datetime

from django.db.models import Max, OuterRef, Q, Subquery

from pilots.models import Measurement, Pilot, PlanVersion, Verdict
from pilots.models.pilot import State


def due(*, now: datetime) -> list[int]:
    """Ids of pilots under trial with measurements or a plan newer than their last verdict, or without one today."""
    last = Verdict.objects.filter(pilot=OuterRef("pk")).order_by("-number").values("created_at")[:1]
    recorded = (
        Measurement.objects.filter(pilot=OuterRef("pk"))
        .order_by()
        .values("pilot")
        .annotate(at=Max("recorded_at"))
        .values("at")
    )
    frozen = PlanVersion.objects.filter(pilot=OuterRef("pk")).order_by("-number").values("frozen_at")[:1]
    midnight = now.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    pilots = (
        Pilot.objects.filter(state__in=[State.RUNNING, State.PAUSED])
        .annotate(looked=Subquery(last), recorded=Subquery(recorded), planned=Subquery(frozen))
        .filter(
            Q(looked__isnull=True)
            | Q(looked__lt=midnight)
            | Q(recorded__gt=Subquery(last))
            | Q(planned__gt=Subquery(last))
        )
    )
    return list(pilots.order_by("pk").values_list("pk", flat=True))
