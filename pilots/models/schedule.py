from datetime import datetime

from django.db import models
from django.db.models import Q

from evaluations.models import Run, SuiteVersion
from pilots.models.metric import Metric
from pilots.models.pilot import Pilot, State


class ScheduleQuerySet(models.QuerySet["EvaluationSchedule"]):
    def due(self, *, now: datetime) -> "ScheduleQuerySet":
        return self.filter(enabled=True, pilot__state=State.RUNNING, next_run_at__lte=now)


class EvaluationSchedule(models.Model):
    """Which of the team's own tasks are put to the pilot's candidates, how often, and where the answers are counted."""

    pilot = models.ForeignKey(Pilot, on_delete=models.CASCADE, related_name="schedules")
    suite_version = models.ForeignKey(SuiteVersion, on_delete=models.PROTECT, related_name="+")
    every_hours = models.PositiveIntegerField(default=24)
    repeats = models.PositiveSmallIntegerField(default=1)
    enabled = models.BooleanField(default=True)
    next_run_at = models.DateTimeField(
        null=True,
        blank=True,
        help_text="Set when the pilot starts; the next look of beat after it makes a run.",
    )
    quality_metric = models.ForeignKey(
        Metric,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        help_text="A rate: did the answer pass?",
    )
    latency_metric = models.ForeignKey(
        Metric,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        help_text="Seconds around the raw call.",
    )

    objects = ScheduleQuerySet.as_manager()

    class Meta:
        ordering = ["pilot", "id"]
        constraints = [
            models.CheckConstraint(condition=Q(every_hours__gte=1), name="schedule_at_least_hourly"),
            models.CheckConstraint(condition=Q(repeats__gte=1), name="schedule_repeats_at_least_one"),
        ]

    def __str__(self) -> str:
        return f"{self.suite_version} every {self.every_hours} h"


class PilotRun(models.Model):
    """An evaluation run made for a pilot. Its results become measurements exactly once."""

    pilot = models.ForeignKey(Pilot, on_delete=models.PROTECT, related_name="runs")
    schedule = models.ForeignKey(EvaluationSchedule, on_delete=models.PROTECT, related_name="runs")
    run = models.OneToOneField(Run, on_delete=models.PROTECT, related_name="+")
    absorbed_at = models.DateTimeField(
        null=True, blank=True, help_text="When its results were recorded as measurements."
    )

    class Meta:
        ordering = ["-id"]

    def __str__(self) -> str:
        return f"Run {self.run_id} for {self.pilot}"
