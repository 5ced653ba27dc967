from django.db import models

from pilots.models.metric import Metric
from pilots.models.pilot import Pilot
from pilots.models.write_once import WriteOnce, append_only


class Baseline(WriteOnce):
    """What a metric was before, as it stood when the first number of the pilot was held against it."""

    pilot = models.ForeignKey(Pilot, on_delete=models.PROTECT, related_name="baselines")
    metric = models.OneToOneField(Metric, on_delete=models.PROTECT, related_name="baseline")
    rows = models.PositiveIntegerField()
    retrospective = models.PositiveIntegerField(help_text="Rows that were entered days after they happened.")
    first_at = models.DateTimeField()
    last_at = models.DateTimeField()
    digest = models.CharField(max_length=64, help_text="SHA-256 over its rows, in order of time.")
    frozen_at = models.DateTimeField()

    class Meta:
        ordering = ["pilot", "id"]
        triggers = append_only("baseline")

    def __str__(self) -> str:
        return f"Baseline of {self.metric}"
