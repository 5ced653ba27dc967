"""Trade-offs and risks: what a gain may cost elsewhere, who watches it, until when it is accepted."""

from datetime import date

from django.conf import settings
from django.db import models
from django.db.models import Q

from evaluations.models.checked_at_once import CheckedAtOnce
from pilots.models.pilot import Pilot


class TradeOff(models.Model):
    """One area: what may be gained, what it may cost unseen, and the control that keeps watch."""

    pilot = models.ForeignKey(Pilot, on_delete=models.CASCADE, related_name="trade_offs")
    area = models.CharField(max_length=120)
    gain = models.CharField(max_length=300, verbose_name="potential gain")
    hidden_cost = models.CharField(max_length=300)
    control = models.CharField(max_length=300, blank=True, help_text="Fallback, audit, an explicit scope, …")
    owner = models.CharField(max_length=120, blank=True)
    accepted_until = models.DateField(
        null=True, blank=True, help_text="Without a control: until when the risk is accepted as it is."
    )

    class Meta:
        ordering = ["pilot", "id"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(control="") | Q(accepted_until__isnull=False),
                name="tradeoff_control_or_acceptance",
                violation_error_message="Give a control, or the day until which the risk is accepted.",
            )
        ]

    def __str__(self) -> str:
        return self.area


class RiskCategory(models.TextChoices):
    BIAS = "bias", "Bias"
    SECURITY = "security", "Security"
    COMPLIANCE = "compliance", "Compliance"
    PRIVACY = "privacy", "Privacy"
    QUALITY = "quality", "Quality"
    DEPENDENCE = "dependence", "Dependence on a vendor"
    PEOPLE = "people", "People and work"


class RiskState(models.TextChoices):
    OPEN = "open", "Open"
    CONTROLLED = "controlled", "Controlled"
    ACCEPTED = "accepted", "Accepted until a date"
    CLOSED = "closed", "Closed"


class Risk(CheckedAtOnce):
    """One risk, how likely and how bad from 1 to 5, and who owns it. What is accepted is accepted until a day."""

    pilot = models.ForeignKey(Pilot, on_delete=models.CASCADE, related_name="risks")
    category = models.CharField(max_length=10, choices=RiskCategory, default=RiskCategory.QUALITY)
    text = models.CharField(max_length=300)
    likelihood = models.PositiveSmallIntegerField(default=3, help_text="1 rare to 5 nearly certain.")
    impact = models.PositiveSmallIntegerField(default=3, help_text="1 nuisance to 5 disaster.")
    control = models.CharField(max_length=300, blank=True)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    state = models.CharField(max_length=10, choices=RiskState, default=RiskState.OPEN)
    accepted_until = models.DateField(null=True, blank=True)

    class Meta:
        ordering = ["pilot", "id"]
        constraints = [
            models.CheckConstraint(condition=Q(category__in=RiskCategory.values), name="risk_category_known"),
            models.CheckConstraint(condition=Q(state__in=RiskState.values), name="risk_state_known"),
            models.CheckConstraint(
                condition=Q(likelihood__range=(1, 5), impact__range=(1, 5)),
                name="risk_from_one_to_five",
                violation_error_message="Likelihood and impact go from 1 to 5.",
            ),
            models.CheckConstraint(
                condition=~Q(state="accepted") | Q(accepted_until__isnull=False),
                name="risk_accepted_until_a_day",
                violation_error_message="An accepted risk needs the day on which it is looked at again.",
            ),
            models.CheckConstraint(
                condition=~Q(state="controlled") | ~Q(control=""),
                name="risk_controlled_by_something",
                violation_error_message="Say what controls the risk.",
            ),
        ]

    def __str__(self) -> str:
        return self.text

    def is_open(self, today: date) -> bool:
        """Open, or accepted until a day that has passed."""
        lapsed = self.accepted_until is not None and self.accepted_until < today
        return self.state == RiskState.OPEN or (self.state == RiskState.ACCEPTED and lapsed)

    @property
    def weight(self) -> int:
        return self.likelihood * self.impact
