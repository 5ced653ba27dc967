import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import F, Q

from pilots.models.pilot import Pilot
from pilots.models.write_once import WriteOnce, append_only


class Quarantine(WriteOnce):
    """A stretch of one source marked as faulty, as it was weighed when it was proposed: the rows stay, and count no more
    once it is in force."""

    pilot = models.ForeignKey(Pilot, on_delete=models.PROTECT, related_name="quarantines")
    number = models.PositiveIntegerField(help_text="Among the pilot's quarantines, from 1.")
    source = models.CharField(max_length=100, blank=True)
    starts_at = models.DateTimeField(help_text="First moment that is faulty.")
    ends_at = models.DateTimeField(help_text="First moment that is sound again.")
    reason = models.TextField()
    rows = models.PositiveBigIntegerField(help_text="Measurements in it when it was proposed.")
    before = models.JSONField(help_text="Flag and reason with the rows.")
    after = models.JSONField(help_text="Flag and reason without them.")
    lifts = models.JSONField(
        default=list, help_text="Keys of breached stop triggers that would never have fired."
    )
    needs_second = models.BooleanField(help_text="Whether it changes the flag or takes a breach back.")
    proposed_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    proposed_at = models.DateTimeField()

    class Meta:
        ordering = ["pilot", "-number"]
        constraints = [
            models.UniqueConstraint(fields=["pilot", "number"], name="quarantine_number_unique"),
            models.CheckConstraint(condition=~Q(reason=""), name="quarantine_has_a_reason"),
            models.CheckConstraint(condition=Q(starts_at__lt=F("ends_at")), name="quarantine_in_order"),
        ]
        triggers = append_only("quarantine")

    def __str__(self) -> str:
        return f"Quarantine {self.number} of {self.pilot}"


class QuarantineActKind(models.TextChoices):
    APPLIED = "applied", "In force at once"
    SECONDED = "seconded", "Seconded"
    DECLINED = "declined", "Declined"
    RELEASED = "released", "Released"


class QuarantineAct(WriteOnce):
    """What became of a quarantine: an answer, and later perhaps its release. One of each at most."""

    quarantine = models.ForeignKey(Quarantine, on_delete=models.PROTECT, related_name="acts")
    kind = models.CharField(max_length=8, choices=QuarantineActKind)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    reason = models.TextField(blank=True)

    class Meta:
        ordering = ["quarantine", "at", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(kind__in=QuarantineActKind.values), name="quarantineact_kind_known"
            ),
            models.UniqueConstraint(
                fields=["quarantine"], condition=~Q(kind="released"), name="quarantineact_answered_once"
            ),
            models.UniqueConstraint(
                fields=["quarantine"], condition=Q(kind="released"), name="quarantineact_released_once"
            ),
            models.CheckConstraint(
                condition=Q(kind__in=["applied", "seconded"]) | ~Q(reason=""), name="quarantineact_says_why"
            ),
        ]
        triggers = [
            *append_only("quarantineact"),
            pgtrigger.Trigger(
                name="quarantineact_second_person",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert,
                declare=[("asked", "pilots_quarantine%ROWTYPE")],
                func="""
                    SELECT * INTO asked FROM pilots_quarantine WHERE id = NEW.quarantine_id;
                    IF NEW.kind = 'applied' AND asked.needs_second THEN
                        RAISE EXCEPTION 'this quarantine changes a flag: a second person must agree to it';
                    END IF;
                    IF asked.needs_second AND NEW.kind IN ('seconded', 'released') AND NEW.by_id = asked.proposed_by_id THEN
                        RAISE EXCEPTION 'the second person must be another than who proposed the quarantine';
                    END IF;
                    RETURN NEW;
                """,
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} by {self.by}"


class FaultyStretch(models.Model):
    """A quarantine in force, as the statistics read it: gone once it is released."""

    quarantine = models.OneToOneField(
        Quarantine, on_delete=models.PROTECT, primary_key=True, related_name="stretch"
    )
    pilot = models.ForeignKey(Pilot, on_delete=models.CASCADE, related_name="+")
    source = models.CharField(max_length=100, blank=True)
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.source or 'no source named'}, {self.starts_at} to {self.ends_at}"
