from django.db import models

from pilots.models.pilot import Pilot


class OperatingRule(models.Model):
    """A rule the work is done by. Rules settle first; systems are connected after."""

    pilot = models.ForeignKey(Pilot, on_delete=models.CASCADE, related_name="operating_rules")
    text = models.CharField(
        max_length=300, help_text="For example: answers under 80 % confidence go to a person."
    )
    stable_since = models.DateField(help_text="The day it was last changed.")

    class Meta:
        ordering = ["pilot", "id"]

    def __str__(self) -> str:
        return self.text


class Integration(models.Model):
    """A system the pilot is connected to."""

    pilot = models.ForeignKey(Pilot, on_delete=models.CASCADE, related_name="integrations")
    name = models.CharField(max_length=120)
    added_on = models.DateField()
    why = models.CharField(max_length=300, blank=True)

    class Meta:
        ordering = ["added_on", "id"]

    def __str__(self) -> str:
        return self.name
