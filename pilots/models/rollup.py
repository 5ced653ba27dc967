"""Running sufficient statistics of measurements: what a verdict reads instead of the rows.

Every figure is a sum, a least or a greatest, so rows may be added in any order and merged at any time.
"""

from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from pilots.models.metric import Metric
from pilots.models.pilot import Pilot

LIMITS = 4
"""How many limits of a metric are counted against; a plan with more of them is read from the rows."""


class ExactNumeric(models.Field):  # type: ignore[type-arg]
    """PostgreSQL's numeric without a scale: a sum of squares keeps every digit."""

    def db_type(self, connection: Any) -> str:
        return "numeric"


class Rollup(models.Model):
    """One day of one series, or one batch's share of it: readers add up whatever there is under one key.

    `candidate` is 0 in the baseline. `day` is the UTC day on which a unit was first seen. `units` counts units
    other than infrastructure errors; `n` those with outcome ok. `doubts` counts events that a sum cannot follow
    (a row that moved in time); until a rebuild the metric is then read from its rows. `good_at` is the newest
    row that was no infrastructure error, `seen_at` the newest row, `blank_at` the newest without a fingerprint.
    """

    pilot = models.ForeignKey(
        Pilot, on_delete=models.CASCADE, related_name="+", db_constraint=False, db_index=False
    )
    metric_id = models.BigIntegerField()
    candidate = models.BigIntegerField(default=0)
    phase = models.CharField(max_length=12)
    epoch = models.IntegerField(default=0)
    segment = models.CharField(max_length=100, blank=True)
    day = models.DateField()
    folded = models.BooleanField(default=False)
    rows = models.BigIntegerField(default=0)
    units = models.BigIntegerField(default=0)
    n = models.BigIntegerField(default=0)
    total = ExactNumeric(default=0)
    squares = ExactNumeric(default=0)
    ones = models.BigIntegerField(default=0)
    averaged = models.BigIntegerField(default=0)
    abstained = models.BigIntegerField(default=0)
    escalated = models.BigIntegerField(default=0)
    refused = models.BigIntegerField(default=0)
    blocked = models.BigIntegerField(default=0)
    timeout = models.BigIntegerField(default=0)
    error = models.BigIntegerField(default=0)
    infra_error = models.BigIntegerField(default=0)
    beyond_1 = models.BigIntegerField(default=0)
    beyond_2 = models.BigIntegerField(default=0)
    beyond_3 = models.BigIntegerField(default=0)
    beyond_4 = models.BigIntegerField(default=0)
    doubts = models.BigIntegerField(default=0)
    digest = ExactNumeric(default=0)
    first_at = models.DateTimeField(null=True)
    last_at = models.DateTimeField(null=True)
    good_at = models.DateTimeField(null=True)
    seen_at = models.DateTimeField(null=True)
    blank_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["pilot", "metric_id"], name="rollup_of_pilot"),
            models.Index(fields=["pilot"], condition=Q(folded=False), name="rollup_to_fold"),
        ]

    def __str__(self) -> str:
        return f"{self.rows} rows of {self.day}"


class Histograms(models.QuerySet["RollupHistogram"]):
    def counted(self, *names: str) -> "models.QuerySet[RollupHistogram, tuple[Any, ...]]":
        """These fields, a bin and its count, for each bin of each row."""
        return self.order_by().values_list(*names, _each("bins"), _each("counts"))


