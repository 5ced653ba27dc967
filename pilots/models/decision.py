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


class ExtendMode(models.TextChoices):
    WINDOW = "window", "More time, for the same scope"
    SCOPE = "scope", "A narrower scope, until the new end"


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
    memo_hash = models.CharField(
        max_length=64, blank=True, help_text="Fingerprint of the memo that was read when it was signed."
    )
    against_reason = models.TextField(blank=True, help_text="Why it differs from the machine's flag.")
    seconded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    seconded_at = models.DateTimeField(null=True, blank=True)
    supersedes = models.OneToOneField(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="superseded_by"
    )
    extend_mode = models.CharField(max_length=6, choices=ExtendMode, blank=True)
    extend_until = models.DateField(null=True, blank=True)
    settles = models.TextField(blank=True, help_text="What an extension is to settle.")
    lessons = models.TextField(blank=True, help_text="What a stopped pilot taught.")
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
                | Q(outcome="simplify")
                | (~Q(outcome__in=["extend", "simplify"]) & Q(extend_until__isnull=True)),
                name="decision_extend_has_a_date",
            ),
            models.CheckConstraint(
                condition=~Q(outcome="simplify") | ~Q(removed_parts=""), name="decision_simplify_names_parts"
            ),
            models.CheckConstraint(
                condition=Q(seconded_by__isnull=True, seconded_at__isnull=True)
                | Q(seconded_by__isnull=False, seconded_at__isnull=False),
                name="decision_seconded_at_and_by",
            ),
            models.CheckConstraint(
                condition=Q(seconded_by__isnull=True) | ~Q(seconded_by=models.F("signed_by")),
                name="decision_second_signer_is_another",
            ),
        ]
        triggers = append_only("decision")

    def __str__(self) -> str:
        return f"{self.get_outcome_display()}, signed by {self.signed_by}"
