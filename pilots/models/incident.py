from django.conf import settings
from django.db import models
from django.db.models import Q

from pilots.models.pilot import Pilot
from pilots.models.token import Token
from pilots.models.write_once import WriteOnce, append_only


class IncidentKind(models.TextChoices):
    CRITICAL = "critical", "Critical incident"
    DATA_LEAK = "data_leak", "Data leak"
    KILL_SWITCH = "kill_switch", "Kill switch"


class Incident(WriteOnce):
    """An event that stops a pilot at once, whatever the numbers say. Kept as reported.

    A report that was wrong is withdrawn by another row, which a second person writes."""

    pilot = models.ForeignKey(Pilot, on_delete=models.PROTECT, related_name="incidents")
    kind = models.CharField(max_length=12, choices=IncidentKind)
    text = models.TextField(help_text="What happened, to whom, and what was done.")
    happened_at = models.DateTimeField()
    reported_at = models.DateTimeField()
    reported_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    withdraws = models.OneToOneField(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="withdrawn_by"
    )
    token = models.ForeignKey(Token, on_delete=models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        ordering = ["-happened_at", "-id"]
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=IncidentKind.values), name="incident_kind_known"),
            models.CheckConstraint(condition=~Q(text=""), name="incident_says_what_happened"),
            models.CheckConstraint(
                condition=Q(reported_by__isnull=False) | Q(token__isnull=False),
                name="incident_has_a_reporter",
            ),
        ]
        triggers = append_only("incident")

    def __str__(self) -> str:
        return f"{self.get_kind_display()} in {self.pilot}"
