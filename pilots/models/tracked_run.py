from django.db import models
from django.db.models import Q

from pilots.models.pilot import Pilot
from pilots.models.token import Token


class TrackedRunStatus(models.TextChoices):
    """MLflow's words."""

    RUNNING = "RUNNING", "Running"
    SCHEDULED = "SCHEDULED", "Scheduled"
    FINISHED = "FINISHED", "Finished"
    FAILED = "FAILED", "Failed"
    KILLED = "KILLED", "Killed"


class TrackedRun(models.Model):
    """A run of a script that speaks MLflow. Its metrics are measurements of the pilot; here is what MLflow asks for again."""

    pilot = models.ForeignKey(Pilot, on_delete=models.PROTECT, related_name="tracked_runs")
    run_id = models.CharField(max_length=32, unique=True)
    name = models.CharField(max_length=250, blank=True)
    status = models.CharField(max_length=9, choices=TrackedRunStatus, default=TrackedRunStatus.RUNNING)
    started_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)
    started_by = models.CharField(max_length=250, blank=True, help_text="As the script says.")
    token = models.ForeignKey(Token, on_delete=models.PROTECT, related_name="+")
    tags = models.JSONField(default=dict)
    params = models.JSONField(default=dict)
    newest = models.JSONField(default=dict, help_text="For each metric: value, time in ms, step.")

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(status__in=TrackedRunStatus.values), name="trackedrun_status_known"
            ),
        ]

    def __str__(self) -> str:
        return self.name or self.run_id
