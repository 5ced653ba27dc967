"""Numbers and comparisons in plain English."""

from __future__ import annotations

import math
from collections.abc import Iterable
from datetime import date

from pilots.judging.criteria import Criterion
from pilots.judging.plan import Design, Direction, Estimand
from pilots.judging.verdict import ArmSummary, Range, Role


def number(value: float) -> str:
    """Three significant figures, no trailing zeros, thousands separated: 3.4, 0.31, 1,230."""
    if not math.isfinite(value):
        return "unbounded"
    if value == 0:
        return "0"
    digits = max(2 - math.floor(math.log10(abs(value))), 0)
    text = f"{round(value, digits):,.{digits}f}"
    text = text.rstrip("0").rstrip(".") if "." in text else text
    return "0" if text == "-0" else text


def amount(value: float, unit: str) -> str:
    """A number with its unit; money with at least two decimals from 0.01 on."""
    text = number(value)
    if len(unit) == 3 and unit.isupper() and 0.01 <= abs(value) < 100:
        text = f"{value:.2f}"
    return f"{text} {unit}" if unit else text


def percent(share: float) -> str:
    """0.0731 is 7.31 %."""
    return f"{number(100 * share)} %"


def points(share: float) -> str:
    """A difference of shares: 0.05 is 5 points."""
    text = number(100 * share)
    return f"{text} point" if text == "1" else f"{text} points"


def counted(count: int, noun: str) -> str:
    """1 day, 2 days, 1,200 days."""
    return f"{count:,} {noun}" if count == 1 else f"{count:,} {noun}s"


def spread(low: int | None, high: int | None) -> str:
    """An 80 % range of days: 3 to 14 days, or 3 days and more where it has no end."""
    least = low if low is not None else 0
    return (
        f"80 % range {counted(least, 'day')} and more"
        if high is None
        else f"80 % range {least} to {counted(high, 'day')}"
    )


def day_text(day: date) -> str:
    """14 December 2026."""
    return f"{day.day} {day:%B %Y}"


def listed(items: Iterable[str]) -> str:
    """a, b and c."""
    words = list(items)
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} and {words[-1]}" if words else ""


def opening(text: str) -> str:
    """With a capital letter, as a sentence begins."""
    return text[:1].upper() + text[1:]


def inside(label: str) -> str:
    """A label as it reads in the middle of a sentence: `Review minutes` loses its capital, `API errors` keeps it."""
    return label[:1].lower() + label[1:] if len(label) > 1 and label[1].islower() else label


def is_share(criterion: Criterion) -> bool:
    """Figures are shares between 0 and 1."""
    return criterion.metric.estimand in (Estimand.RATE, Estimand.QUANTILE)


def figure(criterion: Criterion, value: float) -> str:
    """A value of the metric."""
    rate = criterion.metric.estimand is Estimand.RATE
    return percent(value) if rate else amount(value, criterion.metric.unit)


def difference(criterion: Criterion, value: float) -> str:
    """A difference in the unit of delta."""
    return points(value) if is_share(criterion) else amount(value, criterion.metric.unit)


def comparison(
    criterion: Criterion, after: ArmSummary, before: ArmSummary | None, interval: Range | None
) -> str:
    """`review minutes 3.4 against 2.6 before (worse by at least 0.3, limit 0.2), n = 212`."""
    detail = f" ({_detail(criterion, interval)})" if interval is not None else ""
    return f"{inside(criterion.metric.label)} {_values(criterion, after, before)}{detail}, n = {after.n:,}"


def _values(criterion: Criterion, after: ArmSummary, before: ArmSummary | None) -> str:
    now = _value(criterion, after)
    if before is None or criterion.design is Design.ABSOLUTE:
        return now
    return f"{now} against {_value(criterion, before)} {_other_side(criterion)}"


def _value(criterion: Criterion, arm: ArmSummary) -> str:
    metric = criterion.metric
    if metric.estimand is Estimand.QUANTILE:
        return _quantile_value(criterion, arm)
    return "unknown" if arm.value is None else figure(criterion, arm.value)


