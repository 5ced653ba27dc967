"""How slow it is under each load: from the middle of the answers to the slowest twentieth."""

from collections.abc import Sequence
from dataclasses import dataclass

from pilots.charts.palette import PAGE, Palette
from pilots.charts.scale import Scale, label, placeable
from pilots.charts.shapes import stroke
from pilots.charts.svg import Svg, drawing, element
from pilots.charts.words import FONT_SIZE, Caption, caption

_ROW, _TOP = 30.0, 4.0
_NAMES = 0.26


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """One load. An end is None where it lies beyond every answer: too many did not come."""

    name: str
    p50: float | None
    p95: float | None


def loads(
    spans: Sequence[Span], *, unit: str, title: str, width: float = 360, palette: Palette = PAGE
) -> Svg:
    """A drawing `width` units wide, a line a load in the order given, all on one scale from zero."""
    left = width * _NAMES
    known = [end for span in spans for end in (span.p50, span.p95) if placeable(end) is not None]
    scale = Scale(
        0, max((float(end) for end in known if end is not None), default=1.0) or 1.0, left, width - 62
    )
    marks: list[Svg] = []
    for index, span in enumerate(spans):
        marks += _line(span, _TOP + index * _ROW, scale, unit, palette)
    return drawing(
        *marks,
        width=width,
        height=2 * _TOP + _ROW * max(len(spans), 1),
        title=title,
        description=describe(spans, unit=unit),
        attributes=palette.outer("loads"),
    )


def describe(spans: Sequence[Span], *, unit: str) -> str:
    if not spans:
        return "No load was named."
    return " ".join(
        f"{each.name}: half within {_said(each.p50, unit)}, 95 % within {_said(each.p95, unit)}."
        for each in spans
    )


def _said(end: float | None, unit: str) -> str:
    return "no time that can be said" if placeable(end) is None else label(end, unit=unit, digits=3)


def _line(span: Span, top: float, scale: Scale, unit: str, palette: Palette) -> list[Svg]:
    """An open end runs into the margin as an arrow."""
    y = top + _ROW / 2
    most = int((scale.start - 8) / (FONT_SIZE * 0.53))
    name = span.name if len(span.name) <= most else f"{span.name[: most - 1].rstrip()}…"
    marks = [caption(Caption(0, y + 4, name), palette, "ink")]
    if span.p50 is None:
        return [*marks, caption(Caption(scale.start, y + 4, "most did not come"), palette, "muted")]
    start = scale(span.p50)
    end = scale.end + 6 if span.p95 is None else scale(span.p95)
    paint = palette.paint(stroke="accent")
    marks.append(stroke(f"M{start:.1f},{y:.1f}H{end:.1f}", paint, width=2))
    if span.p95 is None:
        marks.append(stroke(f"M{end - 5:.1f},{y - 4:.1f}l5,4l-5,4", paint, width=2))
    else:
        marks.append(stroke(f"M{end:.1f},{y - 6:.1f}v12", paint, width=2))
    marks.append(element("circle", {"cx": start, "cy": y, "r": 4}, paint=palette.paint(fill="accent")))
    words = "open" if span.p95 is None else label(span.p95, unit=unit, digits=3)
    return [*marks, caption(Caption(end + 6, y + 4, words), palette, "muted")]
