from django.conf import settings
from django.contrib.auth.models import User
from django.db import models
from django.db.models import Q

from evaluations.models import Result
from pilots.models.candidate import Candidate
from pilots.models.failure import Severity
from pilots.models.pilot import Pilot
from pilots.models.token import Token
from pilots.models.write_once import WriteOnce, append_only


class ReviewSource(models.TextChoices):
    """Who judged. A model's judgement is never taken for a person's."""

    PERSON = "person", "A person"
    CHECK = "check", "A check"
    MODEL_JUDGE = "model_judge", "A judging model"


class ReviewVerdict(models.TextChoices):
    ACCEPTED = "accepted", "Accepted"
    CORRECTED = "corrected", "Accepted after correction"
    REJECTED = "rejected", "Rejected"


class Review(WriteOnce):
    """One judgement of one item. Fluent is not correct, so each is asked for by itself; null is not looked at."""

    pilot = models.ForeignKey(Pilot, on_delete=models.PROTECT, related_name="reviews")
    candidate = models.ForeignKey(
        Candidate, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    unit_id = models.CharField(max_length=200, help_text="The item, as its measurements name it.")
    result = models.ForeignKey(
        Result,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        help_text="The answer of an evaluation run that it is about.",
    )
    source = models.CharField(max_length=11, choices=ReviewSource)
    verdict = models.CharField(max_length=9, choices=ReviewVerdict)
    severity = models.CharField(
        max_length=8,
        choices=Severity,
        blank=True,
        db_default="",
        help_text="How bad it would have been, had nobody looked.",
    )
    fluent = models.BooleanField(null=True, blank=True)
    correct = models.BooleanField(null=True, blank=True)
    safe = models.BooleanField(null=True, blank=True)
    maintainable = models.BooleanField(null=True, blank=True)
    active_seconds = models.DecimalField(
        max_digits=9, decimal_places=2, null=True, blank=True, help_text="Idle time left out."
    )
    note = models.TextField(blank=True)
    hashes = models.JSONField(
        default=dict,
        db_default={},
        blank=True,
        help_text="SHA-256 of the note as it came. Stays when the text goes.",
    )
    anchor = models.BooleanField(
        default=False,
        help_text="One of the items that are judged again at intervals, without what was said before: they tell whether the "
        "standard stays.",
    )
    judge = models.CharField(
        max_length=100,
        blank=True,
        help_text="Who judged, where a script sends it for several people. A pseudonym will do.",
    )
    reviewed_at = models.DateTimeField()
    recorded_at = models.DateTimeField()
    reviewer = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        help_text="Who judged it here; empty when a script sent it.",
    )
    token = models.ForeignKey(Token, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    external_id = models.CharField(
        max_length=200, blank=True, help_text="Your own name for it, so that a retry makes no second one."
    )

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(condition=Q(source__in=ReviewSource.values), name="review_source_known"),
            models.CheckConstraint(
                condition=Q(verdict__in=ReviewVerdict.values), name="review_verdict_known"
            ),
            models.CheckConstraint(
                condition=Q(severity="") | Q(severity__in=Severity.values), name="review_severity_known"
            ),
            models.CheckConstraint(
                condition=Q(active_seconds__isnull=True) | Q(active_seconds__gte=0),
                name="review_seconds_not_negative",
            ),
            models.CheckConstraint(
                condition=Q(reviewer__isnull=False) | Q(token__isnull=False), name="review_has_a_sender"
            ),
            models.UniqueConstraint(
                fields=["pilot", "external_id"], condition=~Q(external_id=""), name="review_external_id_once"
            ),
        ]
        indexes = [models.Index(fields=["pilot"], condition=Q(anchor=True), name="review_of_anchor")]
        triggers = append_only("review")

    def __str__(self) -> str:
        return f"{self.get_verdict_display()}: {self.unit_id}"

    def is_of(self, *, person: User | None, token: Token | None) -> bool:
        """Whether this person judged it, or this token sent it: nobody else reads how long it took."""
        if self.reviewer_id is not None:
            return person is not None and person.pk == self.reviewer_id
        return token is not None and token.pk == self.token_id
