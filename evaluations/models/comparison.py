from django.conf import settings
from django.db import models
from django.db.models import F, Q

from evaluations.models.run import RunTarget
from evaluations.models.write_once import WriteOnce, append_only


class ComparisonWaiver(WriteOnce):
    """Somebody compared two targets although their data set or scorer differ, and said why."""

    left = models.ForeignKey(RunTarget, on_delete=models.PROTECT, related_name="+")
    right = models.ForeignKey(RunTarget, on_delete=models.PROTECT, related_name="+")
    differences = models.JSONField()
    reason = models.TextField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering = ["-at"]
        constraints = [
            models.CheckConstraint(condition=~Q(reason=""), name="comparisonwaiver_says_why"),
            models.CheckConstraint(condition=~Q(left=F("right")), name="comparisonwaiver_of_two"),
        ]
        triggers = append_only("comparisonwaiver")

    def __str__(self) -> str:
        return f"{self.left} and {self.right} compared by {self.by}"
