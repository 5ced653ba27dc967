from django.db import models

from pilots.models.metric import Metric
from pilots.models.pilot import Pilot
from pilots.models.rollup import ExactNumeric


class RetiredMonth(models.Model):
    """A month whose measurements were retired: from then on nothing is taken in for it. `month` is its first day."""

    month = models.DateField(primary_key=True)
    rows = models.BigIntegerField()
    retired_at = models.DateTimeField()

    class Meta:
        ordering = ["month"]

    def __str__(self) -> str:
        return f"{self.month:%B %Y}"


class Seal(models.Model):
    """What a retired month held of one series, counted from the rows just before they went: how many, and the sum of
    their digests, which adds up in any order. The running statistics are held to it from then on."""

    month = models.ForeignKey(RetiredMonth, on_delete=models.PROTECT, related_name="seals")
    pilot = models.ForeignKey(Pilot, on_delete=models.PROTECT, related_name="+")
    metric = models.ForeignKey(Metric, on_delete=models.PROTECT, related_name="+")
    candidate = models.BigIntegerField(default=0, help_text="0 in the baseline.")
    segment = models.CharField(max_length=100, blank=True)
    rows = models.BigIntegerField()
    digest = ExactNumeric()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["month", "pilot", "metric", "candidate", "segment"], name="seal_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.rows} rows of {self.month}"
