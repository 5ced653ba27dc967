"""Prices entered for a deployment: parts, each so much for a unit, from a day on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal

from evaluations.pricing.usage import Cost, Quote, Use

MILLION = Decimal(1_000_000)
HOUR = Decimal(3600)
PARTS = {
    "cached_tokens": ("input_tokens", "cached_tokens"),
    "cache_write_tokens": ("input_tokens", "cache_write_tokens"),
    "reasoning_tokens": ("output_tokens", "reasoning_tokens"),
}
"""Units that are part of another one: what is priced by itself is taken off the whole."""


@dataclass(frozen=True, slots=True)
class Component:
    """`shared_by`: calls a machine works on at a time; calls that share a month's price."""

    unit: str
    amount: Decimal
    shared_by: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Sheet:
    """What a deployment costs from `valid_from` (a day in UTC) until the next sheet begins."""

    valid_from: date
    currency: str
    source: str
    components: tuple[Component, ...]

    def cost(self, use: Use) -> Cost | None:
        """The sum of all parts; None when a part needs a count that the host did not report."""
        if not use.taken:
            return Cost(Decimal(0), self.quote())
        own = frozenset(component.unit for component in self.components)
        total = Decimal(0)
        for component in self.components:
            quantity = _quantity(component, use, own)
            if quantity is None:
                return None
            total += quantity * component.amount
        return Cost(total, self.quote())

    def quote(self) -> Quote:
        return Quote(
            kind="contract",
            source=self.source,
            as_of=self.valid_from.isoformat(),
            currency=self.currency,
            components=tuple((each.unit, _written(each)) for each in self.components),
        )


def sheet_at(sheets: Sequence[Sheet], at: datetime) -> Sheet | None:
    """The one in force at that moment: the latest that had begun."""
    day = at.astimezone(UTC).date()
    return max(
        (each for each in sheets if each.valid_from <= day), key=lambda each: each.valid_from, default=None
    )


def _quantity(component: Component, use: Use, own: frozenset[str]) -> Decimal | None:
    """How many of its unit the call used."""
    match component.unit:
        case "request":
            return Decimal(1)
        case "million_characters":
            return Decimal(use.characters) / MILLION
        case "image":
            return None if use.images is None else Decimal(use.images)
        case "second":
            return _decimal(use.seconds)
        case "hour":
            return _decimal(use.seconds) / HOUR / (component.shared_by or 1)
        case "seat_month" | "month":
            return None if component.shared_by is None else 1 / component.shared_by
    tokens = _tokens(component.unit, use, own)
    return None if tokens is None else Decimal(tokens) / MILLION


def _tokens(unit: str, use: Use, own: frozenset[str]) -> int | None:
    counts = {
        "input_tokens": use.input_tokens,
        "output_tokens": use.output_tokens,
        "cached_tokens": use.cached_tokens,
        "cache_write_tokens": use.cache_write_tokens,
        "reasoning_tokens": use.reasoning_tokens,
    }
    if unit in PARTS:
        # A host that reports the whole and says nothing of a part had no such part.
        whole = counts[PARTS[unit][0]]
        return None if whole is None else min(counts[unit] or 0, whole)
    whole = counts[unit]
    if whole is None:
        return None
    parts = (counts[part] or 0 for part, (of, _) in PARTS.items() if of == unit and part in own)
    return max(0, whole - sum(parts))


def _decimal(seconds: float) -> Decimal:
    return Decimal(repr(round(seconds, 6)))


def _written(component: Component) -> str:
    shared = "" if component.shared_by is None else f", shared by {component.shared_by.normalize():f}"
    return f"{component.amount.normalize():f}{shared}"
