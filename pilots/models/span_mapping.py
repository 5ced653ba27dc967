from django.db import models
from django.db.models import Q

from evaluations.models.checked_at_once import CheckedAtOnce
from pilots.models.metric import Metric
from pilots.models.pilot import Pilot


class Quantity(models.TextChoices):
    """What a model call, as a span reports it, can tell about a metric."""

    NONE = "none", "Nothing"
    DURATION = "duration", "Duration"
    FIRST_TOKEN = "first_token", "Time to first token"
    INPUT_TOKENS = "input_tokens", "Input tokens"
    OUTPUT_TOKENS = "output_tokens", "Output tokens"
    ALL_TOKENS = "all_tokens", "Input and output tokens"
    CACHE_READ_TOKENS = "cache_read_tokens", "Input tokens read from a cache"
    CACHE_WRITE_TOKENS = "cache_write_tokens", "Input tokens written to a cache"
    REASONING_TOKENS = "reasoning_tokens", "Reasoning tokens"
    COST = "cost", "Cost (US dollars, as reported)"
    SUCCESS = "success", "Whether it succeeded (a rate)"
    FAILURE = "failure", "Whether it failed (a rate)"


class SpanMapping(CheckedAtOnce):
    """What a metric takes from telemetry: a quantity of each model call, and numbers for scores given in words.

    Every metric has one row, so that the owner sees where its numbers come from, and where they do not.
    """

    pilot = models.ForeignKey(Pilot, on_delete=models.CASCADE, related_name="span_mappings")
    metric = models.OneToOneField(Metric, on_delete=models.CASCADE, related_name="span_mapping")
    quantity = models.CharField(max_length=20, choices=Quantity, default=Quantity.NONE)
    factor = models.DecimalField(
        max_digits=20,
        decimal_places=10,
        null=True,
        blank=True,
        help_text="What the reported number is multiplied by. Empty: by the metric's unit (ms, s, min, h, USD).",
    )
    categories = models.JSONField(
        default=dict, blank=True, help_text='Numbers for scores in words, such as {"good": 1, "bad": 0}.'
    )

    class Meta:
        ordering = ["pilot", "metric"]
        verbose_name = "number from traces"
        verbose_name_plural = "numbers from traces"
        constraints = [
            models.CheckConstraint(
                condition=Q(quantity__in=Quantity.values), name="spanmapping_quantity_known"
            ),
            models.CheckConstraint(
                condition=Q(factor__isnull=True) | Q(factor__gt=0),
                name="spanmapping_factor_positive",
                violation_error_message="Give a factor above zero, or leave it empty.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.metric}: {self.get_quantity_display()}"


class EnclosingSpan(models.Model):
    """A span inside which a model call was counted. Should it claim to be a call itself, it is not counted again.

    Kept for as long as the rest of a trace may still arrive.
    """

    pilot = models.ForeignKey(Pilot, on_delete=models.CASCADE, related_name="+", db_index=False)
    span = models.CharField(max_length=49, help_text="Trace id and span id.")
    seen_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["pilot", "span"], name="enclosingspan_once")]
        indexes = [models.Index(fields=["seen_at"], name="enclosingspan_seen_at")]

    def __str__(self) -> str:
        return self.span
