"""Which pilots the machine must look at now."""

from datetime import UTC, datetime, timedelta

from django.db.models import Max, OuterRef, Q, Subquery, Value

from pilots.models import Pilot, PlanVersion, Source, Verdict

SLACK = timedelta(seconds=10)
LOOKED_AGAIN = timedelta(minutes=5)


def due(*, now: datetime) -> list[int]:
    """Ids of pilots under trial with measurements or a plan newer than their last verdict, or without one today.

    A source that posts without a pause is written down every few seconds: what it posted within them before a verdict is
    looked at again for a while, in case the message that asked for it was lost."""
    last = Verdict.objects.filter(pilot=OuterRef("pk")).order_by("-number").values("created_at")[:1]
    seen = Source.objects.filter(pilot=OuterRef("pk")).order_by().values("pilot")
    heard = seen.annotate(at=Max("seen_at")).values("at")
    frozen = PlanVersion.objects.filter(pilot=OuterRef("pk")).order_by("-number").values("frozen_at")[:1]
    midnight = now.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    pilots = (
        Pilot.objects.under_trial()
        .annotate(looked=Subquery(last), heard=Subquery(heard), planned=Subquery(frozen))
        .filter(
            Q(looked__isnull=True)
            | Q(looked__lt=midnight)
            | Q(heard__gt=Subquery(last))
            | (Q(heard__gt=Subquery(last) - Value(SLACK)) & Q(heard__gt=now - LOOKED_AGAIN))
            | Q(planned__gt=Subquery(last))
        )
    )
    return list(pilots.order_by("pk").values_list("pk", flat=True))
