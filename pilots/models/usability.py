from django.conf import settings
from django.db import models
from django.db.models import Q

from pilots.models.pilot import Pilot
from pilots.models.write_once import WriteOnce, append_only

LOWEST, HIGHEST = 1, 5


class UsabilityScore(WriteOnce):
    """How usable one person finds it, from 1 to 5. The newest of a person counts; earlier ones are its history."""

    pilot = models.ForeignKey(Pilot, on_delete=models.PROTECT, related_name="usability_scores")
    score = models.PositiveSmallIntegerField()
    comment = models.TextField(blank=True)
    given_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    given_at = models.DateTimeField()

    class Meta:
        ordering = ["pilot", "given_by", "-id"]
        indexes = [models.Index(fields=["pilot", "given_by", "-id"], name="usability_newest")]
        constraints = [
            models.CheckConstraint(
                condition=Q(score__gte=LOWEST, score__lte=HIGHEST), name="usability_from_1_to_5"
            )
        ]
        triggers = append_only("usabilityscore")

    def __str__(self) -> str:
        return f"{self.score} of {HIGHEST}"
