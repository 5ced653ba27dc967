"""How old a pilot's newest measurement is, and whether that is too old."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Exists, F, Max, OuterRef, QuerySet, Subquery

from pilots.models import Metric, Pilot, Source
from pilots.models.pilot import State

PATIENCE_HOURS = 48  # for a pilot whose metrics set none


@dataclass(frozen=True)
class Freshness:
    """`newest` is None until a pilot's own phase was measured; what was measured before it does not count."""

    newest: datetime | None
    is_silent: bool


def with_freshness(pilots: QuerySet[Pilot]) -> QuerySet[Pilot]:
    """Adds what `freshness` reads, in the same query: from what is kept of each source, whatever the number of rows."""
    seen = Source.objects.filter(pilot=OuterRef("pk")).order_by().values("pilot")
    patience = Metric.objects.filter(pilot=OuterRef("pk")).order_by().values("pilot")
    silent = Source.objects.filter(pilot=OuterRef("pk"), silent_since__gte=F("seen_at"))
    return pilots.annotate(
        observed=Subquery(seen.annotate(at=Max("newest_at")).values("at")),
        patience=Subquery(patience.annotate(hours=Max("max_age_hours")).values("hours")),
        has_silent_source=Exists(silent),
    )


def freshness(pilot: Pilot, *, now: datetime) -> Freshness:
    """Silent is a running pilot one of whose sources is, or that has no point for longer than its most patient metric
    allows, counted from its start."""
    newest: datetime | None = pilot.observed  # type: ignore[attr-defined]
    patience = timedelta(hours=pilot.patience or PATIENCE_HOURS)  # type: ignore[attr-defined]
    since = newest or pilot.started_at
    old = since is not None and now - since > patience
    silent: bool = old or pilot.has_silent_source  # type: ignore[attr-defined]
    return Freshness(newest, pilot.state == State.RUNNING and silent)
