from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q

from evaluations.models.checked_at_once import CheckedAtOnce
from pilots.models.pilot import Pilot


class Direction(models.TextChoices):
    LOWER = "lower", "Lower is better"
    HIGHER = "higher", "Higher is better"


class Estimand(models.TextChoices):
    MEAN = "mean", "Mean"
    RATE = "rate", "Rate (share of yes)"
    QUANTILE = "quantile", "Quantile against a limit"
    TOTAL = "total", "Total (running sum)"


class Design(models.TextChoices):
    ABSOLUTE = "absolute", "Against a number"
    BEFORE_AFTER = "before_after", "Before and after (frozen baseline)"
    CONCURRENT = "concurrent", "Two arms on the same days"
    PAIRED = "paired", "The same unit on both"


class Link(models.TextChoices):
    """What a metric says about value. Activity is shown and never decides."""

    COST = "cost", "Cost"
    CLARITY = "clarity", "Clarity"
    SAFETY = "safety", "Safety"
    RESULT = "result", "Useful result"
    ACTIVITY = "activity", "Activity (shown, never decides)"


class Saving(models.TextChoices):
    NONE = "none", "No part of the saving"
    MONEY = "money", "Money per item"
    MINUTES = "minutes", "Minutes per item, priced at the wage"


class Metric(CheckedAtOnce):
    """What is measured in a pilot, and how the two sides are compared."""

    pilot = models.ForeignKey(Pilot, on_delete=models.CASCADE, related_name="metrics")
    key = models.SlugField(help_text="The name scripts post under, for example review_minutes.")
    name = models.CharField(max_length=120)
    unit = models.CharField(max_length=20, blank=True, help_text="min, s, EUR, …; empty for shares.")
    direction = models.CharField(max_length=6, choices=Direction, default=Direction.LOWER)
    estimand = models.CharField(max_length=10, choices=Estimand, default=Estimand.MEAN)
    quantile = models.FloatField(
        null=True, blank=True, help_text="0.95 for p95; only with the estimand Quantile."
    )
    design = models.CharField(max_length=14, choices=Design, default=Design.BEFORE_AFTER)
    link = models.CharField(max_length=10, choices=Link, default=Link.RESULT)
    planned_n = models.PositiveIntegerField(
        default=500, help_text="Items expected in the whole window; tunes where the interval is narrowest."
    )
    cap = models.DecimalField(
        max_digits=20,
        decimal_places=6,
        null=True,
        blank=True,
        help_text="Largest value that counts, fixed before data: a time-out counts as the cap.",
    )
    floor = models.DecimalField(
        max_digits=20,
        decimal_places=6,
        null=True,
        blank=True,
        help_text="Smallest value that can count, if there is one (0 for minutes and money).",
    )
    expected_value = models.DecimalField(
        max_digits=20,
        decimal_places=6,
        null=True,
        blank=True,
        help_text="What you expect in the pilot: the mean, the share of yes, or the share beyond the limit.",
    )
    expected_sd = models.DecimalField(
        max_digits=20,
        decimal_places=6,
        null=True,
        blank=True,
        help_text="How much single values scatter around their mean (standard deviation). Not for shares.",
    )
    expected_before = models.DecimalField(
        max_digits=20,
        decimal_places=6,
        null=True,
        blank=True,
        help_text="What it is today, as long as no baseline is measured.",
    )
    max_age_hours = models.PositiveIntegerField(
        default=48, help_text="Older than this, the newest point is stale."
    )
    saving = models.CharField(
        max_length=7,
        choices=Saving,
        default=Saving.NONE,
        help_text="Whether its change is part of the saving per item that pay-back is computed from.",
    )

    class Meta:
        ordering = ["pilot", "id"]
        constraints = [
            models.UniqueConstraint(fields=["pilot", "key"], name="metric_key_unique"),
            models.CheckConstraint(
                condition=Q(direction__in=Direction.values), name="metric_direction_known"
            ),
            models.CheckConstraint(condition=Q(estimand__in=Estimand.values), name="metric_estimand_known"),
            models.CheckConstraint(condition=Q(design__in=Design.values), name="metric_design_known"),
            models.CheckConstraint(condition=Q(link__in=Link.values), name="metric_link_known"),
            models.CheckConstraint(
                condition=Q(estimand="quantile", quantile__isnull=False, quantile__gt=0, quantile__lt=1)
                | (~Q(estimand="quantile") & Q(quantile__isnull=True)),
                name="metric_quantile_only_for_quantiles",
                violation_error_message="Give the quantile (such as 0.95) for the estimand Quantile, and only then.",
            ),
            models.CheckConstraint(
                condition=~Q(estimand__in=["quantile", "total"]) | Q(design="absolute"),
                name="metric_limits_are_absolute",
                violation_error_message="A quantile and a total are held against a number: choose the design “Against a "
                "number”.",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def clean(self) -> None:
        """To the database nothing is neither true nor false, so its constraint lets an empty quantile pass."""
        if self.estimand == Estimand.QUANTILE and self.quantile is None:
            raise ValidationError({"quantile": "Say which one: 0.95 for p95."})


class Goal(CheckedAtOnce):
    """Must be proven before go: better than the other arm by at least a margin, or a level to reach."""

    metric = models.OneToOneField(Metric, on_delete=models.CASCADE, related_name="goal")
    margin = models.DecimalField(
        max_digits=20,
        decimal_places=6,
        null=True,
        blank=True,
        help_text="How much better than before (or than the other arm), at least. Shares from 0 to 1.",
    )
    relative = models.BooleanField(
        default=False, help_text="The margin is a share of the level before: 0.2 for 20 % better."
    )
    target = models.DecimalField(
        max_digits=20,
        decimal_places=6,
        null=True,
        blank=True,
        help_text="Or the level to reach, whatever it was before.",
    )

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(margin__isnull=False, target__isnull=True)
                | Q(margin__isnull=True, target__isnull=False, relative=False),
                name="goal_margin_or_target",
                violation_error_message="Give either a margin (how much better) or a target (the level to reach); "
                "relative goes with a margin.",
            ),
            models.CheckConstraint(
                condition=Q(margin__isnull=True) | Q(margin__gte=0),
                name="goal_margin_not_negative",
                violation_error_message="Give the margin as a number of zero or more; the metric's direction says which "
                "way is better.",
            ),
        ]

    def __str__(self) -> str:
        return f"Goal on {self.metric}"


