from typing import Any

from django.contrib import admin, messages
from django.contrib.admin.views.main import PAGE_VAR
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.safestring import SafeString
from unfold.contrib.filters.admin import ChoicesDropdownFilter
from unfold.decorators import display
from unfold.paginator import InfinitePaginator

from pilots.admin.json_text import pretty
from pilots.admin.of_visible_pilots import RecordsOfPilots
from pilots.models import Measurement
from pilots.queries import measurement_search

NEWEST = 500_000
FILTERED = ("phase", "outcome", "provenance")


def _looks_for_something_rare(request: HttpRequest) -> bool:
    """A filter over all pilots: what few rows have would be looked for in all of them."""
    return not request.GET.get("q") and any(name.partition("__")[0] in FILTERED for name in request.GET)


@admin.register(Measurement)
class MeasurementAdmin(RecordsOfPilots):
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
    list_filter = tuple((name, ChoicesDropdownFilter) for name in FILTERED)
    list_filter_submit = True
    ordering = ("-id",)
    sortable_by = ()
    nothing_yet = "Measurements are posted by scripts, and made by evaluation runs."
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

    def changelist_view(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        if _looks_for_something_rare(request):
            messages.info(
                request,
                f"Filters look through the newest {NEWEST:,} measurements. Search for the slug of a pilot to look through "
                "all of its own.",
            )
        return super().changelist_view(request, *args, **kwargs)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Measurement]:
        rows: QuerySet[Measurement] = super().get_queryset(request)
        if not _looks_for_something_rare(request):
            return rows
        newest = Measurement.objects.order_by("-id").values_list("id", flat=True).first() or 0
        return rows.filter(id__gt=newest - NEWEST)

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Measurement], search_term: str
    ) -> tuple[QuerySet[Measurement], bool]:
        words, page = search_term.strip(), request.GET.get(PAGE_VAR, "")
        wanted = (int(page) if page.isdecimal() and len(page) < 6 else 1) * self.list_per_page + 1
        return (measurement_search.found(queryset, words, wanted=wanted) if words else queryset), False

    @display(description="Value", empty_value="–")
    def figure(self, measurement: Measurement) -> str | None:
        if measurement.value is None:
            return None
        return f"{measurement.value.normalize():f} {measurement.metric.unit}".strip()

    @display(description="Context")
    def references(self, measurement: Measurement) -> SafeString:
        return pretty(measurement.context)
