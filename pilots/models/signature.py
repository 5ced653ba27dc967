"""Decisions that one person may not take alone: the decider signs first, somebody else agrees or declines."""

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Q

from pilots.models.decision import Decision, DecisionOutcome, ExtendMode
from pilots.models.pilot import Pilot
from pilots.models.verdict import Verdict
from pilots.models.write_once import WriteOnce, append_only


class FirstSignature(WriteOnce):
    """What the decider signed, waiting for a second signer. Nothing follows from it until then."""

    pilot = models.ForeignKey(Pilot, on_delete=models.PROTECT, related_name="first_signatures")
    outcome = models.CharField(max_length=10, choices=DecisionOutcome)
    reason = models.TextField()
    against_reason = models.TextField(blank=True)
    extend_mode = models.CharField(max_length=6, choices=ExtendMode, blank=True)
    extend_until = models.DateField(null=True, blank=True)
    settles = models.TextField(blank=True)
    removed_parts = models.TextField(blank=True)
    lessons = models.TextField(blank=True)
    review_on = models.DateField()
    supersedes = models.ForeignKey(
        Decision, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    verdict = models.ForeignKey(Verdict, on_delete=models.PROTECT, related_name="+")
    memo = models.TextField(
        help_text="The memo that was read, in canonical JSON: what the second signer reads."
    )
    persons = models.JSONField(
        default=dict, db_default={}, blank=True, help_text="By pseudonym in the memo, who it is."
    )
    fingerprint = models.CharField(max_length=64, help_text="Of the memo that was read.")
    needed_because = models.TextField(help_text="Why one signature is not enough.")
    signed_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    signed_at = models.DateTimeField()

    class Meta:
        ordering = ["-id"]
        get_latest_by = "id"
        constraints = [
            models.CheckConstraint(
                condition=Q(outcome__in=DecisionOutcome.values), name="firstsignature_outcome_known"
            ),
            models.CheckConstraint(condition=~Q(reason=""), name="firstsignature_has_a_reason"),
        ]
        triggers = append_only("firstsignature")

    def __str__(self) -> str:
        return f"{self.get_outcome_display()}, first signed by {self.signed_by}"


class SecondKind(models.TextChoices):
    SECONDED = "seconded", "Seconded"
    DECLINED = "declined", "Declined"
    WITHDRAWN = "withdrawn", "Withdrawn"


class SecondSignature(WriteOnce):
    """What became of a first signature, once. An open one has none."""

    first = models.OneToOneField(FirstSignature, on_delete=models.PROTECT, related_name="answer")
    kind = models.CharField(max_length=9, choices=SecondKind)
    reason = models.TextField(blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    decision = models.OneToOneField(
        Decision, on_delete=models.PROTECT, null=True, blank=True, related_name="second_signature"
    )

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(kind__in=SecondKind.values), name="secondsignature_kind_known"
            ),
            models.CheckConstraint(
                condition=Q(kind="seconded", decision__isnull=False)
                | (~Q(kind="seconded") & Q(decision__isnull=True)),
                name="secondsignature_decision_if_seconded",
            ),
            models.CheckConstraint(
                condition=~Q(kind="declined") | ~Q(reason=""), name="secondsignature_declined_says_why"
            ),
        ]
        triggers = [
            *append_only("secondsignature"),
            pgtrigger.Trigger(
                name="secondsignature_second_person",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert,
                declare=[("asked", "pilots_firstsignature%ROWTYPE")],
                func="""
                    SELECT * INTO asked FROM pilots_firstsignature WHERE id = NEW.first_id;
                    IF NEW.kind = 'seconded' AND NEW.by_id = asked.signed_by_id THEN
                        RAISE EXCEPTION 'the second signer must be another than the first';
                    END IF;
                    RETURN NEW;
                """,
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} by {self.by}"