class Response(models.TextChoices):
    """What is done at once when a trigger fires. The pilot is flagged stop in each case, and a person decides."""

    STOP = "stop", "Stop: the model is taken out"
    FALLBACK = "fallback", "Fall back: the work goes on without the model"
    REVIEW = "review", "Review: a person looks at every answer"


class StopTrigger(CheckedAtOnce):
    """Must never be breached: worse than the other arm by more than the margin, or beyond the limit."""

    metric = models.OneToOneField(Metric, on_delete=models.CASCADE, related_name="stop_trigger")
    margin = models.DecimalField(
        max_digits=20,
        decimal_places=6,
        null=True,
        blank=True,
        help_text="How much worse than before (or than the other arm) is tolerated. Shares from 0 to 1.",
    )
    relative = models.BooleanField(
        default=False, help_text="The margin is a share of the level before: 0.1 for 10 % worse."
    )
    limit = models.DecimalField(
        max_digits=20,
        decimal_places=6,
        null=True,
        blank=True,
        help_text="Or the level that must not be passed.",
    )
    hard = models.BooleanField(
        default=False,
        help_text="Stops at once, whatever else is proven: spend, critical incidents, data leaks. Only for totals.",
    )
    response = models.CharField(
        max_length=8,
        choices=Response,
        default=Response.STOP,
        help_text="What is done at once. The pilot is flagged stop in each case, and a person decides.",
    )
    action = models.CharField(
        max_length=200, blank=True, help_text="What is done when it fires, and by whom."
    )

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(margin__isnull=False, limit__isnull=True)
                | Q(margin__isnull=True, limit__isnull=False, relative=False),
                name="stoptrigger_margin_or_limit",
                violation_error_message="Give either a margin (how much worse) or a limit (a level); relative goes with "
                "a margin.",
            ),
            models.CheckConstraint(
                condition=Q(margin__isnull=True) | Q(margin__gte=0),
                name="stoptrigger_margin_not_negative",
                violation_error_message="Give the margin as a number of zero or more; the metric's direction says which "
                "way is worse.",
            ),
            models.CheckConstraint(
                condition=Q(hard=False) | Q(limit__isnull=False),
                name="stoptrigger_hard_has_a_limit",
                violation_error_message="A hard trigger needs a limit.",
            ),
            models.CheckConstraint(
                condition=Q(response__in=Response.values), name="stoptrigger_response_known"
            ),
        ]

    def __str__(self) -> str:
        return f"Stop trigger on {self.metric}"
