"""Where a metric's numbers come from in telemetry: a first guess by its key and unit, which the owner may change."""

import re
from collections.abc import Iterable
from decimal import Decimal

from pilots.models import Metric, Pilot, SpanMapping
from pilots.models.metric import Direction, Estimand
from pilots.models.span_mapping import Quantity

SECONDS = {
    "ms": 1000,
    "s": 1,
    "sec": 1,
    "second": 1,
    "seconds": 1,
    "min": 1 / 60,
    "minutes": 1 / 60,
    "h": 1 / 3600,
}
DOLLARS = frozenset({"usd", "$", "us$"})
TIMES = frozenset({Quantity.DURATION, Quantity.FIRST_TOKEN})
FIRST_TOKEN = re.compile(r"ttft|first_?(token|chunk)")
DURATION = re.compile(r"latency|duration|response_time|elapsed")
COST = re.compile(r"cost|spend|price")
TOKENS = (
    (re.compile(r"cache_?(write|creat)"), Quantity.CACHE_WRITE_TOKENS),
    (re.compile(r"cache"), Quantity.CACHE_READ_TOKENS),
    (re.compile(r"reason|thinking"), Quantity.REASONING_TOKENS),
    (re.compile(r"input|prompt"), Quantity.INPUT_TOKENS),
    (re.compile(r"output|completion"), Quantity.OUTPUT_TOKENS),
)
FAILURES = re.compile(r"error|failure|failed")
SUCCESSES = re.compile(r"success|availab|answered")


def fill(pilot: Pilot) -> int:
    """Gives each metric of the pilot that has none a row of its own, guessed; never changes one. Safe to call at any time."""
    lacking = pilot.metrics.filter(span_mapping=None)
    rows = [SpanMapping(pilot=pilot, metric=metric, quantity=guess(metric)) for metric in lacking]
    SpanMapping.objects.bulk_create(rows, ignore_conflicts=True)
    return len(rows)


def guess(metric: Metric) -> Quantity:
    """What the key and the unit leave no doubt of; else nothing. Minutes of review are no latency of a model."""
    key, unit = metric.key.lower().replace("-", "_"), metric.unit.lower()
    if metric.estimand == Estimand.RATE:
        return _guess_rate(key, metric.direction)
    if unit in SECONDS:
        if FIRST_TOKEN.search(key):
            return Quantity.FIRST_TOKEN
        return Quantity.DURATION if DURATION.search(key) else Quantity.NONE
    if "token" in key:
        return next((each for pattern, each in TOKENS if pattern.search(key)), Quantity.ALL_TOKENS)
    return Quantity.COST if unit in DOLLARS and COST.search(key) else Quantity.NONE


def scale(*, quantity: str, factor: Decimal | None, unit: str) -> float | None:
    """What seconds, dollars or tokens are multiplied by. None: the metric has a unit that cannot be reached without a
    factor, such as euros from dollars."""
    if factor is not None:
        return float(factor)
    if quantity in TIMES:
        return SECONDS.get(unit.lower())
    if quantity == Quantity.COST:
        return 1 if unit.lower() in DOLLARS else None
    return 1


def number(mapping: SpanMapping | None, word: str) -> float | None:
    """The number that stands for a score given in words; None where the owner has named none."""
    found = (mapping.categories if mapping else {}).get(word)
    return found if isinstance(found, int | float) and not isinstance(found, bool) else None


def faults(
    *, quantity: str, factor: Decimal | None, categories: object, metric: Metric
) -> Iterable[tuple[str, str]]:
    """Pairs of field and sentence: what is wrong with a row as the owner wrote it."""
    if quantity != Quantity.NONE and scale(quantity=quantity, factor=factor, unit=metric.unit) is None:
        yield (
            "factor",
            f"{Quantity(quantity).label} cannot be turned into “{metric.unit or 'no unit'}” by itself: give the factor.",
        )
    of_rate = quantity in {Quantity.SUCCESS, Quantity.FAILURE}
    if of_rate and metric.estimand != Estimand.RATE:
        yield (
            "quantity",
            "Whether a call succeeded or failed is yes or no: choose it for a metric that is a rate.",
        )
    if not of_rate and quantity != Quantity.NONE and metric.estimand == Estimand.RATE:
        yield (
            "quantity",
            "A rate takes yes or no: choose whether the call succeeded, whether it failed, or nothing.",
        )
    if not isinstance(categories, dict) or not all(
        isinstance(each, int | float) and not isinstance(each, bool) for each in categories.values()
    ):
        yield "categories", 'Write words and their numbers as an object, such as {"good": 1, "bad": 0}.'


def _guess_rate(key: str, direction: str) -> Quantity:
    if direction == Direction.LOWER and FAILURES.search(key):
        return Quantity.FAILURE
    return Quantity.SUCCESS if direction == Direction.HIGHER and SUCCESSES.search(key) else Quantity.NONE
