"""Whether the pilot arm of a metric changed within its epoch, and since which day."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction

from evaluations.stats.drift import DayTotals, DriftReading, DriftState, fold_means, fold_rates, reading
from evaluations.stats.means import Exact
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
    sums: dict[date, Exact] = {}
    worst = outcomes.worst_value(metric)
    counts_failures = metric.estimand is not Estimand.MEAN or worst is not None
    for arm in arms:
        for day in arm.daily:
            counts[day.day] += day.n + (day.failed if counts_failures else 0)
            part = _sum(metric, arm, day, worst)
            sums[day.day] = Fraction(sums[day.day]) + Fraction(part) if day.day in sums else part
    return [DayTotals(day.isoformat(), n, sums[day]) for day, n in sorted(counts.items()) if n]


def _sum(metric: MetricPlan, arm: ArmFacts, day: DayFacts, worst: Decimal | None) -> Exact:
    if metric.estimand is Estimand.QUANTILE:
        limit = _watched_limit(metric, day)
        return (day.beyond.get(limit, 0) if limit else 0) + day.failed
    yes_or_no = metric.estimand is Estimand.RATE and not arm.averaged
    if not day.failed or worst is None:
        return day.yes if yes_or_no else day.total
    return (day.yes if yes_or_no else Fraction(day.total)) + day.failed * Fraction(worst)


def _watched_limit(metric: MetricPlan, day: DayFacts) -> str | None:
    """The metric's own limit, else the lowest one counted."""
    if metric.limit is not None:
        return decimal_text(metric.limit)
    return min(day.beyond, key=Fraction, default=None)
