from datetime import datetime

from django.db import models
from django.db.models import Q

from evaluations.models import Prompt, Run, SuiteVersion
from evaluations.models.checked_at_once import CheckedAtOnce
from pilots.models.candidate import Candidate
from pilots.models.metric import Metric
from pilots.models.pilot import Pilot, State


class Purpose(models.TextChoices):
    MEASURE = "measure", "Measure the candidates"
    DRILL = "drill", "Fallback drill: could the fallback take over?"
    CANARY = "canary", "Canary: does the model still answer as it did?"


class ScheduleQuerySet(models.QuerySet["EvaluationSchedule"]):
    def due(self, *, now: datetime) -> "ScheduleQuerySet":
        return self.filter(enabled=True, pilot__state=State.RUNNING, next_run_at__lte=now)


class EvaluationSchedule(CheckedAtOnce):
    """Which of the team's own tasks are put to the pilot's candidates, how often, and where the answers are counted."""

    pilot = models.ForeignKey(Pilot, on_delete=models.CASCADE, related_name="schedules")
    suite_version = models.ForeignKey(SuiteVersion, on_delete=models.PROTECT, related_name="+")
    purpose = models.CharField(max_length=8, choices=Purpose, default=Purpose.MEASURE)
    candidates = models.ManyToManyField(
        Candidate,
        blank=True,
        related_name="+",
        help_text="Who is asked. None chosen: all that can be asked; a drill asks primary and fallback, a canary the "
        "primary.",
    )
    prompt = models.ForeignKey(
        Prompt,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        help_text="Put to every candidate instead of its own: for tasks of another suite.",
    )
    every_hours = models.PositiveIntegerField(default=24)
    jitter_minutes = models.PositiveSmallIntegerField(
        default=0,
        help_text="Each run starts up to half of this earlier or later, so that not all start at once.",
    )
    on_change = models.BooleanField(
        default=False,
        help_text="Run at once as well when a deployment or a prompt of the candidates has changed.",
    )
    max_spend = models.DecimalField(
        max_digits=10,
        decimal_places=2,
        null=True,
        blank=True,
        help_text="The most one run may cost, in the pilot's currency. Empty: no limit.",
    )
    max_minutes = models.PositiveIntegerField(
        null=True, blank=True, help_text="The longest one run may take. Empty: no limit."
    )
    repeats = models.PositiveSmallIntegerField(default=1)
    enabled = models.BooleanField(default=True)
    next_run_at = models.DateTimeField(
        null=True,
        blank=True,
        help_text="Set when the pilot starts; the next look of beat after it makes a run.",
    )
    quality_metric = models.ForeignKey(
        Metric,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        help_text="A rate: did the answer pass?",
    )
    latency_metric = models.ForeignKey(
        Metric,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        help_text="Seconds around the raw call.",
    )
    cost_metric = models.ForeignKey(
        Metric,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        help_text="Money for each answer that passed, with what the answers before it cost that did not. In the pilot's "
        "currency.",
    )
    contract_metric = models.ForeignKey(
        Metric,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        help_text="A rate: did the answer break the contract? Held against the output schema of the charter, or by the "
        "suite's own scorer where that is “contract”.",
    )

    objects = ScheduleQuerySet.as_manager()

    class Meta:
        ordering = ["pilot", "id"]
        constraints = [
            models.CheckConstraint(condition=Q(every_hours__gte=1), name="schedule_at_least_hourly"),
            models.CheckConstraint(condition=Q(repeats__gte=1), name="schedule_repeats_at_least_one"),
            models.CheckConstraint(condition=Q(purpose__in=Purpose.values), name="schedule_purpose_known"),
            models.CheckConstraint(
                condition=~Q(purpose="canary") | Q(repeats__gte=2),
                name="schedule_canary_knows_its_noise",
                violation_error_message="A canary asks each task twice or more: else its own noise is not known.",
            ),
            models.CheckConstraint(
                condition=~Q(purpose="canary")
                | Q(
                    quality_metric__isnull=True,
                    latency_metric__isnull=True,
                    cost_metric__isnull=True,
                    contract_metric__isnull=True,
                ),
                name="schedule_canary_counts_nowhere",
                violation_error_message="A canary counts in no metric: leave them empty.",
            ),
            models.CheckConstraint(
                condition=(Q(max_spend__isnull=True) | Q(max_spend__gt=0))
                & (Q(max_minutes__isnull=True) | Q(max_minutes__gt=0)),
                name="schedule_limits_positive",
                violation_error_message="A limit is above zero; leave it empty for none.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.suite_version} every {self.every_hours} h"


class PilotRun(models.Model):
    """An evaluation run made for a pilot. Its results become measurements exactly once."""

    pilot = models.ForeignKey(Pilot, on_delete=models.PROTECT, related_name="runs")
    schedule = models.ForeignKey(EvaluationSchedule, on_delete=models.PROTECT, related_name="runs")
    run = models.OneToOneField(Run, on_delete=models.PROTECT, related_name="+")
    absorbed_at = models.DateTimeField(
        null=True, blank=True, help_text="When its results were recorded as measurements."
    )

    class Meta:
        ordering = ["-id"]

    def __str__(self) -> str:
        return f"Run {self.run_id} for {self.pilot}"
