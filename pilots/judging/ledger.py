"""Displaced cost: what the pilot gains per item, less what it costs elsewhere. In money, each line with its interval.

A gain is one only if friction drops without moving the cost to review, second checks, exceptions, the fallback or lock-in.
The lines share one error budget: each has its interval at alpha divided by their number, so that the ends may be added.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from decimal import Decimal

from pilots.judging.bench import Bench
from pilots.judging.criteria import Criterion
from pilots.judging.facts import Facts
from pilots.judging.kit import Part, part_of
from pilots.judging.payback import READABLE
from pilots.judging.plan import Design, Estimand, MetricPlan, Plan
from pilots.judging.sentences import amount, inside, listed
from pilots.judging.verdict import MetricResult, Role

NAMES = {
    Part.GAIN: "gain",
    Part.MODEL: "the model",
    Part.REVIEW: "review",
    Part.SECOND_CHECKS: "second checks",
    Part.EXCEPTIONS: "exceptions",
    Part.FALLBACK: "fallback",
    Part.LOCK_IN: "lock-in",
}
MINUTES = {"min": 60, "minutes": 60, "minute": 60, "h": 1, "hours": 1, "s": 3600, "seconds": 3600}
"""How many of a unit an hour has."""


@dataclass(frozen=True, kw_only=True)
class Prices:
    """What is not in the facts. `by_hand` is what an item costs that a person does as before, `fallback` one that goes to
    the fallback; None where nobody has said."""

    by_hand: Decimal | None = None
    fallback: Decimal | None = None


@dataclass(frozen=True, kw_only=True)
class Entry:
    """Money per item, plus for the better. `value` None: measured, but not enough can be said yet, as `said` tells."""

    part: Part
    metric: str
    label: str
    n: int
    value: float | None = None
    low: float | None = None
    high: float | None = None
    said: str = ""


@dataclass(frozen=True, kw_only=True)
class Ledger:
    """`net` is the sum of the lines; None while one of them is open, or where none is. `alpha` is that of all together.
    `unmeasured` names the parts that nobody measures: they count as nothing, which the reader must know."""

    currency: str
    entries: tuple[Entry, ...] = ()
    alpha: float = 0.05
    net: float | None = None
    low: float | None = None
    high: float | None = None
    unmeasured: tuple[str, ...] = ()

    @property
    def is_negative(self) -> bool:
        """Beyond doubt."""
        return self.high is not None and self.high < 0

    @property
    def sentence(self) -> str:
        """The net effect in words."""
        if self.net is None or self.low is None or self.high is None:
            return self._unknown
        if self.high < 0:
            return (
                f"The net effect is negative: an item costs {self._money(-self.net)} more than before, at least "
                f"{self._money(-self.high)}. The cost has moved, it has not gone."
            )
        if self.low > 0:
            return (
                f"The net effect is positive: an item costs {self._money(self.net)} less than before, at least "
                f"{self._money(self.low)}, with everything that was measured taken off."
            )
        word = "less" if self.net >= 0 else "more"
        return (
            f"Whether there is a net effect is not settled: an item costs {self._money(abs(self.net))} {word} than before, "
            f"but anything from {_signed(self.low, self.currency)} to {_signed(self.high, self.currency)} is possible."
        )

    @property
    def _unknown(self) -> str:
        if not self.entries:
            return "Nothing that was measured is worth money yet, so there is no net effect to show."
        waiting = [inside(entry.label) for entry in self.entries if entry.value is None]
        return f"The net effect cannot be said yet: {listed(waiting)} must be known first."

    def _money(self, value: float) -> str:
        return amount(value, self.currency)


def ledger_of(plan: Plan, facts: Facts, prices: Prices | None = None) -> Ledger:
    """The lines of the candidate under trial, gains first, then the parts in their order. Raises ValueError for a plan
    without exactly one primary candidate."""
    priced = _priced(plan, facts, prices or Prices())
    alpha = float(plan.alphas.go)
    bench = Bench(plan=plan, facts=facts, as_of=facts.as_of, forecasts=False)
    primary = plan.primary
    entries = []
    for part, metric, worth in priced:
        result = bench.judge(_criterion(metric, alpha / len(priced)), primary)
        entries.append(_entry(part, metric, worth, result))
    known = {entry.part for entry in entries}
    return _summed(
        Ledger(
            currency=plan.payback.currency,
            entries=tuple(entries),
            alpha=alpha,
            unmeasured=tuple(NAMES[part] for part in Part if part not in known),
        )
    )


def _priced(plan: Plan, facts: Facts, prices: Prices) -> list[tuple[Part, MetricPlan, float]]:
    """Each metric that is worth money, and the worth of one unit of better."""
    paying = {component.metric for component in plan.payback.components}
    found = []
    for metric in plan.metrics:
        part = part_of(metric.key) or (Part.GAIN if metric.key in paying else None)
        if part is None or metric.activity or metric.estimand in (Estimand.TOTAL, Estimand.QUANTILE):
            continue
        worth = _worth(metric, part, plan, facts, prices)
        if worth is not None:
            found.append((part, metric, float(worth)))
    order = list(Part)
    return sorted(found, key=lambda line: order.index(line[0]))


def _worth(metric: MetricPlan, part: Part, plan: Plan, facts: Facts, prices: Prices) -> Decimal | None:
    """A share is worth what an item costs that takes the other way; time is worth the wage; money is worth itself."""
    if metric.estimand is Estimand.RATE:
        return {
            Part.EXCEPTIONS: prices.by_hand,
            Part.SECOND_CHECKS: None,
            Part.FALLBACK: prices.fallback,
        }.get(part)
    if metric.unit == plan.payback.currency:
        return Decimal(1)
    per_hour = MINUTES.get(metric.unit.lower())
    if per_hour is None or facts.wage_per_hour is None:
        return None
    return facts.wage_per_hour / per_hour


def _criterion(metric: MetricPlan, alpha: float) -> Criterion:
    """The plain difference to before; a metric without one counts in full."""
    absolute = metric.design is Design.ABSOLUTE
    return Criterion(
        key=f"ledger:{metric.key}",
        role=Role.GOAL,
        metric=metric,
        design=metric.design,
        reference=Decimal(0) if absolute else None,
        weight=Decimal(1),
        threshold=Decimal(0),
        margin=None if absolute else Decimal(0),
        prove_alpha=alpha,
        refute_alpha=alpha,
    )


def _entry(part: Part, metric: MetricPlan, worth: float, result: MetricResult) -> Entry:
    n = result.after.n if result.after else 0
    interval, estimate = result.interval, result.estimate
    if result.status not in READABLE or estimate is None or interval is None:
        return Entry(part=part, metric=metric.key, label=metric.label, n=n, said=result.reason)
    low, high = (_times(worth, end) for end in (interval.low, interval.high))
    return Entry(
        part=part, metric=metric.key, label=metric.label, n=n, value=worth * estimate, low=low, high=high
    )


def _summed(ledger: Ledger) -> Ledger:
    lines = [(entry.value, entry.low, entry.high) for entry in ledger.entries]
    if not lines or any(value is None for value, _, _ in lines):
        return ledger
    net, low, high = (math.fsum(end for end in ends if end is not None) for ends in zip(*lines, strict=True))
    return Ledger(
        currency=ledger.currency,
        entries=ledger.entries,
        alpha=ledger.alpha,
        net=net,
        low=low,
        high=high,
        unmeasured=ledger.unmeasured,
    )


def _times(worth: float, end: float) -> float:
    return worth * end if worth else 0.0


def _signed(value: float, currency: str) -> str:
    if math.isinf(value):
        return "an unknown sum"
    return f"{amount(abs(value), currency)} {'less' if value > 0 else 'more'}" if value else "no difference"
