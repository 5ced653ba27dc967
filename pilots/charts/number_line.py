"""One metric on a line: where it may not go, where it should go, and where it is, with its interval."""

from dataclasses import dataclass
from typing import Literal

from pilots.charts.palette import PAGE, Palette, Token
from pilots.charts.scale import (
    Scale,
    axis_labels,
    domain,
    finite,
    known,
    label,
    placeable,
    ticks,
    within_reach,
)
from pilots.charts.shapes import Box, dots, hatch, rect, stroke
from pilots.charts.svg import Attribute, Svg, drawing, element, number, path
from pilots.charts.words import Anchor, Caption, caption, placed

Better = Literal["lower", "higher"]

_HEIGHT = 66
_TOP, _BAND = 20.0, 24.0
_MIDDLE = _TOP + _BAND / 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """What the line shows, all in one unit. None and NaN mean not known.

    `low` and `high` are the ends of the interval; infinite ends, and ends too far away to show, are drawn as open
    arrows. `limit` bounds the harm zone on the bad side, `goal` the goal zone on the good side; `reference` is the
    value before.
    """

    estimate: float | None = None
    low: float | None = None
    high: float | None = None
    limit: float | None = None
    goal: float | None = None
    reference: float | None = None
    better: Better = "lower"
    unit: str = ""


def number_line(
    reading: Reading, *, title: str, width: float = 320, signed: bool = False, palette: Palette = PAGE
) -> Svg:
    """A drawing `width` by 66 units. `signed` writes a plus before positive values: a change, not a level."""
    plot = Box(8, _TOP, width - 16, _BAND)
    scale = Scale(*_range(reading), plot.x, plot.x + plot.width)
    marks = [
        *_zones(reading, plot, scale, palette),
        *_axis(reading, plot, scale, palette),
        *_thresholds(reading, scale, palette),
        *_captions(reading, width, scale, signed, palette),
        *_interval(reading, scale, palette),
        *_estimate(reading, scale, palette),
    ]
    return drawing(
        *marks,
        width=width,
        height=_HEIGHT,
        title=title,
        description=describe(reading, signed=signed),
        attributes=palette.outer("line"),
    )


def describe(reading: Reading, *, signed: bool = False) -> str:
    """The reading as a sentence, so that nobody needs to see the drawing."""

    def say(value: float | None, digits: int = 3) -> str:
        return label(value, unit=reading.unit, signed=signed, digits=digits)

    parts = ["No value yet" if known(reading.estimate) is None else f"Now {say(reading.estimate)}"]
    low, high = known(reading.low), known(reading.high)
    if low is not None and high is not None:
        parts.append(f"interval from {say(low)} to {say(high)}")
    named = (("limit", reading.limit), ("goal", reading.goal), ("before", reading.reference))
    parts += [f"{name} {say(value, 4)}" for name, value in named if known(value) is not None]
    return f"{'; '.join(parts)}. {reading.better.capitalize()} is better."


def _range(reading: Reading) -> tuple[float, float]:
    """Holds every threshold and the estimate; of a far wider interval, twice their spread on each side."""
    core = finite([reading.estimate, reading.limit, reading.goal, reading.reference])
    return domain(core + within_reach(core, finite([reading.low, reading.high]), reach=2), padding=0.22)


def _zones(reading: Reading, plot: Box, scale: Scale, palette: Palette) -> list[Svg]:
    """Harm is hatched, goal is dotted: the zones are told apart without colour."""
    marks = [rect(plot, palette.paint(fill="sunken"))]
    lower = reading.better == "lower"
    goal, limit = placeable(reading.goal), placeable(reading.limit)
    if goal is not None:
        box = _beyond(goal, plot, scale, to_the_right=not lower)
        texture: dict[str, Attribute] = {"d": dots(box), "stroke-width": 1.2, "stroke-linecap": "round"}
        marks.append(rect(box, palette.paint(fill="go-soft")))
        marks.append(element("path", texture, paint=palette.paint(stroke="go")))
    if limit is not None:
        box = _beyond(limit, plot, scale, to_the_right=lower)
        marks.append(rect(box, palette.paint(fill="stop-soft")))
        marks.append(stroke(hatch(box), palette.paint(stroke="stop"), width=0.7))
    return marks


