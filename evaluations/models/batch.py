from datetime import datetime

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from evaluations.models.catalogue import Deployment
from evaluations.models.run import Run


class BatchState(models.TextChoices):
    WAITING = "waiting", "Waiting"
    WORKING = "working", "Being worked on"
    DONE = "done", "Done"
    DROPPED = "dropped", "Dropped: the run ended first"


class BatchQuerySet(models.QuerySet["Batch"]):
    def due(self, *, now: datetime) -> "BatchQuerySet":
        """What a worker may take now."""
        return self.filter(state=BatchState.WAITING).filter(Q(not_before=None) | Q(not_before__lte=now))

    def stalled(self, *, since: datetime) -> "BatchQuerySet":
        """Claimed batches whose worker gave no sign of life since then."""
        return self.filter(state=BatchState.WORKING, heartbeat_at__lt=since)

    def open(self) -> "BatchQuerySet":
        return self.filter(state__in=[BatchState.WAITING, BatchState.WORKING])


class Batch(models.Model):
    """A stretch of a run's cases, with all targets and repeats: what one worker takes at a time."""

    run = models.ForeignKey(Run, on_delete=models.CASCADE, related_name="batches")
    number = models.PositiveIntegerField(help_text="From 1, in the order of the cases.")
    first_case = models.BigIntegerField(help_text="Primary key of its first case.")
    last_case = models.BigIntegerField(help_text="Primary key of its last case.")
    state = models.CharField(max_length=10, choices=BatchState, default=BatchState.WAITING)
    claim = models.UUIDField(null=True, blank=True, help_text="Names the worker that works on it.")
    claimed_at = models.DateTimeField(null=True, blank=True)
    heartbeat_at = models.DateTimeField(null=True, blank=True)
    offered_at = models.DateTimeField(
        null=True, blank=True, help_text="When it was last offered to the workers."
    )
    not_before = models.DateTimeField(
        null=True, blank=True, help_text="Not to be taken earlier: the host could not be reached."
    )
    stalls = models.PositiveSmallIntegerField(
        default=0, help_text="How often its worker died, in a row, without a single result in between."
    )
    rounds = models.PositiveSmallIntegerField(
        default=0, help_text="How often it was asked again because of faults that are ours."
    )
    trouble = models.TextField(blank=True, help_text="What the last worker that broke off said.")

    objects = BatchQuerySet.as_manager()

    class Meta:
        verbose_name_plural = "batches"
        ordering = ["run", "number"]
        constraints = [
            models.UniqueConstraint(fields=["run", "number"], name="batch_number_unique"),
            models.CheckConstraint(condition=Q(state__in=BatchState.values), name="batch_state_known"),
            models.CheckConstraint(
                condition=Q(
                    state="working", claim__isnull=False, claimed_at__isnull=False, heartbeat_at__isnull=False
                )
                | (~Q(state="working") & Q(claim__isnull=True)),
                name="batch_claimed_while_working",
            ),
        ]
        indexes = [
            models.Index(
                fields=["run", "number"], condition=Q(state__in=["waiting", "working"]), name="batch_open"
            )
        ]

    def __str__(self) -> str:
        return f"Batch {self.number} of run {self.run_id}"


class Calibration(models.Model):
    """What our own harness adds to a latency: calls that a null endpoint answered at once, while the batch went on."""

    batch = models.ForeignKey(Batch, on_delete=models.CASCADE, related_name="calibrations")
    deployment = models.ForeignKey(Deployment, on_delete=models.PROTECT, related_name="+")
    measured_at = models.DateTimeField()
    seconds = ArrayField(models.FloatField(), help_text="One figure a call.")

    class Meta:
        ordering = ["batch", "deployment", "measured_at"]

    def __str__(self) -> str:
        return f"{len(self.seconds)} null calls beside {self.deployment}"
