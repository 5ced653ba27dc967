from django.contrib import admin
from unfold.contrib.filters.admin import ChoicesDropdownFilter

from pilots.admin.of_visible_pilots import RecordsOfPilots
from pilots.models import Failure


@admin.register(Failure)
class FailureAdmin(RecordsOfPilots):
    """Examples of what went wrong, as scripts and people reported them."""

    list_display = ("happened_at", "pilot", "severity", "type", "status", "cause", "scenario", "candidate")
    list_select_related = ("pilot", "candidate")
    list_filter = (
        ("severity", ChoicesDropdownFilter),
        ("type", ChoicesDropdownFilter),
        ("status", ChoicesDropdownFilter),
    )
    list_filter_submit = True
    nothing_yet = "Failures are reported by scripts, from evaluation runs and on the page of the pilot."
    search_fields = ("pilot__slug__exact", "cause", "scenario", "unit_id")
    fields = (
        ("pilot", "candidate", "unit_id"),
        ("severity", "type", "status"),
        ("scenario", "cause", "cost"),
        "input",
        "output",
        "expected",
        ("happened_at", "reported_at", "reported_by", "token"),
        ("result", "external_id"),
    )
