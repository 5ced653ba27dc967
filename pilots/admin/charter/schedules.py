from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import ForeignKey
from django.forms import ModelForm
from django.http import HttpRequest
from django.utils import timezone
from unfold.admin import StackedInline

from pilots import permissions
from pilots.admin.charter.parts import PartOfPilot, pilot_of
from pilots.models import EvaluationSchedule, Metric, Pilot
from pilots.models.metric import Estimand
from pilots.models.pilot import State


class ScheduleForm(ModelForm):
    class Meta:
        model = EvaluationSchedule
        fields = (
            "suite_version",
            "enabled",
            "quality_metric",
            "latency_metric",
            "every_hours",
            "repeats",
            "next_run_at",
        )
        labels = {"suite_version": "Tasks", "every_hours": "Every (hours)", "next_run_at": "Next run"}
        help_texts = {
            "suite_version": "A version of a suite: the team's own tasks, as they were then.",
            "enabled": "Untick to make no more runs.",
            "quality_metric": "Where passed answers are counted: a rate.",
            "latency_metric": "Where the seconds around each call are counted.",
            "repeats": "How often each task is asked in one run.",
            "next_run_at": "When the next run is made. Later ones follow by the hours above.",
        }

    def clean_quality_metric(self) -> Metric | None:
        metric: Metric | None = self.cleaned_data["quality_metric"]
        if metric and metric.estimand != Estimand.RATE:
            raise ValidationError("An answer passes or it does not: choose a metric that is a rate.")
        return metric

    def clean_next_run_at(self) -> Any:
        at = self.cleaned_data["next_run_at"]
        if at is None and self.cleaned_data.get("enabled"):
            raise ValidationError("Say when the next run is made: without it there is none.")
        return at


class ScheduleInline(PartOfPilot, StackedInline):
    """Evaluation runs are no part of the frozen plan: their pace is changed while the pilot runs."""

    model = EvaluationSchedule
    form = ScheduleForm
    extra = 0
    autocomplete_fields = ("suite_version",)
    verbose_name = "evaluation schedule"
    pilot: Pilot | None = None

    def get_formset(self, request: HttpRequest, obj: Pilot | None = None, **kwargs: Any) -> Any:
        self.pilot = obj
        return super().get_formset(request, obj, **kwargs)

    def get_fieldsets(self, request: HttpRequest, obj: Pilot | None = None) -> Any:
        rows: tuple[Any, ...] = (
            ("suite_version", "enabled"),
            ("quality_metric", "latency_metric"),
            ("every_hours", "repeats"),
        )
        return ((None, {"fields": (*rows, "next_run_at") if obj and obj.is_frozen else rows}),)

    def formfield_for_foreignkey(
        self, db_field: ForeignKey[Any, Any], request: HttpRequest, **kwargs: Any
    ) -> Any:
        if db_field.related_model is Metric:
            kwargs["queryset"] = Metric.objects.filter(pilot=self.pilot)
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        if db_field.name == "next_run_at":
            kwargs["initial"] = timezone.now
        return super().formfield_for_dbfield(db_field, request, **kwargs)

    def may_edit(self, request: HttpRequest, obj: Any) -> bool:
        pilot = pilot_of(obj)
        return pilot is not None and pilot.state != State.DECIDED and permissions.may_run(request.user, pilot)
