"""The evaluation window as a bar: phases, what has passed, today."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise
from typing import Literal

from pilots.charts.dates import day, day_and_year
from pilots.charts.palette import PAGE, Palette, Token
from pilots.charts.scale import Scale
from pilots.charts.shapes import Box, hatch, rect, stroke
from pilots.charts.svg import Svg, drawing, number, path
from pilots.charts.words import Caption, caption, placed

PhaseKind = Literal["planned", "extension"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Phase:
    """A stretch of the window; `end` is the day after its last day. Extensions are hatched."""

    name: str
    start: date
    end: date
    kind: PhaseKind = "planned"


def window_bar(
    phases: Sequence[Phase],
    *,
    today: date,
    title: str = "Evaluation window",
    width: float = 96,
    labels: bool = False,
    palette: Palette = PAGE,
) -> Svg:
    """A bar `width` units wide; with `labels` (pilot page) it is taller and names its phases and first days.

    Phases are drawn in order of their start, empty ones left out. When the window is over, today's mark stands at
    the right end in the colour of warnings.
    """
    drawn = sorted((phase for phase in phases if phase.end > phase.start), key=lambda phase: phase.start)
    bar = Box(1, 8, width - 2, 14) if labels else Box(1, 4, width - 2, 8)
    marks = (
        _window(drawn, today, bar, labels, palette) if drawn else [rect(bar, palette.paint(fill="sunken"))]
    )
    return drawing(
        *marks,
        width=width,
        height=bar.height + 2 * bar.y + (26 if labels else 0),
        title=title,
        description=_describe(drawn, today),
        attributes=palette.outer("window"),
    )


def _window(phases: Sequence[Phase], today: date, bar: Box, labels: bool, palette: Palette) -> list[Svg]:
    first, last = phases[0].start, max(phase.end for phase in phases)
    scale = Scale(first.toordinal(), last.toordinal(), bar.x, bar.right)
    marks = [mark for phase in phases for mark in _stretch(phase, today, bar, scale, palette)]
    marks.append(_outline(bar, palette))
    marks += [_gap(scale(later.start.toordinal()), bar, palette) for _, later in pairwise(phases)]
    marks += _captions(phases, last, bar, scale, palette) if labels else []
    return [*marks, _mark_of_today(today, last, bar, scale, palette)]


def _stretch(phase: Phase, today: date, bar: Box, scale: Scale, palette: Palette) -> list[Svg]:
    """One phase: what is passed in the accent, what is to come in the colour of lines."""
    start, end = scale(phase.start.toordinal()), scale(phase.end.toordinal())
    now = min(max(scale(today.toordinal()), start), end)
    passed, to_come = Box(start, bar.y, now - start, bar.height), Box(now, bar.y, end - now, bar.height)
    parts: tuple[tuple[Box, Token, Token], ...] = ((passed, "accent", "surface"), (to_come, "line", "edge"))
    marks = []
    for box, tone, texture in parts:
        if box.width:
            marks.append(rect(box, palette.paint(fill=tone)))
            if phase.kind == "extension":
                marks.append(stroke(hatch(box, step=4), palette.paint(stroke=texture)))
    return marks


def _outline(bar: Box, palette: Palette) -> Svg:
    """A rim of enough contrast, so that the whole length of the window can be seen."""
    corners = [(bar.x, bar.y), (bar.right, bar.y), (bar.right, bar.bottom), (bar.x, bar.bottom)]
    return stroke(path(corners, closed=True), palette.paint(stroke="edge"), width=0.8)


def _gap(x: float, bar: Box, palette: Palette) -> Svg:
    return rect(Box(x - 1, bar.y, 2, bar.height), palette.paint(fill="surface"))


def _mark_of_today(today: date, last: date, bar: Box, scale: Scale, palette: Palette) -> Svg:
    x, above, below = scale(today.toordinal()), bar.y - 3, bar.bottom + 3
    tone: Token = "warn" if today >= last else "ink"
    return stroke(f"M{number(x)},{number(above)}V{number(below)}", palette.paint(stroke=tone), width=2)


def _captions(phases: Sequence[Phase], last: date, bar: Box, scale: Scale, palette: Palette) -> list[Svg]:
    """Names under the bar, first days below, the end of the window on the right; as far as they find room."""
    y, right = bar.bottom, bar.right
    starts = [scale(phase.start.toordinal()) for phase in phases]
    names = [Caption(x, y + 16, phase.name).within(0, right) for x, phase in zip(starts, phases, strict=True)]
    days = [Caption(right, y + 29, f"ends {day(last - timedelta(days=1))}", "end")]
    days += [Caption(x, y + 29, day(phase.start)) for x, phase in zip(starts, phases, strict=True)]
    marks = [caption(names[index], palette, "ink") for index in placed(names)]
    return marks + [caption(days[index], palette, "muted") for index in placed(days)]


def _describe(phases: Sequence[Phase], today: date) -> str:
    if not phases:
        return "No window is set."
    first, last = phases[0].start, max(phase.end for phase in phases)
    if today < first:
        state = f"starts in {_days(first - today)}"
    elif today < last:
        state = f"day {(today - first).days + 1} of {(last - first).days}, {_days(last - today)} left"
    else:
        state = f"over for {_days(today - last + timedelta(days=1))}"
    names = "; ".join(f"{phase.name} from {day(phase.start)}" for phase in phases)
    return f"{day_and_year(first)} to {day_and_year(last - timedelta(days=1))}: {state}. {names}."


def _days(span: timedelta) -> str:
    return "1 day" if span.days == 1 else f"{span.days} days"
