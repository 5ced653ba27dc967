from django.conf import settings
from django.db import models
from django.db.models import Q

from pilots.models.pilot import Pilot
from pilots.models.verdict import Verdict
from pilots.models.write_once import WriteOnce, append_only


class DecisionOutcome(models.TextChoices):
    GO = "go", "Go"
    EXTEND = "extend", "Extend"
    SIMPLIFY = "simplify", "Simplify"
    STOP = "stop", "Stop"


class Decision(WriteOnce):
    """What a person signed, and the evidence she saw. A correction is a new decision that supersedes it."""

    pilot = models.ForeignKey(Pilot, on_delete=models.PROTECT, related_name="decisions")
    outcome = models.CharField(max_length=10, choices=DecisionOutcome)
    reason = models.TextField()
    verdict = models.ForeignKey(Verdict, on_delete=models.PROTECT, related_name="decisions")
    evidence_hash = models.CharField(
        max_length=64, help_text="Of the evidence on the page when it was signed."
    )
    signed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="signed_decisions"
    )
    signed_at = models.DateTimeField()
    extend_until = models.DateField(null=True, blank=True)
    removed_parts = models.TextField(blank=True, help_text="What a simplified pilot leaves out.")
    review_on = models.DateField(
        help_text="When the decision itself is looked at again, within twelve months."
    )

    class Meta:
        ordering = ["-signed_at", "-id"]
        get_latest_by = "signed_at"
        constraints = [
            models.CheckConstraint(
                condition=Q(outcome__in=DecisionOutcome.values), name="decision_outcome_known"
            ),
            models.CheckConstraint(condition=~Q(reason=""), name="decision_has_a_reason"),
            models.CheckConstraint(
                condition=Q(outcome="extend", extend_until__isnull=False)
                | (~Q(outcome="extend") & Q(extend_until__isnull=True)),
                name="decision_extend_has_a_date",
            ),
            models.CheckConstraint(
                condition=~Q(outcome="simplify") | ~Q(removed_parts=""), name="decision_simplify_names_parts"
            ),
        ]
        triggers = append_only("decision")

    def __str__(self) -> str:
        return f"{self.get_outcome_display()}, signed by {self.signed_by}"
