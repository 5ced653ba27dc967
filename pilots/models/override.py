from django.conf import settings
from django.db import models

from pilots.models.pilot import Pilot
from pilots.models.write_once import WriteOnce, append_only


class Override(WriteOnce):
    """A point of the checklist that somebody chose to start without, and why."""

    pilot = models.ForeignKey(Pilot, on_delete=models.PROTECT, related_name="overrides")
    code = models.CharField(max_length=40)
    reason = models.TextField()
    overridden_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    overridden_at = models.DateTimeField()

    class Meta:
        ordering = ["pilot", "id"]
        constraints = [
            models.UniqueConstraint(fields=["pilot", "code"], name="override_once"),
            models.CheckConstraint(condition=~models.Q(reason=""), name="override_has_a_reason"),
        ]
        triggers = append_only("override")

    def __str__(self) -> str:
        return f"{self.code} overridden in {self.pilot}"
