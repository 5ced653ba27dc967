from collections.abc import Iterable
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import ForeignKey, ManyToManyField
from django.forms import ModelForm
from django.http import HttpRequest
from django.utils import timezone
from unfold.admin import StackedInline

from pilots import permissions
from pilots.admin.charter.parts import PartOfPilot, pilot_of
from pilots.models import Candidate, EvaluationSchedule, Metric, Pilot
from pilots.models.candidate import Role
from pilots.models.metric import Estimand
from pilots.models.schedule import Purpose


class ScheduleForm(ModelForm):
    class Meta:
        model = EvaluationSchedule
        fields = (
            *("purpose", "suite_version", "enabled"),
            *("candidates", "prompt"),
            *("quality_metric", "latency_metric", "cost_metric", "contract_metric"),
            *("every_hours", "jitter_minutes", "repeats", "on_change"),
            *("max_spend", "max_minutes", "next_run_at"),
        )
        labels = {
            "suite_version": "Tasks",
            "every_hours": "Every (hours)",
            "jitter_minutes": "Jitter (minutes)",
            "on_change": "Also after a change",
            "max_spend": "Most it may cost",
            "max_minutes": "Longest (minutes)",
            "next_run_at": "Next run",
        }
        help_texts = {
            "suite_version": "A version of a suite: the team's own tasks, as they were then.",
            "enabled": "Untick to make no more runs.",
            "quality_metric": "Where passed answers are counted: a rate.",
            "latency_metric": "Where the seconds around each call are counted.",
            "cost_metric": "Where the money for each passed answer is counted, failed ones before it included.",
            "contract_metric": "Where answers are counted that break the contract of the charter: a rate.",
            "repeats": "How often each task is asked in one run.",
            "purpose": "A drill asks primary and fallback the same tasks. A canary watches for silent changes.",
            "next_run_at": "When the next run is made. Later ones follow by the hours above.",
        }

    def clean_quality_metric(self) -> Metric | None:
        metric: Metric | None = self.cleaned_data["quality_metric"]
        if metric and metric.estimand != Estimand.RATE:
            raise ValidationError("An answer passes or it does not: choose a metric that is a rate.")
        return metric

    def clean_contract_metric(self) -> Metric | None:
        metric: Metric | None = self.cleaned_data["contract_metric"]
        if metric and metric.estimand != Estimand.RATE:
            raise ValidationError(
                "An answer keeps the contract or breaks it: choose a metric that is a rate."
            )
        return metric

    def clean_cost_metric(self) -> Metric | None:
        metric: Metric | None = self.cleaned_data["cost_metric"]
        if metric and metric.estimand != Estimand.MEAN:
            raise ValidationError("Each passed answer has a cost of its own: choose a metric that is a mean.")
        return metric

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        version, prompt = cleaned.get("suite_version"), cleaned.get("prompt")
        if version and prompt and prompt.suite_id != version.suite_id:
            self.add_error("prompt", f"This prompt belongs to another suite. Choose one of {version.suite}.")
        if cleaned.get("purpose") == Purpose.CANARY:
            self._refuse_warm_canary(cleaned.get("candidates") or ())
        return cleaned

    def _refuse_warm_canary(self, candidates: Iterable[Candidate]) -> None:
        for each in candidates:
            if each.deployment and each.deployment.temperature:
                self.add_error(
                    "candidates", f"A canary asks at temperature 0; {each.deployment} has another."
                )

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
    autocomplete_fields = ("suite_version", "prompt")
    verbose_name = "evaluation schedule"
    pilot: Pilot | None = None

    def get_formset(self, request: HttpRequest, obj: Pilot | None = None, **kwargs: Any) -> Any:
        self.pilot = obj
        return super().get_formset(request, obj, **kwargs)

    def get_fieldsets(self, request: HttpRequest, obj: Pilot | None = None) -> Any:
        rows: tuple[Any, ...] = (
            ("purpose", "enabled"),
            ("suite_version", "prompt"),
            "candidates",
            ("quality_metric", "latency_metric"),
            ("cost_metric", "contract_metric"),
            ("every_hours", "jitter_minutes", "repeats"),
            "on_change",
            ("max_spend", "max_minutes"),
        )
        return ((None, {"fields": (*rows, "next_run_at") if obj and obj.is_frozen else rows}),)

    def formfield_for_foreignkey(
        self, db_field: ForeignKey[Any, Any], request: HttpRequest, **kwargs: Any
    ) -> Any:
        if db_field.related_model is Metric:
            kwargs["queryset"] = Metric.objects.filter(pilot=self.pilot)
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def formfield_for_manytomany(
        self, db_field: "ManyToManyField[Any, Any]", request: HttpRequest, **kwargs: Any
    ) -> Any:
        kwargs["queryset"] = Candidate.objects.filter(pilot=self.pilot).exclude(role=Role.NON_AI)
        return super().formfield_for_manytomany(db_field, request, **kwargs)

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        if db_field.name == "next_run_at":
            kwargs["initial"] = timezone.now
        return super().formfield_for_dbfield(db_field, request, **kwargs)

    def may_edit(self, request: HttpRequest, obj: Any) -> bool:
        pilot = pilot_of(obj)
        return pilot is not None and not pilot.is_settled and permissions.may_run(request.user, pilot)
