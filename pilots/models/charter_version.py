from django.conf import settings
from django.db import models

from pilots.models.pilot import Pilot
from pilots.models.write_once import WriteOnce, append_only


class CharterVersion(WriteOnce):
    """The whole charter as it was from a moment on, with who changed it and why."""

    pilot = models.ForeignKey(Pilot, on_delete=models.PROTECT, related_name="charters")
    number = models.PositiveIntegerField()
    charter = models.JSONField(help_text="People go by their pseudonyms in it.")
    persons = models.JSONField(default=dict, db_default={}, blank=True, help_text="By pseudonym, who it is.")
    charter_hash = models.CharField(max_length=64, help_text="SHA-256 of its canonical JSON.")
    reason = models.TextField()
    written_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    written_at = models.DateTimeField()

    class Meta:
        ordering = ["pilot", "-number"]
        constraints = [
            models.UniqueConstraint(fields=["pilot", "number"], name="charterversion_number_unique"),
            models.CheckConstraint(condition=~models.Q(reason=""), name="charterversion_has_a_reason"),
        ]
        triggers = append_only("charterversion")

    def __str__(self) -> str:
        return f"Charter {self.number} of {self.pilot}"
