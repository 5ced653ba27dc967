"""The course of a metric, day by day or week by week, from the running totals of its days.

The band of a point is a 95 % interval of that day or week alone: it shows how much one of them may scatter. What is
decided rests on the intervals of the verdict, which hold at every look together.
"""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal

from evaluations.stats import histogram, special
from pilots.charts.dates import day_and_year
from pilots.charts.trend import Point
from pilots.judging import outcomes
from pilots.judging.plan import Direction, Estimand, MetricPlan
from pilots.judging.sentences import amount, number

Z = 1.959964
"""Two-sided 95 % of the normal distribution."""

HUNDRED = 100.0


@dataclass(frozen=True, kw_only=True)
class Totals:
    """One day, or several of them added up. `failed` are units without an answer that count as the worst value; `bins`
    is the histogram of values, filled for quantiles alone."""

    n: int = 0
    failed: int = 0
    total: Decimal = Decimal(0)
    squares: Decimal = Decimal(0)
    ones: int = 0
    bins: Mapping[int, int] = field(default_factory=dict)

    def plus(self, other: "Totals") -> "Totals":
        bins = dict(self.bins)
        for place, n in other.bins.items():
            bins[place] = bins.get(place, 0) + n
        return Totals(
            n=self.n + other.n,
            failed=self.failed + other.failed,
            total=self.total + other.total,
            squares=self.squares + other.squares,
            ones=self.ones + other.ones,
            bins=bins,
        )


@dataclass(frozen=True, kw_only=True)
class Stretch:
    """A day or a week, named by its first day. Values are in the unit of the metric, shares in per cent."""

    at: date
    n: int
    value: float | None
    low: float | None = None
    high: float | None = None

    @property
    def point(self) -> Point:
        return Point(at=self.at, value=self.value, low=self.low, high=self.high)


def unit_of(metric: MetricPlan) -> str:
    return "%" if metric.estimand is Estimand.RATE else metric.unit


def course(metric: MetricPlan, days: Mapping[date, Totals], *, weekly: bool = False) -> list[Stretch]:
    """From the first to the last day, with a gap where nothing was measured. A total is the sum so far."""
    if not days:
        return []
    merged = _weeks(days) if weekly else dict(days)
    step = timedelta(days=7 if weekly else 1)
    at, last = min(merged), max(merged)
    found, so_far = [], Totals()
    while at <= last:
        totals = merged.get(at, Totals())
        so_far = so_far.plus(totals) if metric.estimand is Estimand.TOTAL else so_far
        found.append(_stretch(metric, at, totals, so_far))
        at += step
    return found


def level(metric: MetricPlan, days: Iterable[Totals]) -> float | None:
    """The value over all of these days: the baseline."""
    whole = Totals()
    for totals in days:
        whole = whole.plus(totals)
    if metric.estimand is Estimand.TOTAL:
        return None
    return _stretch(metric, date.min, whole, whole).value


def summary(
    metric: MetricPlan, stretches: Sequence[Stretch], *, before: float | None, stop: float | None
) -> str:
    """The drawing in one sentence."""
    known = [each for each in stretches if each.value is not None]
    if not known:
        return "Nothing is measured yet."
    unit, last = unit_of(metric), known[-1]
    assert last.value is not None
    told = f"{day_and_year(last.at)}: {_said(last.value, unit)}{_interval(last, unit)}"
    if before is not None:
        told = f"{told}, {_compared(last.value, before, unit)} {_said(before, unit)} before"
    parts = [told]
    if stop is not None:
        past = sum(_is_past(metric, each.value, stop) for each in known if each.value is not None)
        parts.append(f"{past} of {len(known)} points past the stop line of {_said(stop, unit)}")
    return "; ".join(parts) + "."


def _interval(stretch: Stretch, unit: str) -> str:
    if stretch.low is None or stretch.high is None:
        return ""
    return f" ({number(stretch.low)} to {_said(stretch.high, unit)})"


def _compared(value: float, before: float, unit: str) -> str:
    return "as" if _said(value, unit) == _said(before, unit) else "above" if value > before else "below"


def _said(value: float, unit: str) -> str:
    return amount(value, unit)


def _is_past(metric: MetricPlan, value: float, stop: float) -> bool:
    return value > stop if metric.direction is Direction.LOWER else value < stop


def _weeks(days: Mapping[date, Totals]) -> dict[date, Totals]:
    """By their Monday."""
    found: dict[date, Totals] = {}
    for day, totals in days.items():
        monday = day - timedelta(days=day.weekday())
        found[monday] = found.get(monday, Totals()).plus(totals)
    return found


def _stretch(metric: MetricPlan, at: date, totals: Totals, so_far: Totals) -> Stretch:
    if metric.estimand is Estimand.TOTAL:
        return Stretch(at=at, n=totals.n, value=float(so_far.total))
    if metric.estimand is Estimand.RATE:
        return _rate(metric, at, totals)
    if metric.estimand is Estimand.QUANTILE:
        return _quantile(metric, at, totals)
    return _mean(metric, at, totals)


def _mean(metric: MetricPlan, at: date, totals: Totals) -> Stretch:
    worst = outcomes.worst_value(metric)
    failed = totals.failed if worst is not None else 0
    n, worst = totals.n + failed, worst or Decimal(0)
    if not n:
        return Stretch(at=at, n=0, value=None)
    total, squares = totals.total + failed * worst, totals.squares + failed * worst * worst
    mean = total / n
    if n < 2:
        return Stretch(at=at, n=n, value=float(mean))
    variance = max((squares - total * mean) / (n - 1), Decimal(0))
    half = float(special.stdtrit(n - 1, 0.975)) * math.sqrt(float(variance) / n)
    return Stretch(at=at, n=n, value=float(mean), low=float(mean) - half, high=float(mean) + half)


def _rate(metric: MetricPlan, at: date, totals: Totals) -> Stretch:
    """Wilson's interval, which stays between 0 and 100 %."""
    n = totals.n + totals.failed
    if not n:
        return Stretch(at=at, n=0, value=None)
    ones = totals.ones + (totals.failed if metric.direction is Direction.LOWER else 0)
    share, spread = ones / n, Z * Z / n
    centre = (share + spread / 2) / (1 + spread)
    half = Z / (1 + spread) * math.sqrt(share * (1 - share) / n + spread / (4 * n))
    low, high = max(centre - half, 0.0), min(centre + half, 1.0)
    return Stretch(at=at, n=n, value=HUNDRED * share, low=HUNDRED * low, high=HUNDRED * high)


def _quantile(metric: MetricPlan, at: date, totals: Totals) -> Stretch:
    """Failures lie beyond every value on the bad side; an end that lies among them is open."""
    answered = sum(totals.bins.values())
    n = answered + totals.failed
    if not n or metric.quantile is None:
        return Stretch(at=at, n=0, value=None)
    q = float(metric.quantile)
    below = 0 if metric.direction is Direction.LOWER else totals.failed
    half = Z * math.sqrt(n * q * (1 - q))
    ranks = (math.ceil(n * q), math.floor(n * q - half), math.ceil(n * q + half) + 1)

    def at_rank(rank: int, *, open_end: float) -> float:
        place = max(rank, 1) - below
        return float(histogram.value_at(totals.bins, place)) if 0 < place <= answered else open_end

    middle, low, high = ranks
    value = at_rank(middle, open_end=math.nan)
    return Stretch(
        at=at,
        n=n,
        value=None if math.isnan(value) else value,
        low=at_rank(low, open_end=-math.inf),
        high=at_rank(high, open_end=math.inf),
    )
