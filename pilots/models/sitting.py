"""Who looks at which answer of the pilot's runs, and for how long: the review queue."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from evaluations.models import Result
from pilots.models.pilot import Pilot
from pilots.models.review import Review


class ReviewPlan(models.Model):
    """How much people look at. Without a row: every answer once, one in ten twice, anchors every two weeks."""

    pilot = models.OneToOneField(Pilot, on_delete=models.CASCADE, related_name="review_plan")
    share = models.PositiveSmallIntegerField(
        default=100, help_text="Of a hundred answers of runs, how many people look at."
    )
    second_share = models.PositiveSmallIntegerField(
        default=10, help_text="Of a hundred that were looked at, how many somebody else looks at as well."
    )
    anchor_days = models.PositiveSmallIntegerField(
        default=14, help_text="After so many days the same person judges an anchor again."
    )

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(share__gte=1, share__lte=100) & Q(second_share__lte=100),
                name="reviewplan_shares",
                violation_error_message="A share is a whole number up to 100; at least 1 in 100 is looked at.",
            ),
            models.CheckConstraint(
                condition=Q(anchor_days__gte=1, anchor_days__lte=365),
                name="reviewplan_interval",
                violation_error_message="Anchors come back after 1 to 365 days.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.share} % of the answers of {self.pilot}"


class Anchor(models.Model):
    """An answer that everybody judges again at intervals, without a mark: it tells whether a standard stays (R18)."""

    pilot = models.ForeignKey(Pilot, on_delete=models.PROTECT, related_name="anchors")
    result = models.ForeignKey(Result, on_delete=models.PROTECT, related_name="+")
    chosen_at = models.DateTimeField()
    chosen_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["pilot", "result"], condition=Q(ended_at__isnull=True), name="anchor_once"
            )
        ]

    def __str__(self) -> str:
        return f"Anchor {self.result_id}"


class Turn(models.TextChoices):
    FIRST = "first", "First look"
    SECOND = "second", "Second check"
    ANCHOR = "anchor", "Anchor"


class SittingState(models.TextChoices):
    OPEN = "open", "Being looked at"
    DONE = "done", "Judged"
    SKIPPED = "skipped", "Left to somebody else"
    LAPSED = "lapsed", "Let go"


class TimedBy(models.TextChoices):
    """Whose word the seconds are."""

    SCRIPT = "script", "Counted while active"
    CLOCK = "clock", "From opening to judging, at most the idle limit"
    PERSON = "person", "As the reviewer says"


class Sitting(models.Model):
    """One person has one answer before her until she judges it, skips it or lets it go.

    Nobody else gets it meanwhile, and nobody has two: the constraints say so, whoever asks at the same moment."""

    pilot = models.ForeignKey(Pilot, on_delete=models.PROTECT, related_name="sittings")
    result = models.ForeignKey(Result, on_delete=models.PROTECT, related_name="+")
    turn = models.CharField(max_length=6, choices=Turn)
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    state = models.CharField(max_length=7, choices=SittingState, default=SittingState.OPEN)
    opened_at = models.DateTimeField()
    seen_at = models.DateTimeField(help_text="Its last sign of life.")
    expires_at = models.DateTimeField(help_text="Without one until then, others may have it.")
    claimed_seconds = models.DecimalField(
        max_digits=9, decimal_places=2, default=0, help_text="What the timer of the page said last."
    )
    active_seconds = models.DecimalField(
        max_digits=9, decimal_places=2, default=0, help_text="What of it can be true."
    )
    timed_by = models.CharField(max_length=6, choices=TimedBy, blank=True)
    wants_second = models.BooleanField(default=False, help_text="Somebody else looks at it as well.")
    review = models.OneToOneField(
        Review, on_delete=models.PROTECT, null=True, blank=True, related_name="sitting"
    )

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(condition=Q(turn__in=Turn.values), name="sitting_turn_known"),
            models.CheckConstraint(
                condition=Q(timed_by="") | Q(timed_by__in=TimedBy.values), name="sitting_timed_by_known"
            ),
            models.CheckConstraint(
                condition=Q(state="done", review__isnull=False)
                | Q(state__in=["open", "skipped", "lapsed"], review__isnull=True),
                name="sitting_done_has_review",
            ),
            models.CheckConstraint(condition=Q(active_seconds__gte=0), name="sitting_seconds_not_negative"),
            models.UniqueConstraint(
                fields=["pilot", "person"], condition=Q(state="open"), name="sitting_one_open"
            ),
            models.UniqueConstraint(
                fields=["pilot", "result", "turn"],
                condition=Q(turn__in=["first", "second"], state__in=["open", "done"]),
                name="sitting_of_an_answer_once",
            ),
        ]
        indexes = [models.Index(fields=["pilot", "person", "state"], name="sitting_of_person")]

    def __str__(self) -> str:
        return f"{self.get_turn_display()} at {self.result_id}: {self.get_state_display()}"
