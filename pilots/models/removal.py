"""Taking a stopped pilot out of production: the checklist, and how long it took."""

from datetime import timedelta

from django.conf import settings
from django.db import models
from django.db.models import Q

from pilots.models.decision import Decision
from pilots.models.pilot import Pilot


class Removal(models.Model):
    """Opened by a stop decision. The clock runs until every step is done."""

    pilot = models.OneToOneField(Pilot, on_delete=models.PROTECT, related_name="removal")
    decision = models.OneToOneField(Decision, on_delete=models.PROTECT, related_name="removal")
    opened_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True, blank=True)
    finished_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(finished_at__isnull=True, finished_by__isnull=True)
                | Q(finished_at__isnull=False, finished_by__isnull=False),
                name="removal_finished_at_and_by",
            ),
        ]

    def __str__(self) -> str:
        return f"Removal of {self.pilot}"

    @property
    def took(self) -> timedelta | None:
        return self.finished_at - self.opened_at if self.finished_at else None


class RemovalStep(models.Model):
    """One step of the plan as it was when the pilot was stopped, and when somebody did it."""

    removal = models.ForeignKey(Removal, on_delete=models.CASCADE, related_name="steps")
    position = models.PositiveSmallIntegerField()
    what = models.CharField(max_length=300)
    who = models.CharField(max_length=120, blank=True)
    planned_minutes = models.PositiveIntegerField(null=True, blank=True)
    done_at = models.DateTimeField(null=True, blank=True)
    done_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )

    class Meta:
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(fields=["removal", "position"], name="removalstep_position_unique"),
            models.CheckConstraint(
                condition=Q(done_at__isnull=True, done_by__isnull=True)
                | Q(done_at__isnull=False, done_by__isnull=False),
                name="removalstep_done_at_and_by",
            ),
        ]

    def __str__(self) -> str:
        return self.what
