"""What every estimator returns."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from evaluations.stats.interval import Interval


@dataclass(frozen=True, kw_only=True)
class Estimate:
    """`prove` decides PROVEN and SAFE, `refute` decides REFUTED and BREACHED; equal when their levels are.

    `alarm` replaces the upper end of `refute` for a trigger (a rate breaches by its e-value).
    `exact` methods may breach at any n. `constant`: the data do not vary, which is never certainty."""

    method: str
    delta: float | None
    se: float | None
    prove: Interval
    refute: Interval
    parameters: Mapping[str, float | int | str | None] = field(default_factory=dict)
    alarm: bool | None = None
    exact: bool = False
    constant: bool = False

    def turned(self, sign: int) -> Estimate:
        """Mirrored when `sign` is −1, so that plus is better."""
        if sign > 0:
            return self
        return replace(
            self,
            delta=None if self.delta is None else -self.delta,
            prove=self.prove.negate(),
            refute=self.refute.negate(),
        )

    def shifted(self, by: float) -> Estimate:
        """Delta and both intervals moved by `by`: a value minus its limit."""
        return replace(
            self,
            delta=None if self.delta is None else self.delta + by,
            prove=self.prove.shift(by),
            refute=self.refute.shift(by),
        )


def hull(middle: Estimate, worst: Estimate, best: Estimate) -> Estimate:
    """The middle estimate with the lower ends of the worst case and the upper ends (and alarm) of the best."""
    return replace(
        middle,
        prove=_span(worst.prove, best.prove),
        refute=_span(worst.refute, best.refute),
        alarm=best.alarm,
    )


def _span(worst: Interval, best: Interval) -> Interval:
    return Interval(min(worst.low, best.low), max(worst.high, best.high))
