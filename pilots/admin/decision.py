from django.contrib import admin
from django.utils.safestring import SafeString
from unfold.contrib.filters.admin import ChoicesDropdownFilter
from unfold.decorators import display

from pilots.admin.badges import badge
from pilots.admin.of_visible_pilots import RecordsOfPilots
from pilots.models import Decision


@admin.register(Decision)
class DecisionAdmin(RecordsOfPilots):
    """What people signed. A correction is a new decision, signed on the pilot's page."""

    list_display = ("pilot", "outcome_badge", "machine_said", "signed_by", "signed_at", "review_on")
    list_select_related = ("pilot", "signed_by", "verdict")
    list_filter = (("outcome", ChoicesDropdownFilter),)
    list_filter_submit = True
    nothing_yet = "Deciders sign on the page of the pilot."
    search_fields = ("pilot__name", "pilot__slug", "reason", "signed_by__username")
    fields = (
        ("pilot", "outcome_badge", "machine_said"),
        "reason",
        ("signed_by", "signed_at", "review_on"),
        ("extend_until", "removed_parts"),
        ("verdict", "evidence_hash"),
    )
    readonly_fields = ("outcome_badge", "machine_said")

    @display(description="Decision", ordering="outcome")
    def outcome_badge(self, decision: Decision) -> SafeString:
        return badge(decision.outcome, decision.get_outcome_display())

    @display(description="The machine said")
    def machine_said(self, decision: Decision) -> SafeString:
        return badge(decision.verdict.flag, decision.verdict.get_flag_display())
