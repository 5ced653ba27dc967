"""Results of a verdict as words and figures: what the pilot's page puts beside one another."""

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from urllib.parse import urlencode

from pilots.charts.svg import Svg
from pilots.judging.plan import Design
from pilots.judging.sentences import amount, opening, percent
from pilots.judging.verdict import ArmSummary, MetricResult, Role, Status
from pilots.reading import quantiles, readings

WORDS = {
    Status.NO_BASELINE: "No baseline",
    Status.ERROR: "Error",
    Status.NO_DATA: "No data",
    Status.STALE: "Stale",
    Status.INVALID: "Invalid",
    Status.INSUFFICIENT: "Too few yet",
    Status.BREACHED: "Breached",
    Status.SAFE: "Safe",
    Status.PROVEN: "Proven",
    Status.REFUTED: "Refuted",
    Status.UNDECIDED: "Undecided",
    Status.SHOWN: "Shown only",
}
MET, BROKEN = (Status.SAFE, Status.PROVEN), (Status.BREACHED, Status.REFUTED)


Halves = tuple[float | None, float | None]
"""p50 and p95; None where nothing is known."""

NO_HALVES: Halves = (None, None)


@dataclass(frozen=True)
class Line:
    """One metric or criterion, ready for a row. An empty text means: there is nothing to show.

    `candidate` is its name; `criteria` are the goal and stop trigger of a metric; `share` is 0.95 for a p95; `rule` is a
    criterion as it was agreed, in words, `response` what is to be done at once about a trigger that fired; `halves` are p50
    and p95 before and after.
    """

    result: MetricResult
    candidate: str = ""
    criteria: tuple["Line", ...] = ()
    share: float | None = None
    rule: str = ""
    response: str = ""
    halves: tuple[Halves, Halves] = (NO_HALVES, NO_HALVES)

    @property
    def kind(self) -> str:
        """Which badge: met, broken, or info where nothing is settled."""
        return "met" if self.result.status in MET else "broken" if self.result.status in BROKEN else "info"

    @property
    def status(self) -> str:
        return WORDS[self.result.status]

    @property
    def role(self) -> str:
        trigger = "Hard stop trigger" if self.result.hard else "Stop trigger"
        return {Role.GOAL: "Goal", Role.TRIGGER: trigger, Role.MONITOR: "Shown only"}[self.result.role]

    @property
    def sentence(self) -> str:
        return f"{opening(self.result.reason)}."

    @property
    def before(self) -> str:
        return self._value(self.result.before)

    @property
    def after(self) -> str:
        return self._value(self.result.after)

    @property
    def quantile_before(self) -> str:
        return quantiles.words(self.result.before, share=self.share, unit=self.result.unit)

    @property
    def quantile_after(self) -> str:
        return quantiles.words(self.result.after, share=self.share, unit=self.result.unit)

    @property
    def halves_before(self) -> str:
        return self._halved(self.halves[0])

    @property
    def halves_after(self) -> str:
        return self._halved(self.halves[1])

    @property
    def open_end(self) -> str:
        return quantiles.open_end(self.result.after, share=self.share)

    @property
    def n(self) -> str:
        after, before = self.result.after, self.result.before
        return f"{before.n:,} → {after.n:,}" if after and before else f"{after.n:,}" if after else "0"

    @property
    def rows_after(self) -> str:
        """The query of the page of rows that the number after rests on."""
        of = {"metric": self.result.metric, "phase": "pilot", "candidate": self.result.candidate}
        return urlencode(of | ({"segment": self.result.segment} if self.result.segment else {}))

    @property
    def rows_before(self) -> str:
        """The same of the number before; of what is compared at the same time, all rows of the pilot."""
        phase = "baseline" if self.result.design == Design.BEFORE_AFTER else "pilot"
        return urlencode({"metric": self.result.metric, "phase": phase})

    @property
    def rows_failed(self) -> str:
        return f"{self.rows_after}&outcome=failed"

    @property
    def errors(self) -> str:
        """Outcomes other than an answer, which stay in the denominator."""
        outcomes = self.result.after.outcomes if self.result.after else {}
        return ", ".join(
            f"{count:,} {name.replace('_', ' ')}"
            for name, count in sorted(outcomes.items())
            if name != "ok" and count
        )

    @property
    def change(self) -> str:
        """The estimate, plus meaning better, in words."""
        value = self.result.estimate
        if value is None or not math.isfinite(value) or self.result.estimand == "total" or self._is_level:
            return ""
        if value == 0:
            return "no difference"
        return f"{self._end(value)}{self._than}"

    @property
    def tone(self) -> str:
        """Coloured only once the interval leaves no doubt about the direction."""
        interval = self.result.interval
        if interval is None or self.result.estimand == "total" or self._is_level:
            return "same"
        return "better" if interval.low > 0 else "worse" if interval.high < 0 else "same"

    @property
    def interval(self) -> str:
        """Both ends with their direction, which is named once where they share it."""
        interval = self.result.interval
        if interval is None or self.result.estimand == "total":
            return ""
        if math.isinf(interval.low) and math.isinf(interval.high):
            return "no interval yet"
        if self._is_level:
            return f"{self._level(interval.low)} to {self._level(interval.high)}"
        if interval.high < 0 and not math.isinf(interval.low):
            return f"{self._bare(interval.high)} to {self._end(interval.low)}"
        if interval.low > 0 and not math.isinf(interval.high):
            return f"{self._bare(interval.low)} to {self._end(interval.high)}"
        return f"{self._end(interval.low)} to {self._end(interval.high)}"

    @property
    def confidence(self) -> str:
        """What the interval has at every look together."""
        return percent(1 - self.result.alpha) if self.result.alpha and self.interval else ""

    @property
    def line(self) -> Svg | str:
        return readings.line(self.result)

    @property
    def room(self) -> str:
        return opening(readings.room(self.result))

    @property
    def _is_level(self) -> bool:
        """Shown as it is, against nothing: its interval is one of the value, and there is no better or worse."""
        result = self.result
        return result.role is Role.MONITOR and result.design == "absolute" and result.limit is None

    def _level(self, value: float) -> str:
        if math.isinf(value):
            return "unbounded"
        return percent(value) if self.result.estimand == "rate" else amount(value, self.result.unit)

    @property
    def _than(self) -> str:
        if self.result.limit is None and self.result.estimand != "quantile":
            return ""
        return " than the goal" if self.result.role is Role.GOAL else " than the limit"

    def _halved(self, halves: Halves) -> str:
        """`p50 3.1, p95 6.4 min`; a quantile says its own with an interval."""
        p50, p95 = halves
        if p50 is None or p95 is None:
            return ""
        if self.share is not None:
            return f"p50 {amount(p50, self.result.unit)}"
        return f"p50 {amount(p50, '')}, p95 {amount(p95, self.result.unit)}"

    def _value(self, arm: ArmSummary | None) -> str:
        if arm and self.result.estimand == "quantile" and arm.yes is not None and arm.n:
            return self._beyond(arm.yes / arm.n)
        if arm is None or arm.value is None:
            return ""
        return percent(arm.value) if self.result.estimand == "rate" else amount(arm.value, self.result.unit)

    def _beyond(self, share: float) -> str:
        """A quantile is judged as the share of values beyond its limit."""
        if self.result.limit is None:
            return f"{percent(share)} beyond the limit"
        side = "above" if self.result.direction == "lower" else "below"
        return f"{percent(share)} {side} {amount(float(self.result.limit), self.result.unit)}"

    def _end(self, value: float) -> str:
        if math.isinf(value):
            return "unbounded"
        if value == 0:
            return "no difference"
        return f"{readings.difference(self.result, value)} {'better' if value > 0 else 'worse'}"

    def _bare(self, value: float) -> str:
        """The nearer end of two on the same side: without the unit that the other one carries."""
        words = readings.difference(self.result, value)
        return words.removesuffix(f" {self.result.unit}").removesuffix(" points").removesuffix(" point")


