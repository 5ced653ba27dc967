"""What an interval is: two ends, either of which may be infinite."""

import math
from dataclasses import dataclass
from typing import Self


@dataclass(frozen=True, slots=True)
class Interval:
    """A closed interval of the real line; an end of ±inf means "not bounded by the data yet".

    Raises ValueError when an end is not a number or when the ends are swapped.
    """

    low: float
    high: float

    def __post_init__(self) -> None:
        if math.isnan(self.low) or math.isnan(self.high):
            raise ValueError(f"An interval needs two numbers, got {self.low} and {self.high}.")
        if self.low > self.high:
            raise ValueError(f"The lower end {self.low} lies above the upper end {self.high}: swap them.")

    @classmethod
    def everything(cls) -> Self:
        """The whole line: nothing is known."""
        return cls(-math.inf, math.inf)

    @classmethod
    def around(cls, centre: float, half_width: float) -> Self:
        return cls(centre - half_width, centre + half_width)

    @property
    def width(self) -> float:
        return self.high - self.low

    @property
    def is_bounded(self) -> bool:
        """Both ends are finite."""
        return math.isfinite(self.low) and math.isfinite(self.high)

    def contains(self, value: float) -> bool:
        return self.low <= value <= self.high

    def shift(self, by: float) -> "Interval":
        return Interval(self.low + by, self.high + by)

    def negate(self) -> "Interval":
        """Mirrored at zero, so that "lower is better" can be read as "higher is better"."""
        return Interval(-self.high, -self.low)

    def scale(self, by: float) -> "Interval":
        """Each end times `by`, which must be above zero."""
        if by <= 0:
            raise ValueError(
                f"Scale an interval by a number above zero, not {by}; use negate() to mirror it."
            )
        return Interval(self.low * by, self.high * by)

    def minus(self, other: "Interval") -> "Interval":
        """Every difference of a value here and a value there: holds when both intervals hold."""
        return Interval(self.low - other.high, self.high - other.low)

    def intersection(self, other: "Interval") -> "Interval | None":
        """What both contain, or None when they have nothing in common."""
        low, high = max(self.low, other.low), min(self.high, other.high)
        return Interval(low, high) if low <= high else None
