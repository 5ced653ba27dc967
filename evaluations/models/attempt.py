import pgtrigger
from django.db import models
from django.db.models import Q

from evaluations.models.catalogue import Deployment
from evaluations.models.price import PriceSnapshot
from evaluations.models.run import Outcome, RunTarget
from evaluations.models.suite import Case


class Attempt(models.Model):
    """One call to a model, whatever came of it: of the target itself, or of a model that judged its answer.

    A result may have taken several; each of them can cost money.
    """

    id = models.UUIDField(primary_key=True, help_text="Made with the call, so that it is stored once.")
    target = models.ForeignKey(RunTarget, on_delete=models.CASCADE, related_name="calls", db_index=False)
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="+", db_index=False)
    repeat = models.PositiveSmallIntegerField()
    judge = models.ForeignKey(
        Deployment,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        db_index=False,
        help_text="The judging model that was asked about the answer. Empty: the target was asked.",
    )
    started_at = models.DateTimeField()
    seconds = models.FloatField()
    first_token_s = models.FloatField(null=True, blank=True)
    outcome = models.CharField(max_length=12, choices=Outcome)
    http_status = models.PositiveSmallIntegerField(null=True, blank=True)
    error = models.CharField(max_length=60, blank=True, help_text="Class of the error, where there was one.")
    detail = models.CharField(max_length=400, blank=True)
    input_tokens = models.PositiveIntegerField(null=True, blank=True)
    output_tokens = models.PositiveIntegerField(null=True, blank=True)
    cached_tokens = models.PositiveIntegerField(null=True, blank=True)
    cache_write_tokens = models.PositiveIntegerField(null=True, blank=True)
    reasoning_tokens = models.PositiveIntegerField(null=True, blank=True)
    cost = models.DecimalField(
        max_digits=20, decimal_places=10, null=True, blank=True, help_text="Empty: unpriced, which is not 0."
    )
    currency = models.CharField(max_length=3, blank=True)
    price = models.ForeignKey(
        PriceSnapshot, on_delete=models.PROTECT, null=True, blank=True, related_name="+", db_index=False
    )

    class Meta:
        ordering = ["target", "case", "repeat", "started_at"]
        indexes = [models.Index(fields=["target", "case", "repeat"], name="attempt_of_cell")]
        constraints = [
            models.CheckConstraint(condition=Q(outcome__in=Outcome.values), name="attempt_outcome_known"),
            models.CheckConstraint(
                condition=Q(cost__isnull=True) | (Q(cost__gte=0) & ~Q(currency="")),
                name="attempt_cost_has_currency",
            ),
        ]
        triggers = [
            pgtrigger.Protect(name="attempt_append_only", operation=pgtrigger.Update | pgtrigger.Delete)
        ]

    def __str__(self) -> str:
        return f"{self.case_id}/{self.repeat} at {self.started_at:%Y-%m-%d %H:%M:%S}: {self.outcome}"

    @property
    def cost_words(self) -> str:
        return "unpriced" if self.cost is None else f"{self.cost.normalize():f} {self.currency}"
