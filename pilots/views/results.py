"""Results of a verdict as words, figures and pictures: what the pilot's page puts beside one another."""

import math
from collections.abc import Iterable
from dataclasses import dataclass

from pilots.charts.number_line import Reading, number_line
from pilots.judging.sentences import amount, counted, opening, percent, points
from pilots.judging.verdict import ArmSummary, MetricResult, Role, Status

SHARES = ("rate", "quantile")
WORDS = {
    Status.NO_BASELINE: "No baseline",
    Status.ERROR: "Error",
    Status.NO_DATA: "No data",
    Status.STALE: "Stale",
    Status.INVALID: "Invalid",
    Status.INSUFFICIENT: "Too few",
    Status.BREACHED: "Breached",
    Status.SAFE: "Safe",
    Status.PROVEN: "Proven",
    Status.REFUTED: "Refuted",
    Status.UNDECIDED: "Undecided",
    Status.SHOWN: "Shown",
}
MET, BROKEN = (Status.SAFE, Status.PROVEN), (Status.BREACHED, Status.REFUTED)


@dataclass(frozen=True)
class Line:
    """One metric or criterion, ready for a row. Empty texts mean: there is nothing to show."""

    result: MetricResult

    @property
    def kind(self) -> str:
        """Which badge: met, broken, or info where nothing is settled."""
        return "met" if self.result.status in MET else "broken" if self.result.status in BROKEN else "info"

    @property
    def status(self) -> str:
        return WORDS[self.result.status]

    @property
    def role(self) -> str:
        hard = "Hard stop trigger" if self.result.hard else "Stop trigger"
        return {Role.GOAL: "Goal", Role.TRIGGER: hard, Role.MONITOR: "Shown"}[self.result.role]

    @property
    def sentence(self) -> str:
        return opening(self.result.reason)

    @property
    def before(self) -> str:
        return self._value(self.result.before)

    @property
    def after(self) -> str:
        return self._value(self.result.after)

    @property
    def n(self) -> str:
        after, before = self.result.after, self.result.before
        return f"{before.n:,} → {after.n:,}" if after and before else f"{after.n:,}" if after else "0"

    @property
    def errors(self) -> str:
        """Outcomes other than an answer, which stay in the denominator."""
        outcomes = self.result.after.outcomes if self.result.after else {}
        named = [
            f"{count:,} {name.replace('_', ' ')}"
            for name, count in sorted(outcomes.items())
            if name != "ok" and count
        ]
        return ", ".join(named)

    @property
    def change(self) -> str:
        """The estimate, plus meaning better, in words."""
        value = self.result.estimate
        if value is None or not math.isfinite(value) or self.result.estimand == "total":
            return ""
        if value == 0:
            return "no difference"
        return f"{self._difference(abs(value))} {'better' if value > 0 else 'worse'}{self._than}"

    @property
    def tone(self) -> str:
        """Coloured only once the interval leaves no doubt about the direction."""
        interval = self.result.interval
        if interval is None:
            return "same"
        return "better" if interval.low > 0 else "worse" if interval.high < 0 else "same"

    @property
    def interval(self) -> str:
        """Both ends with their direction, and the confidence the interval has at every look together."""
        interval = self.result.interval
        if interval is None or self.result.estimand == "total":
            return ""
        if math.isinf(interval.low) and math.isinf(interval.high):
            return "no interval yet"
        return f"{self._end(interval.low)} to {self._end(interval.high)}"

    @property
    def confidence(self) -> str:
        return percent(1 - self.result.alpha) if self.result.alpha else ""

    @property
    def line(self) -> str:
        """The number line of a criterion: harm to the left of the limit, the goal to the right of it."""
        result = self.result
        if result.role is Role.MONITOR or result.threshold is None or result.estimate is None:
            return ""
        scale = 100 if self._is_share else 1
        reading = Reading(
            estimate=_scaled(result.estimate, scale),
            low=_scaled(result.interval.low if result.interval else None, scale),
            high=_scaled(result.interval.high if result.interval else None, scale),
            limit=_scaled(result.threshold, scale) if result.role is Role.TRIGGER else None,
            goal=_scaled(result.threshold, scale) if result.role is Role.GOAL else None,
            reference=0.0 if result.limit is None else None,
            better="higher",
            unit="points" if self._is_share else result.unit,
        )
        return number_line(reading, title=f"{self.role}: {result.label}, plus is better", signed=True)

    @property
    def days(self) -> str:
        return counted(self.result.after.days, "day") if self.result.after else ""

    @property
    def _is_share(self) -> bool:
        return self.result.estimand in SHARES

    @property
    def _than(self) -> str:
        return "" if self.result.design != "absolute" else " than the limit"

    def _value(self, arm: ArmSummary | None) -> str:
        if arm is None or arm.value is None:
            return ""
        return percent(arm.value) if self.result.estimand == "rate" else amount(arm.value, self.result.unit)

    def _difference(self, value: float) -> str:
        return points(value) if self._is_share else amount(value, self.result.unit)

    def _end(self, value: float) -> str:
        if math.isinf(value):
            return "unbounded"
        if value == 0:
            return "no difference"
        return f"{self._difference(abs(value))} {'better' if value > 0 else 'worse'}"


def lines(results: Iterable[MetricResult]) -> list[Line]:
    return [Line(result) for result in results]


def _scaled(value: float | None, scale: int) -> float | None:
    return None if value is None else value * scale
