from django.contrib import admin
from django.utils.safestring import SafeString
from unfold.decorators import display

from pilots.admin.json_text import pretty
from pilots.admin.of_visible_pilots import RecordsOfPilots
from pilots.models import PlanVersion


@admin.register(PlanVersion)
class PlanVersionAdmin(RecordsOfPilots):
    list_display = ("pilot", "number", "reason", "frozen_by", "frozen_at")
    list_select_related = ("pilot", "frozen_by")
    nothing_yet = "A plan is frozen when its pilot starts, and again with each amendment."
    search_fields = ("pilot__name", "pilot__slug", "plan_hash", "reason")
    fields = (("pilot", "number"), ("frozen_at", "frozen_by"), "reason", "plan_hash", "rules")
    readonly_fields = ("rules",)

    @display(description="Plan")
    def rules(self, version: PlanVersion) -> SafeString:
        return pretty(version.plan)
