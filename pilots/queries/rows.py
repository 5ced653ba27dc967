"""The measurements behind a number, newest first."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from django.db.models import Q

from evaluations.models.run import Outcome
from evaluations.models.suite import Provenance
from pilots.models import Candidate, Measurement, Metric, Pilot
from pilots.models.measurement import Phase

PAGE = 100
FAILED = "failed"


@dataclass(frozen=True)
class Wanted:
    """Empty texts and None: whatever it is. `outcome` is one of them, or `failed` for all but an answer. `after` is the
    place of the last row of the page before."""

    metric: str = ""
    phase: str = ""
    candidate: str = ""
    segment: str = ""
    provenance: str = ""
    outcome: str = ""
    load: str = ""
    day: date | None = None
    after: tuple[datetime, int] | None = None


@dataclass(frozen=True)
class Found:
    rows: list[Measurement]
    metrics: list[Metric]
    candidates: list[Candidate]
    metric: Metric | None
    has_more: bool


def load(pilot: Pilot, wanted: Wanted) -> Found:
    """Three queries and one page, whatever the number of measurements. An unknown metric finds nothing."""
    metrics = list(pilot.metrics.order_by("id"))
    candidates = list(pilot.candidates.all())
    metric = next((each for each in metrics if each.key == wanted.metric), metrics[0] if metrics else None)
    if wanted.metric and (metric is None or metric.key != wanted.metric):
        return Found([], metrics, candidates, None, False)
    if metric is None:
        return Found([], metrics, candidates, None, False)
    rows = list(
        Measurement.objects.filter(_condition(wanted, candidates), pilot=pilot, metric=metric)
        .select_related("candidate")
        .order_by("-observed_at", "-id")[: PAGE + 1]
    )
    return Found(rows[:PAGE], metrics, candidates, metric, len(rows) > PAGE)


def _condition(wanted: Wanted, candidates: list[Candidate]) -> Q:
    found = Q()
    if wanted.phase in Phase.values:
        found &= Q(phase=wanted.phase)
    if wanted.candidate:
        found &= Q(candidate__in=[each.pk for each in candidates if each.slug == wanted.candidate])
    if wanted.segment:
        found &= Q(segment=wanted.segment)
    if wanted.provenance in Provenance.values:
        found &= Q(provenance=wanted.provenance)
    if wanted.outcome in Outcome.values:
        found &= Q(outcome=wanted.outcome)
    elif wanted.outcome == FAILED:
        found &= ~Q(outcome=Outcome.OK)
    if wanted.load:
        found &= Q(load=wanted.load)
    if wanted.day is not None:
        start = datetime(wanted.day.year, wanted.day.month, wanted.day.day, tzinfo=UTC)
        found &= Q(observed_at__gte=start, observed_at__lt=start + timedelta(days=1))
    if wanted.after is not None:
        at, number = wanted.after
        found &= Q(observed_at__lt=at) | Q(observed_at=at, id__lt=number)
    return found
