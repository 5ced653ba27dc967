"""Causes by how often they came: the few that make most of it stand first."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate

from pilots.charts.palette import PAGE, Palette
from pilots.charts.scale import Scale
from pilots.charts.shapes import Box, hatch, rect, stroke
from pilots.charts.svg import Svg, drawing
from pilots.charts.words import FONT_SIZE, Caption, caption

_ROW, _TOP = 26.0, 4.0
_NAMES = 0.4


@dataclass(frozen=True, slots=True, kw_only=True)
class Bar:
    """One cause; `silent` of its `count` were told to nobody."""

    name: str
    count: int
    silent: int = 0


def pareto(bars: Sequence[Bar], *, title: str, width: float = 560, palette: Palette = PAGE) -> Svg:
    """A drawing `width` units wide, a line a cause, the most frequent first, each with the share up to it."""
    ordered = sorted(bars, key=lambda bar: (-bar.count, bar.name))
    left, room = width * _NAMES, width * (1 - _NAMES) - 96
    scale = Scale(0, max((bar.count for bar in ordered), default=1) or 1, left, left + room)
    total = sum(bar.count for bar in ordered)
    marks: list[Svg] = []
    for index, (bar, so_far) in enumerate(
        zip(ordered, accumulate(bar.count for bar in ordered), strict=True)
    ):
        marks += _line(bar, so_far / total if total else 0, _TOP + index * _ROW, scale, palette)
    return drawing(
        *marks,
        width=width,
        height=2 * _TOP + _ROW * max(len(ordered), 1),
        title=title,
        description=describe(ordered),
        attributes=palette.outer("pareto"),
    )


def describe(bars: Sequence[Bar]) -> str:
    if not bars:
        return "No failure yet."
    told = (f"{bar.name} {bar.count}{f', {bar.silent} of them silent' if bar.silent else ''}" for bar in bars)
    return f"{'; '.join(told)}."


def _line(bar: Bar, share: float, top: float, scale: Scale, palette: Palette) -> list[Svg]:
    """The silent part is hatched in the colour of stop."""
    most = int((scale.start - 8) / (FONT_SIZE * 0.53))
    name = bar.name if len(bar.name) <= most else f"{bar.name[: most - 1].rstrip()}…"
    whole = Box(scale.start, top + 4, max(scale(bar.count) - scale.start, 1), _ROW - 8)
    marks = [
        caption(Caption(0, top + 17, name), palette, "ink"),
        rect(whole, palette.paint(fill="accent-soft")),
        stroke(
            f"M{whole.x:.1f},{whole.y:.1f}h{whole.width:.1f}v{whole.height:.1f}h{-whole.width:.1f}Z",
            palette.paint(stroke="accent"),
        ),
    ]
    if bar.silent:
        part = Box(whole.x, whole.y, max(scale(bar.silent) - scale.start, 1), whole.height)
        marks += [
            rect(part, palette.paint(fill="stop-soft")),
            stroke(hatch(part, step=5), palette.paint(stroke="stop")),
        ]
    words = f"{bar.count}  ({100 * share:.0f} %)"
    return [*marks, caption(Caption(whole.right + 6, top + 17, words), palette, "muted")]
