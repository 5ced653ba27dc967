from django.contrib import admin
from django.template.defaultfilters import truncatechars
from unfold.contrib.filters.admin import ChoicesDropdownFilter, RelatedDropdownFilter
from unfold.decorators import display

from config.admin.read_only import ReadOnlyAdmin
from evaluations.admin.visible_rows import VisibleRows
from evaluations.models import Case


@admin.register(Case)
class CaseAdmin(VisibleRows, ReadOnlyAdmin):
    """Single tasks. A case is changed by importing another version."""

    list_display = ("key", "question", "answer", "scenario", "provenance", "version")
    list_select_related = ("version__suite",)
    list_filter = (("version", RelatedDropdownFilter), ("provenance", ChoicesDropdownFilter), "must_abstain")
    list_filter_submit = True
    search_fields = ("key", "input", "scenario")
    search_help_text = "Id, text or scenario"
    fields = (
        "version",
        ("key", "unit_id"),
        "input",
        "messages",
        "expected",
        ("scenario", "tags"),
        ("must_abstain", "provenance"),
        "variables",
    )

    @display(description="Input", ordering="input")
    def question(self, case: Case) -> str:
        return truncatechars(case.input, 90)

    @display(description="Expected")
    def answer(self, case: Case) -> str:
        return "to abstain" if case.must_abstain else truncatechars(str(case.expected), 40)
