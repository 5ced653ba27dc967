from django.contrib.postgres.fields import ArrayField
from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import Q

from pilots.models.pilot import Pilot


class Source(models.Model):
    """A sender of measurements in one pilot, by the name it gives itself: when it was last heard, and how often it speaks.

    `seen_at` is written every few seconds at most. `longest_gap` is the longest pause lately that was no silence.
    """

    pilot = models.ForeignKey(Pilot, on_delete=models.CASCADE, related_name="sources")
    name = models.CharField(max_length=100, blank=True, help_text="Empty for rows that name no source.")
    first_seen_at = models.DateTimeField()
    seen_at = models.DateTimeField()
    newest_at = models.DateTimeField(help_text="When its newest measurement was observed.")
    longest_gap = models.DurationField(null=True, blank=True)
    longest_gap_at = models.DateTimeField(null=True, blank=True)
    expected_hours = models.DecimalField(
        max_digits=7,
        decimal_places=2,
        null=True,
        blank=True,
        validators=[MinValueValidator(0.05)],
        help_text="Silent after so many hours without a row. Empty: learned, twice the longest usual pause.",
    )
    silent_since = models.DateTimeField(null=True, blank=True)
    metrics = ArrayField(
        models.BigIntegerField(), default=list, help_text="Ids of the metrics it has measured."
    )

    class Meta:
        ordering = ["pilot", "name"]
        constraints = [
            models.UniqueConstraint(fields=["pilot", "name"], name="source_once"),
            models.CheckConstraint(
                condition=Q(expected_hours__isnull=True) | Q(expected_hours__gt=0),
                name="source_expected_positive",
            ),
        ]

    def __str__(self) -> str:
        return self.name or "no source named"
