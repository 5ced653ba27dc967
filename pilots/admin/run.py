from django.contrib import admin
from unfold.decorators import display

from pilots.admin.of_visible_pilots import RecordsOfPilots
from pilots.models import PilotRun


@admin.register(PilotRun)
class PilotRunAdmin(RecordsOfPilots):
    """Evaluation runs made for pilots, and when their results were counted."""

    list_display = ("pilot", "run", "state", "absorbed_at")
    list_select_related = ("pilot", "run__suite_version__suite")
    nothing_yet = "Runs are made by the schedules of a pilot that runs."
    search_fields = ("pilot__name", "pilot__slug")
    fields = (("pilot", "run"), ("state", "absorbed_at"), "schedule")
    readonly_fields = ("state",)

    @display(description="State", ordering="run__state")
    def state(self, link: PilotRun) -> str:
        return link.run.get_state_display()
