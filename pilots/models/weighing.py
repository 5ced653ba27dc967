from django.conf import settings
from django.db import models
from django.db.models import F, Q

from pilots.models.pilot import Pilot
from pilots.models.quarantine import Quarantine


class WeighingState(models.TextChoices):
    WAITING = "waiting", "Being weighed"
    DONE = "done", "Weighed"
    REFUSED = "refused", "Not marked"


class Weighing(models.Model):
    """A stretch that somebody wants marked as faulty, until a worker has found out what that would change."""

    pilot = models.ForeignKey(Pilot, on_delete=models.PROTECT, related_name="weighings")
    source = models.CharField(max_length=100, blank=True)
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    reason = models.TextField()
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    state = models.CharField(max_length=8, choices=WeighingState, default=WeighingState.WAITING)
    refusal = models.TextField(blank=True, help_text="Why nothing was marked, and what to do next.")
    quarantine = models.OneToOneField(Quarantine, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        ordering = ["pilot", "-id"]
        constraints = [
            models.CheckConstraint(condition=Q(state__in=WeighingState.values), name="weighing_state_known"),
            models.CheckConstraint(condition=Q(starts_at__lt=F("ends_at")), name="weighing_in_order"),
            models.CheckConstraint(
                condition=Q(state="done", quarantine__isnull=False, refusal="")
                | Q(state="refused", quarantine__isnull=True) & ~Q(refusal="")
                | Q(state="waiting", quarantine__isnull=True, refusal=""),
                name="weighing_has_its_answer",
            ),
            models.UniqueConstraint(
                fields=["pilot"], condition=Q(state="waiting"), name="weighing_one_at_a_time"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_state_display()}: {self.source or 'no source named'}"
