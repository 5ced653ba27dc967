from django.db.models import OuterRef, QuerySet, Subquery
from django_filters import rest_framework as filters

from evaluations.models.run import Outcome
from evaluations.models.suite import Provenance
from pilots.models import Failure, Measurement, Metric, Pilot, Review, Verdict
from pilots.models.failure import FailureStatus, FailureType, Severity
from pilots.models.measurement import Phase
from pilots.models.pilot import Friction, State
from pilots.models.review import ReviewSource, ReviewVerdict
from pilots.models.verdict import MachineFlag
from pilots.queries import board, measurement_search

NOBODY = 0


def with_newest_verdict(pilots: QuerySet[Pilot]) -> QuerySet[Pilot]:
    """Adds verdict_flag, verdict_reason and verdict_as_of, null before the first look, and the people: two queries."""
    newest = Verdict.objects.filter(pilot=OuterRef("pk")).order_by("-number")
    return (
        pilots.select_related("owner", "deputy", "decider")
        .prefetch_related("readers")
        .annotate(
            verdict_flag=Subquery(newest.values("flag")[:1]),
            verdict_reason=Subquery(newest.values("reason")[:1]),
            verdict_as_of=Subquery(newest.values("as_of")[:1]),
        )
    )


class PilotFilter(filters.FilterSet):
    """Over a queryset from `with_newest_verdict`."""

    state = filters.ChoiceFilter(choices=State.choices)
    flag = filters.ChoiceFilter(field_name="verdict_flag", choices=MachineFlag.choices)
    friction = filters.ChoiceFilter(field_name="friction_kind", choices=Friction.choices)
    owner = filters.CharFilter(field_name="owner__username")
    team = filters.CharFilter()
    openness = filters.ChoiceFilter(
        choices=[("open", "Open weights"), ("gated", "Gated weights"), ("closed", "Closed")],
        method="by_openness",
        label="Of the weights of the model under trial.",
    )
    q = filters.CharFilter(method="by_text", label="Words in the name, the workflow or the owner's name.")

    def by_openness(self, pilots: QuerySet[Pilot], name: str, value: str) -> QuerySet[Pilot]:
        return pilots.alias(weights=board.openness()).filter(weights=value)

    def by_text(self, pilots: QuerySet[Pilot], name: str, value: str) -> QuerySet[Pilot]:
        return pilots.filter(board.text_filter(value))

    class Meta:
        model = Pilot
        fields: list[str] = []


class MeasurementFilter(filters.FilterSet):
    metric = filters.CharFilter(method="by_metric", label="Key of one of the pilot's metrics.")
    candidate = filters.CharFilter(field_name="candidate__slug")
    phase = filters.ChoiceFilter(choices=Phase.choices)
    segment = filters.CharFilter()
    outcome = filters.ChoiceFilter(choices=Outcome.choices)
    provenance = filters.ChoiceFilter(choices=Provenance.choices)
    source = filters.CharFilter()
    external_id = filters.CharFilter(method="by_external_id")
    since = filters.IsoDateTimeFilter(
        field_name="observed_at", lookup_expr="gte", label="Observed at this time or later."
    )
    until = filters.IsoDateTimeFilter(
        field_name="observed_at", lookup_expr="lt", label="Observed before this time."
    )

    def by_metric(self, measurements: QuerySet[Measurement], name: str, value: str) -> QuerySet[Measurement]:
        """By its id: one index then holds the metric's rows in their order. Asked for first: for a metric that the planner
        does not know it would look through the rows of all pilots for one that is not there."""
        found = Metric.objects.filter(pilot__slug=self._slug, key=value).values_list("pk", flat=True)
        return measurements.filter(metric_id=found.first() or NOBODY)

    def by_external_id(
        self, measurements: QuerySet[Measurement], name: str, value: str
    ) -> QuerySet[Measurement]:
        return measurement_search.with_external_id(measurements, value, pilot=self._slug)

    @property
    def _slug(self) -> str:
        assert self.request is not None
        slug: str = self.request.resolver_match.kwargs["slug"]
        return slug

    class Meta:
        model = Measurement
        fields: list[str] = []


class FailureFilter(filters.FilterSet):
    severity = filters.ChoiceFilter(choices=Severity.choices)
    type = filters.ChoiceFilter(choices=FailureType.choices)
    status = filters.ChoiceFilter(choices=FailureStatus.choices)
    scenario = filters.CharFilter()
    cause = filters.CharFilter()

    class Meta:
        model = Failure
        fields: list[str] = []


class ReviewFilter(filters.FilterSet):
    source = filters.ChoiceFilter(choices=ReviewSource.choices)
    verdict = filters.ChoiceFilter(choices=ReviewVerdict.choices)
    unit_id = filters.CharFilter()

    class Meta:
        model = Review
        fields: list[str] = []
