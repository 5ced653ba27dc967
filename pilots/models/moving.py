"""What the move really costs, as it is spent. It takes the place of the estimate once it is complete."""

from decimal import Decimal

from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import Q

from evaluations.models.checked_at_once import CheckedAtOnce
from pilots.models.pilot import Pilot

NOT_NEGATIVE = [MinValueValidator(Decimal(0), "Give zero or more.")]


class MoveCost(CheckedAtOnce):
    """Hours of people's work, priced at the pilot's wage, and money spent on one piece of the move."""

    pilot = models.ForeignKey(Pilot, on_delete=models.CASCADE, related_name="move_costs")
    spent_on = models.DateField()
    what = models.CharField(
        max_length=200, help_text="Connecting the mailbox, writing the suite, a switch test, …"
    )
    hours = models.DecimalField(
        max_digits=8, decimal_places=2, null=True, blank=True, validators=NOT_NEGATIVE
    )
    spend = models.DecimalField(
        max_digits=12,
        decimal_places=2,
        null=True,
        blank=True,
        validators=NOT_NEGATIVE,
        help_text="In the pilot's currency.",
    )
    is_last = models.BooleanField(
        default=False,
        verbose_name="complete",
        help_text="With this, the move is done: all it cost is entered.",
    )

    class Meta:
        ordering = ["spent_on", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(hours__isnull=False) | Q(spend__isnull=False),
                name="movecost_says_how_much",
                violation_error_message="Give hours, money, or both.",
            ),
            models.CheckConstraint(
                condition=(Q(hours__isnull=True) | Q(hours__gte=0))
                & (Q(spend__isnull=True) | Q(spend__gte=0)),
                name="movecost_not_negative",
                violation_error_message="Give zero or more.",
            ),
        ]

    def __str__(self) -> str:
        return self.what