class RollupHistogram(models.Model):
    """How many units of one series had a value in which bin of `evaluations.stats.histogram`, for p50 and p95 on a page.

    Decisions rest on the exact figures of Rollup; this is for display, within 1 % of the value. To read it, add up what
    `counted` gives by bin over whatever rows there are (one of `segment`, or all of them; `day` as in Rollup), leave out
    sums of 0, and ask `histogram.value_at(counts, rank)`, with ranks from `evaluations.stats.quantiles` for an interval.
    Units with outcome ok are counted, with the value they count as (bounded by the plan, repeats averaged), so the sum over
    all bins is Rollup's `n`. Like sums, rows are appended, may be negative, and are folded. It answers when the statistics
    do (state.load).
    """

    pilot = models.ForeignKey(
        Pilot, on_delete=models.CASCADE, related_name="+", db_constraint=False, db_index=False
    )
    metric_id = models.BigIntegerField()
    candidate = models.BigIntegerField(default=0)
    epoch = models.IntegerField(default=0)
    segment = models.CharField(max_length=100, blank=True)
    phase = models.CharField(max_length=12)
    day = models.DateField()
    bins = ArrayField(models.SmallIntegerField())
    counts = ArrayField(models.BigIntegerField(), help_text="One for each bin.")
    folded = models.BooleanField(default=False)

    objects = Histograms.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["pilot", "metric_id"], name="rolluphistogram_of_pilot"),
            models.Index(fields=["pilot"], condition=Q(folded=False), name="rolluphistogram_to_fold"),
        ]

    def __str__(self) -> str:
        return f"{sum(self.counts)} in {len(self.bins)} bins of {self.day}"


def _each(name: str) -> models.Func:
    return models.Func(models.F(name), function="unnest", output_field=models.BigIntegerField())


class RollupUnit(models.Model):
    """One named unit of one series: averaged once, however many rows it has. `good` are rows other than
    infrastructure errors, `counted` those among them that have a value or stand for one, `counted_sum` their sum.
    `was_…` is what the last batch found, so that its share can be taken back exactly."""

    pilot = models.ForeignKey(
        Pilot, on_delete=models.CASCADE, related_name="+", db_constraint=False, db_index=False
    )
    metric_id = models.BigIntegerField()
    candidate = models.BigIntegerField(default=0)
    epoch = models.IntegerField(default=0)
    segment = models.CharField(max_length=100, blank=True)
    unit_id = models.CharField(max_length=200)
    rows = models.BigIntegerField()
    good = models.BigIntegerField()
    counted = models.BigIntegerField()
    counted_sum = ExactNumeric()
    ok = models.BigIntegerField()
    abstained = models.BigIntegerField()
    escalated = models.BigIntegerField()
    refused = models.BigIntegerField()
    blocked = models.BigIntegerField()
    timeout = models.BigIntegerField()
    error = models.BigIntegerField()
    digest = ExactNumeric()
    first_at = models.DateTimeField()
    last_at = models.DateTimeField()
    was_first_at = models.DateTimeField(null=True)
    was_last_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["metric_id", "candidate", "epoch", "segment", "unit_id"], name="rollupunit_once"
            )
        ]

    def __str__(self) -> str:
        return self.unit_id


class RollupFrame(models.Model):
    """What the figures of a metric were counted with: bounds, limits, phases. A plan that says otherwise is not
    answered from them until they are rebuilt."""

    metric = models.OneToOneField(Metric, on_delete=models.CASCADE, primary_key=True, related_name="+")
    pilot = models.ForeignKey(Pilot, on_delete=models.CASCADE, related_name="+")
    signature = models.JSONField()
    built_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"Figures of {self.metric}"


class RollupSpan(models.Model):
    """From when to when a candidate was measured with a fingerprint; several rows of one key are merged by readers."""

    pilot = models.ForeignKey(Pilot, on_delete=models.CASCADE, related_name="+", db_constraint=False)
    candidate = models.BigIntegerField()
    fingerprint = models.CharField(max_length=64)
    first_at = models.DateTimeField()
    last_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.fingerprint


class RollupWaiting(models.Model):
    """A measurement dated ahead of our clock: it is counted when its time has come."""

    measurement_id = models.BigIntegerField(primary_key=True)
    pilot = models.ForeignKey(Pilot, on_delete=models.CASCADE, related_name="+", db_constraint=False)
    observed_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"Measurement {self.measurement_id}"