def _quantile_value(criterion: Criterion, arm: ArmSummary) -> str:
    metric = criterion.metric
    limit = criterion.reference if criterion.reference is not None else metric.limit
    point = f"{amount(arm.value, metric.unit)}, " if arm.value is not None else ""
    if arm.yes is None or limit is None or not arm.n:
        return point.rstrip(", ") or "without a limit"
    side = "above" if metric.direction is Direction.LOWER else "below"
    return f"{point}{percent(arm.yes / arm.n)} {side} {amount(float(limit), metric.unit)}"


def _other_side(criterion: Criterion) -> str:
    if criterion.design is Design.BEFORE_AFTER:
        return "before"
    return "for the control" if criterion.design is Design.CONCURRENT else "on the same items"


def _detail(criterion: Criterion, interval: Range) -> str:
    bound = _bound(criterion)
    if criterion.metric.estimand is Estimand.TOTAL:
        return bound
    if criterion.design is Design.ABSOLUTE:
        return f"{_span(criterion, interval)}{', ' + bound if bound else ''}"
    return f"{_reach(criterion, interval)}{', ' + bound if bound else ''}"


def _bound(criterion: Criterion) -> str:
    if criterion.role is Role.MONITOR:
        return ""
    word = "goal" if criterion.role is Role.GOAL else "limit"
    if criterion.metric.estimand is Estimand.QUANTILE and criterion.reference is not None:
        return f"{word} {percent(float(criterion.threshold) + _allowed(criterion))}"
    if criterion.reference is not None:
        return f"{word} {figure(criterion, float(criterion.reference))}"
    margin = float(criterion.margin or 0)
    return f"{word} {percent(margin) if criterion.relative else difference(criterion, margin)}"


def _allowed(criterion: Criterion) -> float:
    share = float(criterion.metric.quantile or 0)
    return round(1 - share, 12) if criterion.metric.direction is Direction.LOWER else share


def _span(criterion: Criterion, interval: Range) -> str:
    """The interval of the value itself, from the interval of its distance to the limit."""
    if not math.isfinite(interval.low) or not math.isfinite(interval.high):
        return "no interval yet"
    if criterion.metric.estimand is Estimand.QUANTILE:
        allowed = _allowed(criterion)
        return f"between {percent(allowed - interval.high)} and {percent(allowed - interval.low)}"
    reference = float(criterion.reference or 0)
    ends = sorted(reference + criterion.sign * end for end in (interval.low, interval.high))
    return f"between {figure(criterion, ends[0])} and {figure(criterion, ends[1])}"


def _reach(criterion: Criterion, interval: Range) -> str:
    """Worse by at least, better by at least, or between; a relative margin speaks of its distance to the line."""
    if not math.isfinite(interval.low) or not math.isfinite(interval.high):
        return "no interval yet"
    if criterion.relative:
        return _past_the_line(criterion, interval)
    threshold = float(criterion.threshold)
    if interval.high < 0 and interval.high < threshold:
        return f"worse by at least {difference(criterion, -interval.high)}"
    if interval.low > 0 and interval.low >= threshold:
        return f"better by at least {difference(criterion, interval.low)}"
    return f"{_signed(criterion, interval.low)} to {_signed(criterion, interval.high)}"


def _past_the_line(criterion: Criterion, interval: Range) -> str:
    if interval.low >= 0:
        return f"on the right side of the line by at least {difference(criterion, interval.low)}"
    if interval.high < 0:
        return f"past the line by at least {difference(criterion, -interval.high)}"
    return f"{_signed(criterion, interval.low)} to {_signed(criterion, interval.high)} of the line"


def _signed(criterion: Criterion, value: float) -> str:
    if value == 0:
        return "no difference"
    return f"{difference(criterion, abs(value))} {'better' if value > 0 else 'worse'}"
