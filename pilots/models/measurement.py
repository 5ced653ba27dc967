from django.contrib.postgres.indexes import BrinIndex
from django.db import models
from django.db.models import Q

from evaluations.models.run import Outcome
from evaluations.models.suite import Provenance
from pilots.models.candidate import Candidate
from pilots.models.metric import Metric
from pilots.models.pilot import Pilot


class Phase(models.TextChoices):
    BASELINE = "baseline", "Baseline"
    PILOT = "pilot", "Pilot"


class Measurement(models.Model):
    """One observed number, or the outcome that stands where a number should be.

    The table is partitioned by month of `observed_at` (pilots.actions.partitions) and its primary key in the database is
    (id, observed_at): name both to find a row without a look into every month. That pilot, metric and candidate exist is
    checked once a batch, and a trigger refuses to delete what has been measured: a foreign key would ask at every row.
    """

    pilot = models.ForeignKey(
        Pilot, on_delete=models.PROTECT, related_name="measurements", db_constraint=False, db_index=False
    )
    metric = models.ForeignKey(
        Metric, on_delete=models.PROTECT, related_name="measurements", db_constraint=False, db_index=False
    )
    candidate = models.ForeignKey(
        Candidate,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="measurements",
        db_constraint=False,
        db_index=False,
        help_text="Empty in the baseline.",
    )
    phase = models.CharField(max_length=8, choices=Phase)
    value = models.DecimalField(max_digits=30, decimal_places=10, null=True, blank=True)
    outcome = models.CharField(max_length=12, choices=Outcome, default=Outcome.OK)
    observed_at = models.DateTimeField()
    recorded_at = models.DateTimeField()
    unit_id = models.CharField(max_length=200, blank=True)
    segment = models.CharField(max_length=100, blank=True)
    load = models.CharField(max_length=50, blank=True)
    fingerprint = models.CharField(max_length=64, blank=True)
    context = models.JSONField(default=dict, blank=True)
    attempts = models.PositiveSmallIntegerField(default=1)
    provenance = models.CharField(max_length=10, choices=Provenance, default=Provenance.REAL)
    source = models.CharField(max_length=100, blank=True)
    external_id = models.CharField(max_length=200, blank=True)

    class Meta:
        ordering = ["observed_at", "id"]
        indexes = [
            models.Index(fields=["pilot", "metric", "observed_at", "id"], name="measurement_series"),
            models.Index(
                fields=["pilot", "metric", "observed_at"],
                condition=Q(outcome=Outcome.INFRA_ERROR),
                name="measurement_infra_errors",
            ),
            models.Index(
                fields=["pilot", "metric", "candidate", "fingerprint", "provenance", "observed_at"],
                condition=Q(context__judged_by="model_judge"),
                name="measurement_judged_by_model",
            ),
            BrinIndex(fields=["observed_at"], name="measurement_time"),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(phase__in=Phase.values), name="measurement_phase_known"),
            models.CheckConstraint(condition=Q(outcome__in=Outcome.values), name="measurement_outcome_known"),
            models.CheckConstraint(
                condition=Q(provenance__in=Provenance.values), name="measurement_provenance_known"
            ),
            models.CheckConstraint(
                condition=Q(value__isnull=False) | ~Q(outcome="ok"), name="measurement_value_unless_failed"
            ),
            models.CheckConstraint(
                condition=Q(phase="baseline", candidate__isnull=True)
                | Q(phase="pilot", candidate__isnull=False),
                name="measurement_candidate_in_pilot",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.metric.key} = {self.value if self.value is not None else self.outcome}"


class MeasurementKey(models.Model):
    """An external id that is taken, and where its measurement is: unique over all months, which a partition cannot be.

    Kept when the measurement is retired, so that a late repeat is known as one.
    """

    pk = models.CompositePrimaryKey("pilot_id", "source", "external_id")
    pilot = models.ForeignKey(
        Pilot, on_delete=models.PROTECT, related_name="+", db_constraint=False, db_index=False
    )
    source = models.CharField(max_length=100)
    external_id = models.CharField(max_length=200)
    measurement_id = models.BigIntegerField()
    observed_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.external_id
