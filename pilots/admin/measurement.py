from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.safestring import SafeString
from unfold.contrib.filters.admin import ChoicesDropdownFilter
from unfold.decorators import display
from unfold.paginator import InfinitePaginator

from config.admin.read_only import ReadOnlyAdmin
from pilots.admin.json_text import pretty
from pilots.models import Measurement
from pilots.queries import measurement_search


@admin.register(Measurement)
class MeasurementAdmin(ReadOnlyAdmin):
    """The points as they were posted. There may be millions: no count, and search by exact names alone."""

    list_display = (
        "observed_at",
        "pilot",
        "metric",
        "figure",
        "outcome",
        "phase",
        "candidate",
        "provenance",
        "source",
    )
    list_select_related = ("pilot", "metric", "candidate")
    list_filter = (
        ("phase", ChoicesDropdownFilter),
        ("outcome", ChoicesDropdownFilter),
        ("provenance", ChoicesDropdownFilter),
    )
    list_filter_submit = True
    ordering = ("-id",)
    sortable_by = ()
    search_fields = ("external_id",)  # that there is a search; what it finds is below
    search_help_text = "The slug of a pilot, or an external id, in full"
    paginator = InfinitePaginator
    show_full_result_count = False
    fields = (
        ("pilot", "metric", "candidate"),
        ("figure", "outcome", "phase"),
        ("observed_at", "recorded_at", "attempts"),
        ("unit_id", "segment", "load"),
        ("provenance", "source", "external_id"),
        "fingerprint",
        "references",
    )
    readonly_fields = ("figure", "references")

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Measurement], search_term: str
    ) -> tuple[QuerySet[Measurement], bool]:
        words = search_term.strip()
        return (measurement_search.found(queryset, words) if words else queryset), False

    @display(description="Value", empty_value="–")
    def figure(self, measurement: Measurement) -> str | None:
        if measurement.value is None:
            return None
        return f"{measurement.value.normalize():f} {measurement.metric.unit}".strip()

    @display(description="Context")
    def references(self, measurement: Measurement) -> SafeString:
        return pretty(measurement.context)