def _beyond(value: float, plot: Box, scale: Scale, *, to_the_right: bool) -> Box:
    x = scale(value)
    if to_the_right:
        return Box(x, plot.y, plot.right - x, plot.height)
    return Box(plot.x, plot.y, x - plot.x, plot.height)


def _axis(reading: Reading, plot: Box, scale: Scale, palette: Palette) -> list[Svg]:
    values = ticks(scale.low, scale.high, about=4)
    notches = "".join(f"M{number(scale(value))},{number(plot.bottom)}v4" for value in values)
    line = f"M{number(plot.x)},{number(plot.bottom)}h{number(plot.width)}{notches}"
    numbers = [
        Caption(scale(value), plot.bottom + 15, words, "middle").within(0, plot.right + plot.x)
        for value, words in zip(values, axis_labels(values, unit=reading.unit), strict=True)
    ]
    written = [caption(numbers[index], palette, "muted") for index in placed(numbers)]
    return [stroke(line, palette.paint(stroke="edge")), *written]


def _thresholds(reading: Reading, scale: Scale, palette: Palette) -> list[Svg]:
    shapes: tuple[tuple[float | None, Token, str | None], ...] = (
        (placeable(reading.reference), "muted", "1.5 2.5"),
        (placeable(reading.goal), "go", None),
        (placeable(reading.limit), "stop", "5 2"),
    )
    ends = f"{number(_TOP - 4)}V{number(_TOP + _BAND)}"
    return [
        stroke(f"M{number(scale(value))},{ends}", palette.paint(stroke=tone), width=1.5, dashes=dashes)
        for value, tone, dashes in shapes
        if value is not None
    ]


def _captions(reading: Reading, width: float, scale: Scale, signed: bool, palette: Palette) -> list[Svg]:
    """Names of the thresholds, each over its own zone; one without room is left to the description."""
    lower = reading.better == "lower"
    wanted: tuple[tuple[str, float | None, Token, Anchor], ...] = (
        ("limit", placeable(reading.limit), "stop", "start" if lower else "end"),
        ("goal", placeable(reading.goal), "go", "end" if lower else "start"),
        ("before", placeable(reading.reference), "muted", "middle"),
    )
    tones: list[Token] = [tone for _, value, tone, _ in wanted if value is not None]
    captions = [
        Caption(scale(value), _TOP - 7, f"{name} {label(value, signed=signed)}", anchor).within(0, width)
        for name, value, _, anchor in wanted
        if value is not None
    ]
    return [caption(captions[index], palette, tones[index]) for index in placed(captions)]


def _interval(reading: Reading, scale: Scale, palette: Palette) -> list[Svg]:
    low, high = known(reading.low), known(reading.high)
    if low is None or high is None:
        return []
    start, end = scale(low), scale(high)
    left = _cap(start, outward=-1, open_end=not scale.contains(low))
    right = _cap(end, outward=1, open_end=not scale.contains(high))
    tone, bar = palette.paint(stroke="accent"), f"M{number(start)},{number(_MIDDLE)}H{number(end)}"
    rim = stroke(bar, palette.paint(stroke="surface"), width=7)
    return [rim, stroke(bar, tone, width=4), stroke(left + right, tone, width=2)]


def _cap(x: float, *, outward: int, open_end: bool) -> str:
    """A closed end is a bar across; an open one is an arrow that leaves the drawing."""
    if open_end:
        return path([(x - outward * 7, _MIDDLE - 6), (x, _MIDDLE), (x - outward * 7, _MIDDLE + 6)])
    return f"M{number(x)},{number(_MIDDLE - 6)}v12"


def _estimate(reading: Reading, scale: Scale, palette: Palette) -> list[Svg]:
    value = placeable(reading.estimate)
    if value is None:
        return []
    x = scale(value)
    diamond = path([(x - 6, _MIDDLE), (x, _MIDDLE - 6), (x + 6, _MIDDLE), (x, _MIDDLE + 6)], closed=True)
    shape: dict[str, Attribute] = {"d": diamond, "stroke-width": 1.5}
    return [element("path", shape, paint=palette.paint(fill="ink", stroke="surface"))]
