"""The few figures of a verdict that a list of many pilots shows. Taken from the evidence; nothing rests on them."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from typing import Any, Self

from pilots.judging.facts import ArmFacts, DayFacts, Facts, Phase
from pilots.judging.kit import is_review
from pilots.judging.ledger import Ledger
from pilots.judging.plan import Estimand, MetricPlan, Plan

DAYS = 28
LISTS = ("course", "needed")
WEEK = timedelta(days=7)
DOUBT = 2.0
"""So many standard errors must two weeks differ by before an arrow points anywhere."""


@dataclass(frozen=True, kw_only=True)
class Headline:
    """`net` is money per item with its interval; None where it cannot be said. `review` is what review takes an item, over
    all days of the pilot; `course` its means of the last days, oldest first, None on a day without an item. `trend`: `up`
    or `down` where the last seven days differ from the seven before, else `flat`; empty without two such weeks. `needed` is
    what still stands between the pilot and a go, None in a record of before it was told."""

    currency: str = ""
    net: float | None = None
    low: float | None = None
    high: float | None = None
    review: float | None = None
    review_before: float | None = None
    unit: str = ""
    trend: str = ""
    course: tuple[float | None, ...] = field(default=())
    needed: tuple[str, ...] | None = None

    def to_json(self) -> dict[str, Any]:
        """Infinite ends are left out, as unknown ones are."""
        said = {
            name: value
            for name, value in vars(self).items()
            if value not in (None, "", ()) or (name == "needed" and value is not None)
        }
        return {
            name: list(value) if name in LISTS else value
            for name, value in said.items()
            if not (isinstance(value, float) and math.isinf(value))
        }

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> Self:
        """Of an older record, which has none, everything is unknown."""
        return cls(**data | {name: tuple(data[name]) for name in LISTS if name in data})


def headline_of(plan: Plan, facts: Facts, ledger: Ledger) -> Headline:
    """Raises ValueError for a plan without exactly one primary candidate."""
    net = Headline(currency=ledger.currency, net=ledger.net, low=ledger.low, high=ledger.high)
    metric = next(
        (each for each in plan.metrics if is_review(each.key) and each.estimand is Estimand.MEAN), None
    )
    if metric is None:
        return net
    arms = [arm for arm in facts.arms if arm.metric == metric.key and not arm.segment]
    before = [arm for arm in arms if arm.phase is Phase.BASELINE]
    epoch = facts.last_epochs.get(plan.primary, 0)
    after = [
        arm for arm in arms if arm.candidate == plan.primary and arm.epoch == epoch and arm not in before
    ]
    return _with_review(net, metric, before, after)


def _with_review(
    net: Headline, metric: MetricPlan, before: list[ArmFacts], after: list[ArmFacts]
) -> Headline:
    days = _by_day(after)
    return Headline(
        currency=net.currency,
        net=net.net,
        low=net.low,
        high=net.high,
        review=_mean(after),
        review_before=_mean(before),
        unit=metric.unit,
        trend=_trend(days),
        course=_course(days),
    )


def _mean(arms: Iterable[ArmFacts | DayFacts]) -> float | None:
    found = list(arms)
    n = sum(each.n for each in found)
    return float(sum((each.total for each in found), Decimal(0)) / n) if n else None


def _by_day(arms: list[ArmFacts]) -> dict[date, list[DayFacts]]:
    days: dict[date, list[DayFacts]] = defaultdict(list)
    for arm in arms:
        for day in arm.daily:
            days[day.day].append(day)
    return days


def _course(days: dict[date, list[DayFacts]]) -> tuple[float | None, ...]:
    if not days:
        return ()
    last = max(days)
    first = max(min(days), last - timedelta(days=DAYS - 1))
    means = (_mean(days.get(first + timedelta(days=number), [])) for number in range((last - first).days + 1))
    return tuple(None if mean is None else round(mean, 3) for mean in means)


def _trend(days: dict[date, list[DayFacts]]) -> str:
    if not days:
        return ""
    last = max(days)
    now = [day for at, found in days.items() if at > last - WEEK for day in found]
    then = [day for at, found in days.items() if last - 2 * WEEK < at <= last - WEEK for day in found]
    one, other = _spread(now), _spread(then)
    if one is None or other is None:
        return ""
    difference, doubt = one[0] - other[0], DOUBT * math.hypot(one[1], other[1])
    return "flat" if abs(difference) <= doubt else "up" if difference > 0 else "down"


def _spread(days: list[DayFacts]) -> tuple[float, float] | None:
    """Mean and standard error; None below two items."""
    n = sum(day.n for day in days)
    if n < 2:
        return None
    total = sum((day.total for day in days), Decimal(0))
    squares = sum((day.squares for day in days), Decimal(0))
    variance = max((squares - total * total / n) / (n - 1), Decimal(0))
    return float(total / n), math.sqrt(float(variance) / n)
