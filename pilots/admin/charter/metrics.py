from typing import Any

from django.forms import ModelForm
from django.http import HttpRequest
from unfold.admin import StackedInline

from pilots.admin.charter import figures, keys
from pilots.admin.charter.criteria import GoalInline, StopTriggerInline
from pilots.admin.charter.parts import PartFormSet, PartOfPilot
from pilots.models import Metric, Pilot


class MetricForm(ModelForm):
    class Meta:
        model = Metric
        fields = (
            "name",
            "key",
            "unit",
            "direction",
            "estimand",
            "quantile",
            "design",
            "link",
            "planned_n",
            "expected_value",
            "expected_sd",
            "expected_before",
            "cap",
            "floor",
            "max_age_hours",
            "saving",
        )
        labels = {"estimand": "What is judged", "planned_n": "Items expected", "link": "Speaks of"}
        help_texts = {
            "key": f"What scripts post it under, such as review_minutes. {keys.MADE_FROM_THE_NAME}",
            "estimand": "A mean of values, a share of yes, a quantile such as p95, or a running sum.",
            "direction": "Which way is an improvement.",
            "design": "What the pilot is compared with.",
            "link": "What it says about value. Activity, such as calls or tokens, is shown and never decides.",
            "planned_n": "In the whole window, with a value of this metric.",
            "quantile": "0.95 for p95. Only for a quantile.",
            "cap": "The most a value can count. A time-out counts as the cap.",
            "floor": "The least a value can be: 0 for minutes and money.",
            "max_age_hours": "When the newest point is older, the metric is stale and go is blocked.",
            "saving": "Whether it is part of the saving per item that pay-back is computed from.",
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        keys.optional(self, "key")
        figures.plain(self)

    def clean_key(self) -> str:
        return keys.filled(self, "key", separator="_")


class MetricFormSet(PartFormSet):
    def _construct_form(self, i: int, **kwargs: Any) -> ModelForm:
        """Rows know their pilot: the permission checks of goals and triggers ask for it, row by row."""
        form: ModelForm = super()._construct_form(i, **kwargs)
        form.instance.pilot = self.instance
        return form


class MetricInline(PartOfPilot, StackedInline):
    """A metric with its goal and its stop trigger beside it, so that a pilot is logged on one page."""

    model = Metric
    form = MetricForm
    formset = MetricFormSet
    readonly_preprocess_fields = {"cap": figures.shorter, "floor": figures.shorter}
    inlines = (GoalInline, StopTriggerInline)
    fieldsets = (
        (
            None,
            {
                "fields": (
                    ("name", "key", "unit"),
                    ("estimand", "direction", "quantile"),
                    ("design", "link", "planned_n"),
                )
            },
        ),
        (
            "What you expect",
            {
                "classes": ("collapse",),
                "fields": (("expected_value", "expected_sd", "expected_before"),),
                "description": "Says before the start how likely the goal is proven in this window at this volume. "
                "It decides nothing later.",
            },
        ),
        (
            "Bounds, freshness and saving",
            {"classes": ("collapse",), "fields": (("cap", "floor"), ("max_age_hours", "saving"))},
        ),
    )

    def get_extra(self, request: HttpRequest, obj: Pilot | None = None, **kwargs: Any) -> int:
        return 0 if obj and obj.metrics.exists() else 1
