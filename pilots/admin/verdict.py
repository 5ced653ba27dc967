from django.contrib import admin
from django.utils.safestring import SafeString
from unfold.contrib.filters.admin import ChoicesDropdownFilter
from unfold.decorators import display

from pilots.admin.badges import badge
from pilots.admin.json_text import pretty
from pilots.admin.of_visible_pilots import RecordsOfPilots
from pilots.models import Verdict


@admin.register(Verdict)
class VerdictAdmin(RecordsOfPilots):
    """What the machine said, look by look. A record is never edited: late rows make a new one."""

    list_display = ("pilot", "number", "flag_badge", "reason", "as_of")
    list_select_related = ("pilot",)
    list_filter = (("flag", ChoicesDropdownFilter),)
    list_filter_submit = True
    ordering = ("-as_of", "-number")
    nothing_yet = "Pilotage judges a pilot as soon as it runs and has measurements."
    search_fields = ("pilot__name", "pilot__slug", "evidence_hash", "code")
    fields = (
        ("pilot", "number", "plan"),
        ("flag_badge", "code", "as_of"),
        "reason",
        ("evidence_hash", "previous_hash"),
        "input_digest",
        "record",
    )
    readonly_fields = ("flag_badge", "record")

    @display(description="Flag", ordering="flag")
    def flag_badge(self, verdict: Verdict) -> SafeString:
        return badge(verdict.flag, verdict.get_flag_display())

    @display(description="Evidence record")
    def record(self, verdict: Verdict) -> SafeString:
        return pretty(verdict.evidence)
