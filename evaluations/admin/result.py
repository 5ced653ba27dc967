from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.defaultfilters import truncatechars
from django.template.loader import render_to_string
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.safestring import SafeString
from unfold.contrib.filters.admin import BooleanRadioFilter, ChoicesDropdownFilter, FieldTextFilter
from unfold.decorators import action, display

from config.admin.read_only import ReadOnlyAdmin
from evaluations import permissions
from evaluations.actions import labels
from evaluations.actions.labels import LabelRefused
from evaluations.admin.badges import outcome_badge, passed_badge
from evaluations.admin.comparison import money
from evaluations.admin.visible_rows import VisibleRows
from evaluations.models import Attempt, Result


@admin.register(Result)
class ResultAdmin(VisibleRows, ReadOnlyAdmin):
    """What each target answered to each case."""

    actions_detail = ("label_right", "label_wrong")
    list_display = ("case", "target", "outcome_shown", "passed_shown", "said", "seconds", "attempts")
    list_select_related = ("case", "target__deployment")
    list_filter = (
        ("target__key", FieldTextFilter),
        ("outcome", ChoicesDropdownFilter),
        ("passed", BooleanRadioFilter),
    )
    list_filter_submit = True
    show_full_result_count = False
    search_fields = ("case__key", "answer", "detail")
    search_help_text = "Id of the case, answer or detail"
    readonly_fields = (
        "outcome_shown",
        "passed_shown",
        "question",
        "expected",
        "seconds",
        "first_token",
        "paid",
        "calls",
        "verdicts",
        "labelled",
    )
    fieldsets = (
        (None, {"fields": (("target", "case", "repeat"), ("outcome_shown", "passed_shown", "score"))}),
        ("Question and answer", {"fields": ("question", "expected", "answer", "detail")}),
        ("Judgement", {"fields": (("judged_by", "violations"), "verdicts", "labelled")}),
        (
            "The call",
            {
                "fields": (
                    ("model_returned", "asked_at"),
                    ("seconds", "first_token"),
                    ("input_tokens", "output_tokens"),
                    ("cached_tokens", "reasoning_tokens"),
                    ("paid", "price"),
                    "calls",
                )
            },
        ),
    )

    def lookup_allowed(self, lookup: str, value: str, request: object = None) -> bool:
        """The run's own page leads here."""
        return lookup == "target__run__id__exact" or super().lookup_allowed(lookup, value, request)

    @display(description="Outcome", ordering="outcome")
    def outcome_shown(self, result: Result) -> SafeString:
        return outcome_badge(result.outcome)

    @display(description="Judged", ordering="passed")
    def passed_shown(self, result: Result) -> SafeString | str:
        return passed_badge(result.passed) if result.score is not None else "not counted"

    @display(description="Answer")
    def said(self, result: Result) -> str:
        return truncatechars(result.words, 80)

    @display(description="Question")
    def question(self, result: Result) -> str:
        return result.case.input

    @display(description="Expected")
    def expected(self, result: Result) -> str:
        return "to abstain" if result.case.must_abstain else str(result.case.expected)

    @display(description="What the model judge said", empty_value="no model judged")
    def verdicts(self, result: Result) -> str | None:
        said = [
            f"{one['judge']} ({one['model']}, prompt {one['prompt_hash'][:12]}): "
            f"{'met' if one['passed'] else 'not met'}: {one['rubric']} {one['reason']}"
            for one in result.judgements
        ]
        return "\n".join(said) or None

    @display(description="What people said", empty_value="nobody yet")
    def labelled(self, result: Result) -> str | None:
        found = result.labels.select_related("labelled_by")
        return ", ".join(f"{one.labelled_by}: {'right' if one.passed else 'wrong'}" for one in found) or None

    def has_label_permission(self, request: HttpRequest, object_id: Any = None) -> bool:
        return permissions.may_label(request.user)

    @action(description="Label as right", icon="thumb_up", permissions=["label"])
    def label_right(self, request: HttpRequest, object_id: str) -> HttpResponse:
        return self._label(request, object_id, passed=True)

    @action(description="Label as wrong", icon="thumb_down", permissions=["label"])
    def label_wrong(self, request: HttpRequest, object_id: str) -> HttpResponse:
        return self._label(request, object_id, passed=False)

    def _label(self, request: HttpRequest, object_id: str, *, passed: bool) -> HttpResponse:
        """GET asks, so that a link changes nothing; POST keeps the person's word."""
        result = self.get_object(request, object_id)
        if result is None:
            raise Http404
        if not permissions.may_label(request.user):
            raise PermissionDenied
        back = reverse("admin:evaluations_result_change", args=[result.pk])
        if request.method == "POST":
            try:
                labels.label(
                    result=result,
                    passed=passed,
                    note=request.POST.get("note", ""),
                    by=request.user,  # type: ignore[arg-type]
                    now=timezone.now(),
                )
                messages.success(request, f"Labelled as {'right' if passed else 'wrong'}.")
            except LabelRefused as refusal:
                messages.warning(request, str(refusal))
            return redirect(back)
        context = {
            **self.admin_site.each_context(request),
            "opts": self.model._meta,
            "original": result,
            "title": f"Label as {'right' if passed else 'wrong'}",
            "back": back,
        }
        return TemplateResponse(request, "admin/evaluations/result/label.html", context)

    @display(description="Seconds", ordering="latency_s", empty_value="–")
    def seconds(self, result: Result) -> str | None:
        return None if result.latency_s is None else f"{result.latency_s:.2f}"

    @display(description="Seconds to the first token", empty_value="not streamed")
    def first_token(self, result: Result) -> str | None:
        return None if result.first_token_s is None else f"{result.first_token_s:.2f}"

    @display(description="Cost of all attempts")
    def paid(self, result: Result) -> str:
        return "unpriced" if result.cost is None else money(result.cost, result.currency)

    @display(description="Attempts")
    def calls(self, result: Result) -> SafeString:
        made = Attempt.objects.filter(target=result.target_id, case=result.case_id, repeat=result.repeat)
        calls = made.select_related("judge").order_by("started_at")
        return render_to_string("admin/evaluations/result/calls.html", {"calls": calls})
