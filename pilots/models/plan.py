from django.conf import settings
from django.db import models

from pilots.models.pilot import Pilot
from pilots.models.write_once import WriteOnce, append_only


class PlanVersion(WriteOnce):
    """The rules a pilot is judged by: frozen when it starts; an amendment is a new version with who and why."""

    pilot = models.ForeignKey(Pilot, on_delete=models.PROTECT, related_name="plans")
    number = models.PositiveIntegerField()
    plan = models.JSONField()
    plan_hash = models.CharField(max_length=64)
    reason = models.TextField()
    frozen_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    frozen_at = models.DateTimeField()

    class Meta:
        ordering = ["pilot", "-number"]
        constraints = [models.UniqueConstraint(fields=["pilot", "number"], name="planversion_number_unique")]
        triggers = append_only("planversion")

    def __str__(self) -> str:
        return f"Plan {self.number} of {self.pilot}"
