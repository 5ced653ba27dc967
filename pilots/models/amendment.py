import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Q

from pilots.models.pilot import Pilot
from pilots.models.plan import PlanVersion
from pilots.models.token import Token
from pilots.models.write_once import WriteOnce, append_only


class Amendment(WriteOnce):
    """What somebody wants changed in the plan of a pilot under trial, as it was weighed when it was proposed."""

    pilot = models.ForeignKey(Pilot, on_delete=models.PROTECT, related_name="amendments")
    number = models.PositiveIntegerField(help_text="Among the pilot's amendments, from 1.")
    against = models.ForeignKey(
        PlanVersion,
        on_delete=models.PROTECT,
        related_name="+",
        help_text="The plan it was proposed to change.",
    )
    changes = models.JSONField(help_text="The goals, stop triggers and dates to write.")
    differences = models.JSONField(help_text="What that changes in the plan, old and new in words.")
    needs_second = models.BooleanField(
        help_text="Whether it loosens the plan, so that somebody else must agree."
    )
    looks = models.PositiveIntegerField(help_text="Verdicts recorded when it was proposed.")
    reason = models.TextField()
    proposed_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    token = models.ForeignKey(
        Token,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        help_text="The token it was proposed with; who answers for the token is its proposer.",
    )
    proposed_at = models.DateTimeField()

    class Meta:
        ordering = ["pilot", "-number"]
        constraints = [
            models.UniqueConstraint(fields=["pilot", "number"], name="amendment_number_unique"),
            models.CheckConstraint(condition=~Q(reason=""), name="amendment_has_a_reason"),
        ]
        triggers = append_only("amendment")

    def __str__(self) -> str:
        return f"Amendment {self.number} of {self.pilot}"


class AnswerKind(models.TextChoices):
    APPLIED = "applied", "Applied at once"
    SECONDED = "seconded", "Seconded"
    DECLINED = "declined", "Declined"
    WITHDRAWN = "withdrawn", "Withdrawn"


class AmendmentAnswer(WriteOnce):
    """What became of an amendment, once. An open one has none."""

    amendment = models.OneToOneField(Amendment, on_delete=models.PROTECT, related_name="answer")
    kind = models.CharField(max_length=9, choices=AnswerKind)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    reason = models.TextField(blank=True)
    version = models.OneToOneField(
        PlanVersion,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="amendment_answer",
        help_text="The plan that it made.",
    )

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(kind__in=AnswerKind.values), name="amendmentanswer_kind_known"
            ),
            models.CheckConstraint(
                condition=Q(kind__in=["applied", "seconded"], version__isnull=False)
                | Q(kind__in=["declined", "withdrawn"], version__isnull=True),
                name="amendmentanswer_version_if_applied",
            ),
            models.CheckConstraint(
                condition=~Q(kind="declined") | ~Q(reason=""), name="amendmentanswer_declined_says_why"
            ),
        ]
        triggers = [
            *append_only("amendmentanswer"),
            pgtrigger.Trigger(
                name="amendmentanswer_second_person",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert,
                declare=[("asked", "pilots_amendment%ROWTYPE")],
                func="""
                    SELECT * INTO asked FROM pilots_amendment WHERE id = NEW.amendment_id;
                    IF NEW.kind = 'seconded' AND NEW.by_id = asked.proposed_by_id THEN
                        RAISE EXCEPTION 'the second person must be another than who proposed the amendment';
                    END IF;
                    IF NEW.kind = 'applied' AND asked.needs_second THEN
                        RAISE EXCEPTION 'this amendment loosens the plan: a second person must agree to it';
                    END IF;
                    RETURN NEW;
                """,
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} by {self.by}"
