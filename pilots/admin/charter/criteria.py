"""Goals and stop triggers, edited inside their metric."""

from typing import Any

from django.core.exceptions import ValidationError
from django.forms import ModelForm
from django.http import HttpRequest
from unfold.admin import TabularInline
from unfold.decorators import display
from unfold.widgets import UnfoldAdminTextareaWidget

from pilots.admin.acts import words
from pilots.admin.charter import figures
from pilots.admin.charter.parts import PartFormSet, PartOfPilot
from pilots.models import Goal, Metric, StopTrigger
from pilots.models.metric import Design, Estimand, Link


class CriterionForm(ModelForm):
    """Says in a sentence what the judge would refuse later. `level` is the field that holds a number to reach or to keep."""

    level = ""
    word = ""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        figures.plain(self)

    @property
    def metric(self) -> Metric:
        """The metric as typed on the same page, saved or not."""
        metric: Metric = self.fields["metric"].parent_instance  # type: ignore[attr-defined]
        return metric

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        if self.metric.link == Link.ACTIVITY:
            raise ValidationError(
                f"{self.metric.name} counts activity, which is not value: it has no {self.word}. "
                "Remove it, or change the link of the metric."
            )
        if data.get("margin") is not None and self.metric.design == Design.ABSOLUTE:
            self.add_error(
                "margin",
                f"{self.metric.name} is compared with nothing, so there is no margin. Give a {self.level} instead.",
            )
        return data


class GoalForm(CriterionForm):
    level = "target"
    word = "goal"

    class Meta:
        model = Goal
        fields = ("margin", "relative", "target")
        labels = {"margin": "Better by at least", "relative": "As a share", "target": "Or: level to reach"}

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        if self.metric.estimand == Estimand.TOTAL:
            raise ValidationError(
                f"{self.metric.name} is a running sum: it can be kept under a limit by a stop trigger, "
                "but it is never a goal."
            )
        return data


class StopTriggerForm(CriterionForm):
    level = "limit"
    word = "stop trigger"

    class Meta:
        model = StopTrigger
        fields = ("margin", "relative", "limit", "hard", "response", "action")
        labels = {
            "margin": "Worse by more than",
            "relative": "As a share",
            "limit": "Or: level not to pass",
            "hard": "At once",
            "response": "What is done at once",
            "action": "By whom, and how",
        }
        widgets = {"action": UnfoldAdminTextareaWidget(attrs={"rows": 2})}

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        if data.get("hard") and self.metric.estimand != Estimand.TOTAL:
            self.add_error(
                "hard",
                f"Only a total stops at once. Make {self.metric.name} a total, or untick hard: "
                "the trigger then fires when the harm is proven.",
            )
        return data


class CriterionInline(PartOfPilot, TabularInline):
    """One at most for a metric. The empty row is there already; left empty, it is none. Frozen, it is a sentence."""

    formset = PartFormSet
    extra = 1
    max_num = 1
    hide_title = True
    readonly_fields = ("rule",)

    def get_formset(self, request: HttpRequest, obj: Any = None, **kwargs: Any) -> Any:
        """Made once for a page: it is the same for all of its metrics, and dear."""
        made = request.__dict__.setdefault("_formsets_of_criteria", {})
        key = (type(self), self.max_num, self.may_edit(request, obj))
        if key not in made:
            made[key] = super().get_formset(request, obj, **kwargs)
        return made[key]

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return self.form._meta.fields if self.may_edit(request, obj) else ("rule",)

    @display(description="Rule")
    def rule(self, criterion: Goal | StopTrigger) -> str:
        return words.goal(criterion) if isinstance(criterion, Goal) else words.trigger(criterion)


class GoalInline(CriterionInline):
    model = Goal
    form = GoalForm
    verbose_name = verbose_name_plural = "Goal: must be proven before go"


class StopTriggerInline(CriterionInline):
    model = StopTrigger
    form = StopTriggerForm
    verbose_name = verbose_name_plural = "Stop trigger: must never be breached"
