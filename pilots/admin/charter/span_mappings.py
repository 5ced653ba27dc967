from typing import Any

from django.db.models import QuerySet
from django.forms import ModelForm
from django.http import HttpRequest
from unfold.admin import TabularInline

from pilots import permissions
from pilots.actions import span_mappings
from pilots.admin.charter import figures
from pilots.admin.charter.parts import PartOfPilot, pilot_of
from pilots.models import SpanMapping


class SpanMappingForm(ModelForm):
    class Meta:
        model = SpanMapping
        fields = ("quantity", "factor", "categories")
        labels = {
            "quantity": "Takes from each model call",
            "factor": "Multiplied by",
            "categories": "Scores in words",
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        figures.plain(self)
        self.fields["categories"].widget.attrs["rows"] = 2

    def clean_categories(self) -> Any:
        return self.cleaned_data["categories"] or {}

    def clean(self) -> dict[str, Any] | None:
        cleaned = super().clean() or self.cleaned_data
        if {"quantity", "factor", "categories"} <= cleaned.keys():
            found = span_mappings.faults(
                quantity=cleaned["quantity"],
                factor=cleaned["factor"],
                categories=cleaned["categories"],
                metric=self.instance.metric,
            )
            for field, sentence in found:
                self.add_error(field, sentence)
        return cleaned


class SpanMappingInline(PartOfPilot, TabularInline):
    """A row for each metric, made with it. No part of the frozen plan: senders change while a pilot runs."""

    model = SpanMapping
    form = SpanMappingForm
    fields = ("metric_name", "quantity", "factor", "categories")
    readonly_fields = ("metric_name",)
    extra = 0
    max_num = 0
    can_delete = False
    hide_title = True
    verbose_name_plural = "numbers from traces"

    def get_queryset(self, request: HttpRequest) -> QuerySet[SpanMapping]:
        rows: QuerySet[SpanMapping] = super().get_queryset(request).select_related("metric")
        return rows

    def metric_name(self, row: SpanMapping) -> str:
        unit = f" ({row.metric.unit})" if row.metric.unit else ""
        return f"{row.metric.name}{unit}"

    metric_name.short_description = "Metric"  # type: ignore[attr-defined]

    def may_edit(self, request: HttpRequest, obj: Any) -> bool:
        pilot = pilot_of(obj)
        return pilot is not None and not pilot.is_settled and permissions.may_run(request.user, pilot)

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False
