"""Running statistics of paired designs: one row a pair, their sums by day, and how far the bets on them have come.

Only `actions.rollups.pairing` writes them, from units that `RollupPairDue` names. Readers count what is still due along, so
it never matters when that was done last.
"""

from django.db import models
from django.db.models import Q

from pilots.models.pilot import Pilot
from pilots.models.rollup import ExactNumeric


class OfPairs(models.Model):
    """Of one metric of a pilot and one epoch of a candidate that is held against the control."""

    pilot = models.ForeignKey(
        Pilot, on_delete=models.CASCADE, related_name="+", db_constraint=False, db_index=False
    )
    metric_id = models.BigIntegerField()
    candidate = models.BigIntegerField()
    epoch = models.IntegerField()

    class Meta:
        abstract = True


class RollupPair(OfPairs):
    """A unit of the candidate and the same unit of the control, each with what its repeats count as. `whole` when both are
    there and have a value; `at` is when the later half came in. In the order of `at`, then `digest`, they are bet on."""

    segment = models.CharField(max_length=100, blank=True)
    unit_id = models.CharField(max_length=200)
    value = ExactNumeric(null=True)
    base = ExactNumeric(null=True)
    at = models.DateTimeField()
    digest = ExactNumeric()
    whole = models.BooleanField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["metric_id", "segment", "unit_id", "candidate", "epoch"], name="rolluppair_once"
            )
        ]
        indexes = [
            models.Index(
                fields=["metric_id", "candidate", "epoch", "segment", "at", "digest"],
                condition=Q(whole=True),
                name="rolluppair_in_order",
            )
        ]

    def __str__(self) -> str:
        return self.unit_id


class RollupPairDue(models.Model):
    """A unit that was counted since pairs were last made of it; the same one may stand here several times."""

    pilot = models.ForeignKey(
        Pilot, on_delete=models.CASCADE, related_name="+", db_constraint=False, db_index=False
    )
    metric_id = models.BigIntegerField(db_index=True)
    segment = models.CharField(max_length=100, blank=True)
    unit_id = models.CharField(max_length=200)

    def __str__(self) -> str:
        return self.unit_id


class RollupPairDay(OfPairs):
    """The pairs of one UTC day of `at`: sums over the whole ones, and how many are not whole."""

    segment = models.CharField(max_length=100, blank=True)
    day = models.DateField()
    n = models.BigIntegerField()
    unpaired = models.BigIntegerField()
    total = ExactNumeric()
    base_total = ExactNumeric()
    squares = ExactNumeric()
    base_squares = ExactNumeric()
    products = ExactNumeric()
    digest = ExactNumeric()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["metric_id", "candidate", "epoch", "segment", "day"], name="rolluppairday_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.n} pairs of {self.day}"


class RollupBet(OfPairs):
    """The state of `evaluations.stats.betting` after the first `n` pairs of a segment (of all: ""), up to the one with this
    `at` and `digest`. Gone as soon as one of them changes."""

    part = models.CharField(max_length=100, blank=True)
    n = models.BigIntegerField()
    at = models.DateTimeField()
    digest = ExactNumeric()
    state = models.BinaryField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["metric_id", "candidate", "epoch", "part", "n"], name="rollupbet_once"
            )
        ]

    def __str__(self) -> str:
        return f"After {self.n} pairs"
