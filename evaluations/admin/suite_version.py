from django.contrib import admin
from django.template.loader import render_to_string
from django.utils.safestring import SafeString
from unfold.contrib.filters.admin import RelatedDropdownFilter
from unfold.decorators import display

from config.admin.read_only import ReadOnlyAdmin
from evaluations.admin import links
from evaluations.admin.visible_rows import VisibleRows
from evaluations.formats.cases import FORMATS
from evaluations.models import SuiteVersion


@admin.register(SuiteVersion)
class SuiteVersionAdmin(VisibleRows, ReadOnlyAdmin):
    """Cases at one moment, named by the hash of their content."""

    list_display = ("suite", "number", "case_count", "created_at", "created_by")
    list_select_related = ("suite", "created_by")
    list_filter = (("suite", RelatedDropdownFilter),)
    list_filter_submit = True
    search_fields = ("suite__name", "suite__slug", "content_hash")
    fields = (
        ("suite", "number"),
        ("case_count", "cases"),
        "content_hash",
        ("created_at", "created_by"),
        "came_from",
        "left_out",
    )
    readonly_fields = ("cases", "came_from", "left_out")

    @display(description="Came from", empty_value="not recorded")
    def came_from(self, version: SuiteVersion) -> str | None:
        origin = version.origin
        if not origin:
            return None
        words = FORMATS.get(origin["format"], origin["format"])
        return f"{words}: {origin['file']}" if origin["file"] else words

    @display(description="Assertions left out", empty_value="none")
    def left_out(self, version: SuiteVersion) -> SafeString | None:
        refused = version.origin.get("refused")
        if not refused:
            return None
        context = {"taken": version.origin["taken"], "all": version.origin["assertions"], "refused": refused}
        return render_to_string("admin/evaluations/suite/left_out.html", context)

    @display(description="Cases")
    def cases(self, version: SuiteVersion) -> SafeString:
        return links.to_cases(version)
