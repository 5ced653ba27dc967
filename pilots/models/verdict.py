from django.db import models
from django.db.models import Q

from pilots.models.pilot import Pilot
from pilots.models.plan import PlanVersion
from pilots.models.write_once import WriteOnce, append_only


class MachineFlag(models.TextChoices):
    COLLECTING = "collecting", "Collecting"
    GO = "go", "Go"
    EXTEND = "extend", "Extend"
    STOP = "stop", "Stop"


class Verdict(WriteOnce):
    """What the machine said at one look, with the evidence it rests on. Advice; a person decides."""

    pilot = models.ForeignKey(Pilot, on_delete=models.PROTECT, related_name="verdicts")
    number = models.PositiveIntegerField(help_text="Position in the pilot's chain, from 1.")
    plan = models.ForeignKey(PlanVersion, on_delete=models.PROTECT, related_name="verdicts")
    as_of = models.DateTimeField()
    created_at = models.DateTimeField()
    flag = models.CharField(max_length=10, choices=MachineFlag)
    code = models.CharField(max_length=20)
    reason = models.TextField(help_text="The sentence on the board.")
    evidence = models.TextField(help_text="The evidence record: canonical JSON, byte for byte as hashed.")
    headline = models.JSONField(
        default=dict, help_text="A few figures of it for lists of many pilots; nothing rests on them."
    )
    evidence_hash = models.CharField(max_length=64, help_text="SHA-256 of the evidence.")
    previous_hash = models.CharField(
        max_length=64, blank=True, help_text="The evidence hash of the verdict before; empty for the first."
    )
    input_digest = models.CharField(
        max_length=64,
        help_text="SHA-256 of plan and facts: the same inputs make no second record on the same day.",
    )

    class Meta:
        ordering = ["pilot", "-number"]
        get_latest_by = "number"
        constraints = [
            models.UniqueConstraint(fields=["pilot", "number"], name="verdict_number_unique"),
            models.CheckConstraint(condition=Q(flag__in=MachineFlag.values), name="verdict_flag_known"),
        ]
        triggers = append_only("verdict")

    def __str__(self) -> str:
        return f"{self.get_flag_display()}: {self.reason}"
