"""From a gain to what is left of it: one bar a line, each beginning where the one before ended."""

from collections.abc import Sequence
from dataclasses import dataclass

from pilots.charts.palette import PAGE, Palette, Token
from pilots.charts.scale import Scale, axis_labels, domain, finite, label, placeable, ticks, within_reach
from pilots.charts.shapes import Box, hatch, rect, stroke
from pilots.charts.svg import Svg, drawing, number
from pilots.charts.words import FONT_SIZE, Caption, caption, placed

_ROW, _TOP, _FOOT = 30.0, 8.0, 24.0
_NAMES = 0.34
"""Share of the width that the names take."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One line: `value` adds to what stands before it (plus is a gain); None is not known and moves nothing.

    `low` and `high` are the ends of its interval."""

    name: str
    value: float | None
    low: float | None = None
    high: float | None = None


def waterfall(
    steps: Sequence[Step],
    *,
    total: Step,
    title: str,
    unit: str = "",
    width: float = 640,
    palette: Palette = PAGE,
) -> Svg:
    """A drawing `width` units wide and as high as it has lines; the total stands below them, with its interval."""
    height = _TOP + _ROW * (len(steps) + 1) + _FOOT
    plot = Box(width * _NAMES, _TOP, width * (1 - _NAMES) - 76, height - _TOP - _FOOT)
    ends = _ends(steps)
    scale = Scale(*_range(ends, total), plot.x, plot.right)
    marks = [*_axis(scale, plot, unit, palette)]
    for index, (step, (start, end)) in enumerate(zip(steps, ends, strict=True)):
        marks += _line(step, start, end, _TOP + _ROW * index, scale, plot, palette)
    marks += _total(total, _TOP + _ROW * len(steps), scale, plot, palette)
    return drawing(
        *marks,
        width=width,
        height=height,
        title=title,
        description=describe(steps, total=total, unit=unit),
        attributes=palette.outer("waterfall"),
    )


def describe(steps: Sequence[Step], *, total: Step, unit: str = "") -> str:
    """Every line and the total in words."""
    parts = [f"{step.name} {_said(step, unit)}" for step in (*steps, total)]
    return f"{'; '.join(parts)}. Plus is a gain." if steps else "Nothing is measured yet."


def _said(step: Step, unit: str) -> str:
    if step.value is None:
        return "not known yet"
    value = label(step.value, unit=unit, signed=True, digits=3)
    if step.low is None or step.high is None:
        return value
    return f"{value}, interval from {label(step.low, unit=unit, digits=3)} to {label(step.high, unit=unit, digits=3)}"


def _ends(steps: Sequence[Step]) -> list[tuple[float, float]]:
    at, found = 0.0, []
    for step in steps:
        value = placeable(step.value) or 0.0
        found.append((at, at + value))
        at += value
    return found


def _range(ends: list[tuple[float, float]], total: Step) -> tuple[float, float]:
    core = finite([0.0, total.value, *(end for pair in ends for end in pair)])
    return domain(core + within_reach(core, finite([total.low, total.high]), reach=1), padding=0.06)


def _axis(scale: Scale, plot: Box, unit: str, palette: Palette) -> list[Svg]:
    values = ticks(scale.low, scale.high, about=4)
    grid = "".join(f"M{number(scale(value))},{number(plot.y)}v{number(plot.height)}" for value in values)
    zero = f"M{number(scale(0))},{number(plot.y)}v{number(plot.height)}"
    numbers = [
        Caption(scale(value), plot.bottom + 16, words, "middle")
        for value, words in zip(values, axis_labels(values, unit=unit), strict=True)
    ]
    marks = [stroke(grid, palette.paint(stroke="line")), stroke(zero, palette.paint(stroke="edge"))]
    return marks + [caption(numbers[index], palette, "muted") for index in placed(numbers)]


def _line(
    step: Step, start: float, end: float, top: float, scale: Scale, plot: Box, palette: Palette
) -> list[Svg]:
    """Losses are hatched, so that they are told from gains without colour."""
    name = _name(step.name, top, plot, palette)
    if placeable(step.value) is None:
        return [name, caption(Caption(scale(start) + 6, top + 19, "not known yet"), palette, "muted")]
    tone: Token = "go" if end >= start else "stop"
    left, right = sorted((scale(start), scale(end)))
    box = Box(left, top + 6, max(right - left, 1), _ROW - 12)
    marks = [name, rect(box, palette.paint(fill="go" if end >= start else "stop-soft"))]
    if end < start:
        marks += [
            stroke(hatch(box, step=5), palette.paint(stroke="stop")),
            stroke(_rim(box), palette.paint(stroke="stop")),
        ]
    drop = f"M{number(scale(end))},{number(top + 6)}v{number(_ROW)}"
    marks.append(stroke(drop, palette.paint(stroke="edge"), dashes="2 2"))
    figure = Caption(right + 6, top + 19, label(step.value, signed=True, digits=3), over_lines=True)
    return [*marks, caption(figure, palette, tone)]


def _total(total: Step, top: float, scale: Scale, plot: Box, palette: Palette) -> list[Svg]:
    marks = [
        stroke(
            f"M0,{number(top)}H{number(plot.right + 70)}",
            palette.paint(stroke="edge"),
        ),
        _name(total.name, top, plot, palette),
    ]
    value = placeable(total.value)
    if value is None:
        return [*marks, caption(Caption(scale(0) + 6, top + 19, "not known yet"), palette, "muted")]
    left, right = sorted((scale(0), scale(value)))
    middle = top + _ROW / 2
    marks.append(rect(Box(left, top + 6, max(right - left, 1), _ROW - 12), palette.paint(fill="accent")))
    low, high = total.low, total.high
    if low is not None and high is not None:
        start, end = scale(low), scale(high)
        caps = f"M{number(start)},{number(middle - 6)}v12M{number(end)},{number(middle - 6)}v12"
        bar = f"M{number(start)},{number(middle)}H{number(end)}"
        marks.append(stroke(bar + caps, palette.paint(stroke="surface"), width=5))
        marks.append(stroke(bar + caps, palette.paint(stroke="ink"), width=2))
        right = max(right, end)
    figure = Caption(right + 6, top + 19, label(value, signed=True, digits=3), over_lines=True)
    return [*marks, caption(figure, palette, "ink")]


def _name(name: str, top: float, plot: Box, palette: Palette) -> Svg:
    """Cut where it would run into the bars; the description has it whole."""
    most = int((plot.x - 8) / (FONT_SIZE * 0.53))
    shown = name if len(name) <= most else f"{name[: most - 1].rstrip()}…"
    return caption(Caption(0, top + 19, shown), palette, "ink")


def _rim(box: Box) -> str:
    return f"M{number(box.x)},{number(box.y)}h{number(box.width)}v{number(box.height)}h{number(-box.width)}Z"
