"""Where a criterion stands, as a number line and as the distance that is left.

Against a limit the line shows values, as they are measured. Against what was before it shows the change, plus being
better: the interval is one of the change, and no value before is that certain.
"""

import math
from dataclasses import dataclass

from pilots.charts.number_line import Better, Reading, number_line
from pilots.charts.palette import PAGE, Palette
from pilots.charts.svg import Svg
from pilots.judging.sentences import amount, points
from pilots.judging.verdict import MetricResult, Range, Role, Status

SHARES = ("rate", "quantile")
OF_VALUES = ("quantile", "total")


def is_share(result: MetricResult) -> bool:
    """Whether differences are shares between 0 and 1."""
    return result.estimand in SHARES


def difference(result: MetricResult, value: float) -> str:
    """A difference in words, its sign left to the sentence."""
    return points(abs(value)) if is_share(result) else amount(abs(value), result.unit)


@dataclass(frozen=True, slots=True)
class Drawn:
    """A number line as numbers, for whoever draws it in whatever colours."""

    reading: Reading
    title: str
    signed: bool = False

    def draw(self, palette: Palette = PAGE) -> Svg:
        return number_line(self.reading, title=self.title, signed=self.signed, palette=palette)


def drawn(result: MetricResult) -> Drawn | None:
    """None for a monitor, and while nothing was measured."""
    if result.role is Role.MONITOR or result.threshold is None or result.estimate is None:
        return None
    name = "Goal" if result.role is Role.GOAL else "Stop trigger"
    level = _level(result)
    if level is None:
        return Drawn(_of_change(result), f"{name}: change of {result.label}", signed=True)
    return Drawn(_of_values(result, level), f"{name}: {result.label}")


def line(result: MetricResult) -> Svg | str:
    """The number line in the colours of the page; empty where there is none."""
    found = drawn(result)
    return found.draw() if found else ""


def room(result: MetricResult) -> str:
    """How far the cautious end is from the line, or past it; empty while there is no interval."""
    interval, line_at = result.interval, result.threshold
    if result.role is Role.MONITOR or interval is None or line_at is None or math.isinf(interval.low):
        return ""
    if result.role is Role.GOAL:
        return _to_the_goal(result, interval, line_at)
    return _to_the_limit(result, interval, line_at)


def _to_the_goal(result: MetricResult, interval: Range, goal: float) -> str:
    if result.status is Status.REFUTED and interval.high < goal:
        return f"at least {difference(result, interval.high - goal)} short of the goal"
    if interval.low >= goal:
        return f"at least {difference(result, interval.low - goal)} past the goal"
    return f"the cautious end is {difference(result, interval.low - goal)} short of the goal"


def _to_the_limit(result: MetricResult, interval: Range, limit: float) -> str:
    if result.estimand == "total":
        side = "left to the limit" if interval.low >= limit else "over the limit"
        return f"{difference(result, interval.low - limit)} {side}"
    if interval.high < limit:
        return f"at least {difference(result, interval.high - limit)} past the limit"
    if interval.low >= limit:
        return f"at least {difference(result, interval.low - limit)} from the limit"
    return f"the cautious end is {difference(result, interval.low - limit)} past the limit"


def _of_change(result: MetricResult) -> Reading:
    scale = 100 if is_share(result) else 1
    estimate, threshold = result.estimate or 0.0, result.threshold or 0.0
    return Reading(
        estimate=estimate * scale,
        low=result.interval.low * scale if result.interval else None,
        high=result.interval.high * scale if result.interval else None,
        limit=threshold * scale if result.role is Role.TRIGGER else None,
        goal=threshold * scale if result.role is Role.GOAL else None,
        reference=None if result.relative else 0.0,
        better="higher",
        unit="points" if is_share(result) else result.unit,
    )


def _of_values(result: MetricResult, level: float) -> Reading:
    """The judge's distances, laid from the line on the scale of the metric. Shares in per cent."""
    scale = 100 if is_share(result) else 1
    better = _better(result)
    sign = -1 if better == "lower" else 1
    estimate, threshold = result.estimate or 0.0, result.threshold or 0.0
    line_at = level - sign * (estimate - threshold)
    ends = [line_at + sign * (end - threshold) for end in _ends(result)]
    before = result.before.value if result.before and result.estimand != "quantile" else None
    return Reading(
        estimate=level * scale,
        low=min(ends) * scale if ends else None,
        high=max(ends) * scale if ends else None,
        limit=line_at * scale if result.role is Role.TRIGGER else None,
        goal=line_at * scale if result.role is Role.GOAL else None,
        reference=None if before is None else before * scale,
        better=better,
        unit="%" if is_share(result) else result.unit,
    )


def _level(result: MetricResult) -> float | None:
    """The value that stands against a limit; of a quantile, the share beyond it. None where there is only a change."""
    after = result.after
    if after is None or (result.limit is None and result.estimand not in OF_VALUES):
        return None
    if result.estimand == "quantile":
        return after.yes / after.n if after.yes is not None and after.n else None
    return after.value


def _better(result: MetricResult) -> Better:
    """Of a quantile the line shows the share beyond the limit, and less of that is always better."""
    return "lower" if result.estimand == "quantile" or result.direction == "lower" else "higher"


def _ends(result: MetricResult) -> list[float]:
    """A total is counted, not estimated: it has no interval."""
    if result.interval is None or result.estimand == "total":
        return []
    return [result.interval.low, result.interval.high]
