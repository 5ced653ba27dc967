from django.contrib import admin
from django.template.defaultfilters import truncatechars
from django.template.loader import render_to_string
from django.utils.safestring import SafeString
from unfold.contrib.filters.admin import BooleanRadioFilter, ChoicesDropdownFilter, FieldTextFilter
from unfold.decorators import display

from config.admin.read_only import ReadOnlyAdmin
from evaluations.admin.badges import outcome_badge, passed_badge
from evaluations.admin.comparison import money
from evaluations.models import Attempt, Result


@admin.register(Result)
class ResultAdmin(ReadOnlyAdmin):
    """What each target answered to each case."""

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
    )
    fieldsets = (
        (None, {"fields": (("target", "case", "repeat"), ("outcome_shown", "passed_shown", "score"))}),
        ("Question and answer", {"fields": ("question", "expected", "answer", "detail")}),
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
        return truncatechars(result.answer or result.detail, 80)

    @display(description="Question")
    def question(self, result: Result) -> str:
        return result.case.input

    @display(description="Expected")
    def expected(self, result: Result) -> str:
        return "to abstain" if result.case.must_abstain else str(result.case.expected)

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
        return render_to_string("admin/evaluations/result/calls.html", {"calls": made.order_by("started_at")})
