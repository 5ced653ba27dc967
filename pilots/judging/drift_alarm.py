"""Whether the pilot arm of a metric changed within its epoch, and since which day."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from evaluations.stats.drift import DayTotals, DriftReading, DriftState, fold_means, fold_rates, reading
from pilots.judging import outcomes
from pilots.judging.codec import decimal_text
from pilots.judging.facts import ArmFacts, DayFacts
from pilots.judging.plan import Estimand, MetricPlan


@dataclass(frozen=True, kw_only=True)
class Drift:
    """`since` is the first day of the new level that the alarm points to; means are in the metric's unit."""

    alarmed: bool
    since: date | None = None
    before: float | None = None
    after: float | None = None


def drift_of(metric: MetricPlan, arms: Iterable[ArmFacts]) -> Drift:
    """Quiet for totals, which are meant to grow, and without day totals."""
    if metric.estimand is Estimand.TOTAL:
        return Drift(alarmed=False)
    parts = list(arms)
    days = _days(metric, parts)
    if not days:
        return Drift(alarmed=False)
    yes_or_no = metric.estimand is Estimand.QUANTILE or (
        metric.estimand is Estimand.RATE and not any(arm.averaged for arm in parts)
    )
    fold = fold_rates if yes_or_no else fold_means
    return _drift(reading(fold(DriftState(), days)))


def _drift(found: DriftReading) -> Drift:
    if not found.alarmed or found.changed_on is None:
        return Drift(alarmed=False)
    since = date.fromisoformat(found.changed_on)
    return Drift(alarmed=True, since=since, before=found.mean_before, after=found.mean_since)


def _days(metric: MetricPlan, arms: list[ArmFacts]) -> list[DayTotals]:
    """Ascending; parts of one day are added."""
    counts: dict[date, int] = defaultdict(int)
    sums: dict[date, Fraction] = defaultdict(Fraction)
    for arm in arms:
        for day in arm.daily:
            counts[day.day] += day.n + (day.failed if _counts_failures(metric) else 0)
            sums[day.day] += _sum(metric, arm, day)
    return [DayTotals(day.isoformat(), n, sums[day]) for day, n in sorted(counts.items()) if n]


def _counts_failures(metric: MetricPlan) -> bool:
    return metric.estimand is not Estimand.MEAN or outcomes.worst_value(metric) is not None


def _sum(metric: MetricPlan, arm: ArmFacts, day: DayFacts) -> Fraction:
    if metric.estimand is Estimand.QUANTILE:
        limit = _watched_limit(metric, day)
        return Fraction((day.beyond.get(limit, 0) if limit else 0) + day.failed)
    value = outcomes.worst_value(metric)
    failures = day.failed * Fraction(value) if value is not None else Fraction(0)
    if metric.estimand is Estimand.RATE and not arm.averaged:
        return day.yes + failures
    return Fraction(day.total) + failures


def _watched_limit(metric: MetricPlan, day: DayFacts) -> str | None:
    """The metric's own limit, else the lowest one counted."""
    if metric.limit is not None:
        return decimal_text(metric.limit)
    return min(day.beyond, key=Fraction, default=None)
