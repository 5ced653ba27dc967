from django.conf import settings
from django.db import models

from pilots.models.pilot import Pilot
from pilots.models.token import Token
from pilots.models.write_once import WriteOnce, append_only

DIFFER, HOLD = "statistics.differ", "statistics.hold"
STATISTICS = (DIFFER, HOLD)
"""What a recount of the rows found: an alarm, and its end."""


class Event(WriteOnce):
    """The audit log: who did what to which pilot, when, why, with the values before and after."""

    pilot = models.ForeignKey(Pilot, on_delete=models.PROTECT, null=True, blank=True, related_name="events")
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        help_text="Empty when a token or the machine acted.",
    )
    token = models.ForeignKey(Token, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    verb = models.CharField(max_length=40)
    at = models.DateTimeField()
    reason = models.TextField(blank=True)
    before = models.JSONField(default=dict)
    after = models.JSONField(default=dict)
    request_id = models.CharField(max_length=64, blank=True)

    class Meta:
        ordering = ["-at", "-id"]
        indexes = [
            models.Index(fields=["pilot", "-at"], name="event_of_pilot"),
            models.Index(
                fields=["at"],
                condition=models.Q(verb__in=["statistics.differ", "statistics.hold"]),
                name="event_of_statistics",
            ),
        ]
        triggers = append_only("event")

    def __str__(self) -> str:
        return f"{self.verb} by {self.actor or self.token or 'Pilotage'}"

    @property
    def label(self) -> str:
        """The act in words: `pilot.handed_over` is "Pilot handed over"."""
        return self.verb.replace(".", " ").replace("_", " ").capitalize()
