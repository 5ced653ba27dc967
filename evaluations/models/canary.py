"""Looks at whether a deployment still answers as it did, and who accepted a change."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from evaluations.models.catalogue import Deployment
from evaluations.models.run import RunTarget
from evaluations.models.write_once import WriteOnce, append_only


class CanaryLook(WriteOnce):
    """One run of a pinned suite held against all earlier ones of its series. Look 1 is the baseline.

    A series is one fingerprint (model id, host, prompt, cases), from a baseline until somebody accepts a change.
    """

    deployment = models.ForeignKey(Deployment, on_delete=models.PROTECT, related_name="canary_looks")
    target = models.OneToOneField(RunTarget, on_delete=models.PROTECT, related_name="canary_look")
    fingerprint = models.CharField(max_length=64)
    series = models.PositiveIntegerField(default=1)
    number = models.PositiveIntegerField()
    cases = models.PositiveIntegerField(help_text="Cases with an answer tonight.")
    noise = models.FloatField(null=True, help_text="Share of pairs of repeats within one run that differ.")
    differing = models.FloatField(null=True, help_text="Share of pairs (tonight, earlier) that differ.")
    p = models.FloatField(default=1.0)
    log_running = models.FloatField(
        null=True, help_text="State of the test; empty before the first comparison."
    )
    log_evidence = models.FloatField(default=0.0)
    names = models.JSONField(default=list, help_text="What the host called the model tonight.")
    alarm = models.BooleanField(default=False)
    sentence = models.TextField()
    looked_at = models.DateTimeField()

    class Meta:
        ordering = ["deployment", "fingerprint", "series", "number"]
        constraints = [
            models.UniqueConstraint(
                fields=["deployment", "fingerprint", "series", "number"], name="canarylook_number_unique"
            ),
            models.CheckConstraint(
                condition=Q(number__gte=1, series__gte=1), name="canarylook_counted_from_one"
            ),
        ]
        triggers = append_only("canarylook")

    def __str__(self) -> str:
        return f"Look {self.number} at {self.deployment}"

    @property
    def noise_percent(self) -> int | None:
        return None if self.noise is None else round(100 * self.noise)

    @property
    def differing_percent(self) -> int | None:
        return None if self.differing is None else round(100 * self.differing)


class CanaryAcceptance(WriteOnce):
    """Somebody looked into an alarm: what the model answers now is the new baseline."""

    look = models.OneToOneField(CanaryLook, on_delete=models.PROTECT, related_name="acceptance")
    reason = models.TextField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints = [models.CheckConstraint(condition=~Q(reason=""), name="canaryacceptance_says_why")]
        triggers = append_only("canaryacceptance")

    def __str__(self) -> str:
        return f"{self.look} accepted by {self.by}"
