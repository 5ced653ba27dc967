from django.conf import settings
from django.db import models
from django.db.models import F, Q

from evaluations.models.checked_at_once import CheckedAtOnce
from pilots.models.pilot import Pilot
from pilots.models.quarantine import Quarantine


class WeighingAct(models.TextChoices):
    MARK = "mark", "Mark as faulty"
    SECOND = "second", "Take out of the count"
    RELEASE = "release", "Let count again"


class WeighingState(models.TextChoices):
    WAITING = "waiting", "Being weighed"
    DONE = "done", "Done"
    REFUSED = "refused", "Refused"


class Weighing(CheckedAtOnce):
    """What somebody wants done about a stretch of measurements, until a worker has judged the pilot anew and done it."""

    act = models.CharField(
        max_length=7, choices=WeighingAct, default=WeighingAct.MARK, db_default=WeighingAct.MARK
    )
    pilot = models.ForeignKey(Pilot, on_delete=models.PROTECT, related_name="weighings")
    source = models.CharField(max_length=100, blank=True)
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    reason = models.TextField(blank=True)
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    state = models.CharField(max_length=8, choices=WeighingState, default=WeighingState.WAITING)
    refusal = models.TextField(blank=True, help_text="Why nothing was done, and what to do next.")
    quarantine = models.ForeignKey(
        Quarantine,
        on_delete=models.PROTECT,
        null=True,
        related_name="weighings",
        help_text="What it is about: of a mark, once it is made.",
    )

    class Meta:
        ordering = ["pilot", "-id"]
        constraints = [
            models.CheckConstraint(condition=Q(state__in=WeighingState.values), name="weighing_state_known"),
            models.CheckConstraint(condition=Q(starts_at__lt=F("ends_at")), name="weighing_in_order"),
            models.CheckConstraint(condition=Q(act__in=WeighingAct.values), name="weighing_act_known"),
            models.CheckConstraint(
                condition=Q(state="refused") & ~Q(refusal="") | ~Q(state="refused") & Q(refusal=""),
                name="weighing_has_its_answer",
            ),
            models.CheckConstraint(
                condition=Q(quarantine__isnull=False) & (~Q(act="mark") | Q(state="done"))
                | Q(quarantine__isnull=True, act="mark") & ~Q(state="done"),
                name="weighing_knows_what_it_is_about",
            ),
            models.UniqueConstraint(
                fields=["pilot"], condition=Q(state="waiting"), name="weighing_one_at_a_time"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_act_display()}, {self.source or 'no source named'}: {self.get_state_display().lower()}"
