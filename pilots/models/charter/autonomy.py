from django.core.exceptions import ValidationError
from django.db import models


class Autonomy(models.TextChoices):
    SUGGEST = "suggest", "Suggests; a person does the work"
    DRAFT = "draft", "Drafts; a person completes it"
    APPROVE = "approve", "Acts after a person approves"
    ACT = "act", "Acts by itself"


class DataClass(models.TextChoices):
    PUBLIC = "public", "Public"
    INTERNAL = "internal", "Internal"
    CONFIDENTIAL = "confidential", "Confidential"
    RESTRICTED = "restricted", "Restricted: patient, legal or financial records"


class Sector(models.TextChoices):
    GENERAL = "general", "No special rules"
    FINANCE = "finance", "Finance"
    HEALTHCARE = "healthcare", "Healthcare"
    EDUCATION = "education", "Education"
    PUBLIC = "public", "Public administration"


class Reach(models.Model):
    """How far the model may go: with which data, in which sector, how much by itself, with how much context."""

    data_class = models.CharField(
        max_length=12,
        choices=DataClass,
        blank=True,
        help_text="The most sensitive data the model sees. Numbers beyond it are a breach.",
    )
    sector = models.CharField(max_length=10, choices=Sector, default=Sector.GENERAL)
    autonomy = models.CharField(
        max_length=7,
        choices=Autonomy,
        default=Autonomy.SUGGEST,
        help_text="How much it does without a person. A higher level is a new version of the charter.",
    )
    context_budget_tokens = models.PositiveIntegerField(
        null=True, blank=True, help_text="The most context one item may carry, in tokens."
    )
    spend_cap = models.DecimalField(
        max_digits=12,
        decimal_places=2,
        null=True,
        blank=True,
        help_text="The most the pilot may spend on the model. Passing it stops the pilot at once.",
    )
    volume_cap = models.PositiveIntegerField(
        null=True, blank=True, help_text="The most items it may handle. Passing it stops the pilot at once."
    )
    hours_cap = models.DecimalField(
        max_digits=8,
        decimal_places=1,
        null=True,
        blank=True,
        help_text="The most hours of work people may put into the trial. Passing it stops the pilot at once.",
    )
    observability_hours = models.DecimalField(
        max_digits=6,
        decimal_places=1,
        null=True,
        blank=True,
        help_text="Hours planned for watching it: reading failures, logs and reviews.",
    )

    class Meta:
        abstract = True

    def clean(self) -> None:
        super().clean()
        below = [name for name in ("spend_cap", "hours_cap") if (getattr(self, name) or 0) < 0]
        if below:
            raise ValidationError(dict.fromkeys(below, "A cap is zero or more."))
