from django.contrib import admin
from django.http import HttpRequest
from django.utils.safestring import SafeString
from unfold.decorators import display
from unfold.paginator import InfinitePaginator

from config.admin.read_only import ReadOnlyAdmin
from pilots import permissions
from pilots.admin.json_text import pretty
from pilots.models import Event


@admin.register(Event)
class EventAdmin(ReadOnlyAdmin):
    """The audit log, for auditors and administrators."""

    list_display = ("at", "verb", "pilot", "who", "reason")
    list_select_related = ("pilot", "actor", "token")
    search_fields = ("verb", "pilot__name", "pilot__slug", "actor__username", "reason", "request_id")
    paginator = InfinitePaginator
    show_full_result_count = False
    fields = (("at", "verb", "pilot"), ("who", "request_id"), "reason", "values_before", "values_after")
    readonly_fields = ("who", "values_before", "values_after")

    def has_view_permission(self, request: HttpRequest, obj: Event | None = None) -> bool:
        return permissions.may_audit(request.user)

    @display(description="Who")
    def who(self, event: Event) -> str:
        return str(event.actor or event.token or "Pilotage")

    @display(description="Before")
    def values_before(self, event: Event) -> SafeString:
        return pretty(event.before)

    @display(description="After")
    def values_after(self, event: Event) -> SafeString:
        return pretty(event.after)
