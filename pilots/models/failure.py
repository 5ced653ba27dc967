from django.conf import settings
from django.db import models
from django.db.models import Q

from evaluations.models import Result
from pilots.models.candidate import Candidate
from pilots.models.pilot import Pilot
from pilots.models.token import Token


class Severity(models.TextChoices):
    MINOR = "minor", "Minor"
    MAJOR = "major", "Major"
    CRITICAL = "critical", "Critical"


class FailureType(models.TextChoices):
    WRONG = "wrong", "Wrong"
    UNSAFE = "unsafe", "Unsafe"
    REFUSED = "refused", "Refused"
    FORMAT = "format", "Wrong format"
    LATE = "late", "Late"
    ESCALATED = "escalated", "Escalated"
    SILENT = "silent", "Silent: nobody was told"


class FailureStatus(models.TextChoices):
    OPEN = "open", "Open"
    EXPLAINED = "explained", "Explained"
    FIXED = "fixed", "Fixed"
    ACCEPTED = "accepted", "Accepted"


EXCERPTS = ("input", "output", "expected")
"""Texts of a failure, under the organisation's policy for them."""


class Failure(models.Model):
    """One example of what went wrong: what was asked, what came, what should have come."""

    pilot = models.ForeignKey(Pilot, on_delete=models.PROTECT, related_name="failures")
    candidate = models.ForeignKey(
        Candidate, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    severity = models.CharField(max_length=8, choices=Severity)
    type = models.CharField(max_length=9, choices=FailureType)
    status = models.CharField(max_length=9, choices=FailureStatus, default=FailureStatus.OPEN)
    scenario = models.CharField(max_length=100, blank=True, help_text="Which kind of situation.")
    cause = models.CharField(max_length=200, blank=True, help_text="Short and the same for the same cause.")
    cost = models.DecimalField(
        max_digits=12, decimal_places=2, null=True, blank=True, help_text="In the pilot's currency."
    )
    input = models.TextField(blank=True, help_text="An excerpt of what was asked, without personal data.")
    output = models.TextField(blank=True, help_text="An excerpt of what came.")
    expected = models.TextField(blank=True, help_text="What should have come.")
    hashes = models.JSONField(
        default=dict,
        db_default={},
        blank=True,
        help_text="SHA-256 of each excerpt as it came. Stays when the text goes.",
    )
    unit_id = models.CharField(max_length=200, blank=True, help_text="The item, as its measurements name it.")
    result = models.ForeignKey(
        Result,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        help_text="The answer of an evaluation run that it is about.",
    )
    happened_at = models.DateTimeField()
    reported_at = models.DateTimeField()
    reported_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    token = models.ForeignKey(Token, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    external_id = models.CharField(
        max_length=200, blank=True, help_text="Your own name for it, so that a retry makes no second one."
    )

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(condition=Q(severity__in=Severity.values), name="failure_severity_known"),
            models.CheckConstraint(condition=Q(type__in=FailureType.values), name="failure_type_known"),
            models.CheckConstraint(condition=Q(status__in=FailureStatus.values), name="failure_status_known"),
            models.CheckConstraint(
                condition=Q(reported_by__isnull=False) | Q(token__isnull=False), name="failure_has_a_reporter"
            ),
            models.UniqueConstraint(
                fields=["pilot", "external_id"], condition=~Q(external_id=""), name="failure_external_id_once"
            ),
        ]

    def __str__(self) -> str:
        return (
            f"{self.get_severity_display()}, {self.get_type_display().lower()}: {self.cause or self.scenario}"
        )
