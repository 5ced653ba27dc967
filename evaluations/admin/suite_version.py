from django.contrib import admin
from django.utils.safestring import SafeString
from unfold.contrib.filters.admin import RelatedDropdownFilter
from unfold.decorators import display

from evaluations.admin import links
from evaluations.admin.read_only import ReadOnlyAdmin
from evaluations.models import SuiteVersion


@admin.register(SuiteVersion)
class SuiteVersionAdmin(ReadOnlyAdmin):
    """Cases at one moment, named by the hash of their content."""

    list_display = ("suite", "number", "case_count", "created_at", "created_by")
    list_select_related = ("suite", "created_by")
    list_filter = (("suite", RelatedDropdownFilter),)
    list_filter_submit = True
    search_fields = ("suite__name", "suite__slug", "content_hash")
    fields = (("suite", "number"), ("case_count", "cases"), "content_hash", ("created_at", "created_by"))
    readonly_fields = ("cases",)

    @display(description="Cases")
    def cases(self, version: SuiteVersion) -> SafeString:
        return links.to_cases(version)