def lines(
    results: Iterable[MetricResult],
    *,
    names: Mapping[str, str] | None = None,
    shares: Mapping[str, float] | None = None,
    rules: Mapping[str, str] | None = None,
    responses: Mapping[str, str] | None = None,
) -> list[Line]:
    """`names` are the candidates' names by slug, `shares` those of quantiles by the metric's key, `rules` the criteria in
    words by their key, `responses` what is to be done at once, by the same key."""
    return [
        Line(
            result,
            (names or {}).get(result.candidate, result.candidate),
            share=(shares or {}).get(result.metric),
            rule=(rules or {}).get(result.key, ""),
            response=(responses or {}).get(result.key, ""),
        )
        for result in results
    ]


def metric_lines(
    metrics: Iterable[MetricResult],
    criteria: Iterable[Line],
    *,
    shares: Mapping[str, float] | None = None,
    halves: Mapping[str, tuple[Halves, Halves]] | None = None,
) -> list[Line]:
    """One line a metric, with the criteria that are set on it."""
    found = list(criteria)
    return [
        Line(
            result,
            criteria=tuple(line for line in found if line.result.metric == result.metric),
            share=(shares or {}).get(result.metric),
            halves=(halves or {}).get(result.metric, (NO_HALVES, NO_HALVES)),
        )
        for result in metrics
    ]
