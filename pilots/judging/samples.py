"""The units of one side of a comparison, phases merged and outcomes folded in, ready for an estimate.

All sums are exact, so that the order of arms does not matter.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from decimal import Decimal
from fractions import Fraction
from functools import cached_property, reduce
from operator import add

from evaluations.stats.means import MeanSummary
from pilots.judging import outcomes
from pilots.judging.codec import decimal_text
from pilots.judging.facts import ArmFacts
from pilots.judging.plan import Direction, Estimand, MetricPlan


@dataclass(frozen=True, kw_only=True)
class Sample:
    """`n` units that count, failures among them; `missing` units that should count and have no value.

    `rate` tells that `yes` of `n` are ones; otherwise the units are values and only the sums speak.
    `failed` of a quantile metric lie beyond every limit and are not in `beyond`."""

    n: int
    total: Fraction = Fraction(0)
    squares: Fraction = Fraction(0)
    yes: int = 0
    rate: bool = False
    beyond: Mapping[str, int] = field(default_factory=dict)
    failed: int = 0
    missing: int = 0
    days: int = 0
    last_at: datetime | None = None
    first_at: datetime | None = None
    infra_run: int = 0
    outcomes: Mapping[str, int] = field(default_factory=dict)

    @cached_property
    def summary(self) -> MeanSummary:
        return MeanSummary(self.n, self.total, self.squares)

    @property
    def missing_share(self) -> float:
        """Share of the units that should count; 0 while there are none."""
        expected = self.n + self.missing
        return self.missing / expected if expected else 0.0

    def add(self, metric: MetricPlan, count: int, value: Decimal | None) -> Sample:
        """`count` more units of this value. For a rate the value is 0 or 1. None leaves them missing."""
        if value is None:
            return replace(self, missing=self.missing + count)
        exact = Fraction(value)
        return replace(
            self,
            n=self.n + count,
            total=self.total + count * exact,
            squares=self.squares + count * exact * exact,
            yes=self.yes + (count if value == 1 else 0),
        )


def gather(metric: MetricPlan, arms: Iterable[ArmFacts]) -> Sample:
    """Phases (or epochs, for a total) of one arm as one sample. Raises ValueError when they cannot be merged."""
    parts = list(arms)
    rate = metric.estimand is Estimand.RATE and bool(parts) and not any(arm.averaged for arm in parts)
    sample = Sample(
        n=sum(arm.n for arm in parts),
        total=_sum(_total(arm, rate) for arm in parts),
        squares=_sum(_squares(arm, rate) for arm in parts),
        yes=sum(_yes(metric, arm) for arm in parts) if rate else 0,
        rate=rate,
        beyond=_beyond(parts),
        missing=sum(arm.missing for arm in parts),
        days=_days(parts),
        last_at=max((arm.last_at for arm in parts if arm.last_at), default=None),
        first_at=min((arm.first_at for arm in parts if arm.first_at), default=None),
        infra_run=_infra_run(parts),
        outcomes=dict(sum((Counter(arm.outcomes) for arm in parts), Counter())),
    )
    return _fold_quantile(sample) if metric.estimand is Estimand.QUANTILE else _fold(metric, sample)


def _sum(values: Iterable[Fraction]) -> Fraction:
    """Without a zero to begin with: most arms have one part, and adding fractions is dear."""
    found = list(values)
    return reduce(add, found) if found else Fraction(0)


def _days(parts: list[ArmFacts]) -> int:
    """Segments share their days, phases and epochs do not."""
    longest: dict[tuple[str, int, str], int] = {}
    for arm in parts:
        key = (arm.phase.value, arm.epoch, arm.candidate)
        longest[key] = max(longest.get(key, 0), arm.days)
    return sum(longest.values())


def _yes(metric: MetricPlan, arm: ArmFacts) -> int:
    if arm.yes is None:
        raise ValueError(f"{metric.label} is a rate, but its facts carry no count of yes; reload the facts")
    return arm.yes


def _total(arm: ArmFacts, rate: bool) -> Fraction:
    return Fraction(arm.yes or 0) if rate else Fraction(arm.total)


def _squares(arm: ArmFacts, rate: bool) -> Fraction:
    return Fraction(arm.yes or 0) if rate else Fraction(arm.squares)


def _beyond(parts: list[ArmFacts]) -> dict[str, int]:
    """Only limits that every part was counted against: a limit that is missing in one of them cannot be judged."""
    seen = [arm for arm in parts if arm.n]
    keys = set.intersection(*(set(arm.beyond) for arm in seen)) if seen else set()
    return {key: sum(arm.beyond[key] for arm in seen) for key in sorted(keys)}


def _infra_run(parts: list[ArmFacts]) -> int:
    """Of the part that speaks last; a run does not reach across phases unless the later one has nothing else."""
    ordered = sorted(parts, key=lambda arm: (arm.phase.value == "maintenance", arm.epoch))
    run = 0
    for arm in ordered:
        run = arm.infra_run if arm.n else run + arm.infra_run
    return run


def _fold(metric: MetricPlan, sample: Sample) -> Sample:
    if metric.estimand is Estimand.TOTAL:
        return sample
    for outcome in (*outcomes.FAILED, *outcomes.DECLINED):
        count = sample.outcomes.get(outcome, 0)
        if count:
            sample = sample.add(metric, count, outcomes.value_of(metric, outcome, None))
    return sample


def _fold_quantile(sample: Sample) -> Sample:
    """Failures lie beyond every limit; refusals are in the denominator, on the good side, with their own line."""
    failed = sum(sample.outcomes.get(outcome, 0) for outcome in outcomes.FAILED)
    declined = sum(sample.outcomes.get(outcome, 0) for outcome in outcomes.DECLINED)
    return replace(sample, n=sample.n + failed + declined, failed=failed)


def beyond_count(metric: MetricPlan, sample: Sample, limit: Decimal) -> int:
    """Units on the bad side of the limit. Raises ValueError when the facts were not counted against it."""
    counted = sample.beyond.get(decimal_text(limit))
    if counted is None and sample.n > sample.failed:
        raise ValueError(
            f"{metric.label} was not counted against {decimal_text(limit)}; reload the facts with Plan.limits()"
        )
    return (counted or 0) + sample.failed


def bad_count(metric: MetricPlan, sample: Sample) -> int:
    """Units of a rate on the bad side."""
    return sample.yes if metric.direction is Direction.LOWER else sample.n - sample.yes
