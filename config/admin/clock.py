"""The clock of the workers: what beat starts, and how often."""

from typing import Any

from django.contrib import admin
from django_celery_beat import admin as beat
from django_celery_beat import models as clock
from unfold.widgets import UnfoldAdminSelectWidget, UnfoldAdminTextInputWidget

from config.admin.administrators_only import AdministratorsOnly


class TaskSelectWidget(UnfoldAdminSelectWidget, beat.TaskSelectWidget):
    pass


class PeriodicTaskForm(beat.PeriodicTaskForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["task"].widget = UnfoldAdminTextInputWidget()
        self.fields["regtask"].widget = TaskSelectWidget()


PACES = (clock.IntervalSchedule, clock.CrontabSchedule, clock.SolarSchedule, clock.ClockedSchedule)
admin.site.unregister((clock.PeriodicTask, *PACES))


@admin.register(clock.PeriodicTask)
class PeriodicTaskAdmin(beat.PeriodicTaskAdmin, AdministratorsOnly):
    form = PeriodicTaskForm
    date_hierarchy = None
    list_filter = ("enabled",)
    list_select_related = ("interval", "crontab")


@admin.register(*PACES)
class PaceAdmin(AdministratorsOnly):
    pass
