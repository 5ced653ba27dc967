from django.core.exceptions import ValidationError
from django.db import models


class Questions(models.Model):
    """The objective, and the three questions every pilot opens with."""

    objective = models.TextField(
        blank=True, help_text="Which goal of the organisation it serves, and how you would notice."
    )
    real_problem = models.TextField(blank=True, help_text="Which real problem does it solve, and for whom?")
    extra_control = models.TextField(
        blank=True, help_text="Where does it begin to need control that you do not need today?"
    )
    silent_failure = models.TextField(
        blank=True, help_text="How could it first fail without anybody being told?"
    )
    silent_failure_trigger = models.ForeignKey(
        "pilots.StopTrigger",
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        help_text="The stop trigger that would notice.",
    )

    class Meta:
        abstract = True

    def clean(self) -> None:
        super().clean()
        trigger = self.silent_failure_trigger
        if trigger is not None and trigger.metric.pilot_id != self.pk:
            raise ValidationError(
                {
                    "silent_failure_trigger": "This stop trigger belongs to another pilot. Choose one of this pilot."
                }
            )
