"""From numbers to places on the drawing, and to the round numbers on its axis."""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

_STEPS = (1.0, 2.0, 2.5, 5.0, 10.0)


@dataclass(frozen=True, slots=True)
class Scale:
    """Maps [low, high] to [start, end]. Values outside, infinities included, are clipped to the ends."""

    low: float
    high: float
    start: float
    end: float

    def __call__(self, value: float) -> float:
        if value <= self.low:
            return self.start
        if value >= self.high:
            return self.end
        return self.start + (value - self.low) / (self.high - self.low) * (self.end - self.start)

    def contains(self, value: float) -> bool:
        return self.low <= value <= self.high


def known(value: float | None) -> float | None:
    """The value, or None where it is missing or NaN. Infinities stay."""
    return None if value is None or math.isnan(value) else float(value)


def placeable(value: float | None) -> float | None:
    """The value, or None where it has no place on an axis: missing, NaN or infinite."""
    return float(value) if value is not None and math.isfinite(value) else None


def finite(values: Iterable[float | None]) -> list[float]:
    """The placeable values, in order."""
    return [value for value in map(placeable, values) if value is not None]


def domain(values: Iterable[float | None], *, padding: float = 0.08) -> tuple[float, float]:
    """A range that holds every finite value with `padding` (a share of the spread) on both sides.

    Equal values get a range around them, no values get (0, 1): the result always has high > low.
    """
    placed = finite(values)
    if not placed:
        return 0.0, 1.0
    low, high = min(placed), max(placed)
    room = (high - low) * padding
    if high - low <= abs(high) * 1e-9:
        room = abs(high) * 0.1 or 1.0
    return low - room, high + room


def within_reach(core: list[float], ends: list[float], *, reach: float) -> list[float]:
    """`ends`, none further from `core` than `reach` times its spread: one wild interval must not flatten the rest."""
    low, high = min(core, default=0.0), max(core, default=0.0)
    if high <= low:
        return ends
    lowest, highest = low - (high - low) * reach, high + (high - low) * reach
    return [min(max(end, lowest), highest) for end in ends]


def ticks(low: float, high: float, *, about: int = 4) -> list[float]:
    """Round numbers (1, 2, 2.5 or 5 times a power of ten) inside [low, high], at most `about` + 2 of them."""
    raw = (high - low) / max(about, 1)
    magnitude = 10.0 ** math.floor(math.log10(raw))
    step = next(multiple * magnitude for multiple in _STEPS if multiple * magnitude >= raw * 0.999)
    first = math.ceil(low / step - 1e-9)
    last = math.floor(high / step + 1e-9)
    return [float(f"{index * step:.12g}") for index in range(first, last + 1)]


def label(value: float | None, *, unit: str = "", signed: bool = False, digits: int = 4) -> str:
    """A number for the eye: `digits` significant ones below 1000, a true minus sign, the unit after a hard space.

    Thresholds keep the default, so that a limit of 99.95 is not shown as 100; estimates take three.
    """
    if value is None or math.isnan(value):
        return "not known"
    if math.isinf(value):
        return "no upper end" if value > 0 else "no lower end"
    figures = f"{value:,.0f}" if abs(value) >= 1000 else f"{value:.{digits}g}"
    if "e" in figures:
        figures = f"{value:.1e}"
    if float(figures.replace(",", "")) == 0:
        figures = "0"  # not -0
    sign = "+" if signed and value > 0 else ""
    written = f"{sign}{figures}".replace("-", "\u2212").replace(",", "\u202f")
    return f"{written}\u00a0{unit}" if unit else written


def axis_labels(values: Sequence[float], *, unit: str = "") -> list[str]:
    """Labels of the ticks with as many decimals as the step needs, the unit on the last one alone."""
    if len(values) < 2:
        return [label(value, unit=unit) for value in values]
    step = values[1] - values[0]
    decimals = max(0, -math.floor(math.log10(step) + 1e-9))
    if round(step, decimals) != float(f"{step:.6g}"):
        decimals += 1
    written = [f"{value:,.{decimals}f}".replace("-", "\u2212").replace(",", "\u202f") for value in values]
    return [*written[:-1], f"{written[-1]}\u00a0{unit}" if unit else written[-1]]
