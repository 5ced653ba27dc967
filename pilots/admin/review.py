from django.contrib import admin
from unfold.contrib.filters.admin import ChoicesDropdownFilter

from pilots.admin.of_visible_pilots import RecordsOfPilots
from pilots.models import Review


@admin.register(Review)
class ReviewAdmin(RecordsOfPilots):
    """Judgements of single items. Whose minutes they were is on no list."""

    list_display = ("reviewed_at", "pilot", "unit_id", "source", "verdict", "fluent", "correct", "safe")
    list_select_related = ("pilot",)
    list_filter = (("source", ChoicesDropdownFilter), ("verdict", ChoicesDropdownFilter))
    list_filter_submit = True
    nothing_yet = "Reviews come from scripts, and from whoever judges answers."
    search_fields = ("pilot__slug__exact", "unit_id")
    fields = (
        ("pilot", "candidate", "unit_id"),
        ("source", "verdict"),
        ("fluent", "correct", "safe", "maintainable"),
        "note",
        ("reviewed_at", "recorded_at", "token"),
        ("result", "external_id"),
    )
