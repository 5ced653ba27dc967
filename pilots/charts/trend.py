"""The course of one metric over the pilot: line, band, baseline, stop line, phases, changes and firings."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from pilots.charts.axes import date_axis, value_axis
from pilots.charts.dates import day_and_year
from pilots.charts.palette import PAGE, Palette, Token
from pilots.charts.scale import Scale, domain, finite, known, label, placeable, within_reach
from pilots.charts.shapes import Box, rect, stroke
from pilots.charts.strokes import runs
from pilots.charts.svg import Attribute, Svg, drawing, element, number, path
from pilots.charts.window_bar import Phase
from pilots.charts.words import Caption, caption, placed


@dataclass(frozen=True, slots=True, kw_only=True)
class Point:
    """One day or week. A `value` of None or NaN is a gap; `low` and `high`, its interval, may be infinite."""

    at: date
    value: float | None
    low: float | None = None
    high: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """Something that was changed on a day: prompt, model, price, scope."""

    at: date
    label: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Trend:
    """Everything one drawing shows. `firings` are the days on which a stop trigger fired."""

    points: Sequence[Point]
    unit: str = ""
    baseline: float | None = None
    stop: float | None = None
    phases: Sequence[Phase] = ()
    changes: Sequence[Change] = ()
    firings: Sequence[date] = ()


def trend(
    shown: Trend, *, title: str, width: float = 420, height: float = 200, palette: Palette = PAGE
) -> Svg:
    """A drawing of `width` by `height` units. The description says in words what the drawing shows."""
    plot = Box(46, 22, width - 46 - 10, height - 22 - 24)
    across = _days(shown, plot)
    up = Scale(*_values(shown), plot.bottom, plot.y)
    marks = [
        *_phases(shown, plot, across, palette),
        *value_axis(up, plot, unit=shown.unit, palette=palette),
        *date_axis(across, plot, palette=palette),
        *_band(shown.points, across, up, palette),
        *_changes(shown, plot, across, palette),
        *_course(shown.points, across, up, palette),
        *_references(shown, plot, up, palette),
        *_firings(shown, across, up, palette),
    ]
    return drawing(
        *marks,
        width=width,
        height=height,
        title=title,
        description=describe(shown),
        attributes=palette.outer("trend"),
    )


def describe(shown: Trend) -> str:
    """One paragraph: how long, where it stands, against what, and what happened."""
    points = [point for point in shown.points if finite([point.value])]
    if not points:
        return "No values yet."
    last = points[-1]
    low, high = known(last.low), known(last.high)
    interval = ""
    if low is not None and high is not None:
        interval = f", interval from {_say(low, shown)} to {_say(high, shown)}"
    count = "1 value" if len(points) == 1 else f"{len(points)} values"
    parts = [f"{count}, {day_and_year(points[0].at)} to {day_and_year(last.at)}"]
    parts.append(f"last {_say(last.value, shown)}{interval}")
    named = (("baseline", shown.baseline), ("stop line", shown.stop))
    parts += [f"{name} {label(value, unit=shown.unit)}" for name, value in named if finite([value])]
    if shown.firings:
        parts.append("fired on " + ", ".join(day_and_year(at) for at in sorted(shown.firings)))
    parts += [
        f"{change.label} on {day_and_year(change.at)}" for change in sorted(shown.changes, key=lambda c: c.at)
    ]
    return "; ".join(parts) + "."


def _say(value: float | None, shown: Trend) -> str:
    return label(value, unit=shown.unit, digits=3)


def _days(shown: Trend, plot: Box) -> Scale:
    days = [point.at.toordinal() for point in shown.points]
    days += [edge.toordinal() for phase in shown.phases for edge in (phase.start, phase.end)]
    first, last = (min(days), max(days)) if days else (0, 0)
    if first == last:  # one day stands in the middle
        first, last = first - 1, last + 1
    return Scale(first, last, plot.x, plot.right)


def _values(shown: Trend) -> tuple[float, float]:
    """Holds every value and both reference lines; of a far wider band, their spread again on each side."""
    core = finite([*(point.value for point in shown.points), shown.baseline, shown.stop])
    ends = finite(end for point in shown.points for end in (point.low, point.high))
    return domain(core + within_reach(core, ends, reach=1), padding=0.1)


def _phases(shown: Trend, plot: Box, across: Scale, palette: Palette) -> list[Svg]:
    """Every second phase is shaded, each is named at its foot where the name fits."""
    marks = []
    for index, phase in enumerate(sorted(shown.phases, key=lambda phase: phase.start)):
        start, end = across(phase.start.toordinal()), across(phase.end.toordinal())
        if index % 2:
            marks.append(rect(Box(start, plot.y, end - start, plot.height), palette.paint(fill="sunken")))
        name = Caption(start + 4, plot.bottom - 6, phase.name, over_lines=True)
        if name.span[1] <= end:
            marks.append(caption(name, palette, "muted"))
    return marks


def _band(points: Sequence[Point], across: Scale, up: Scale, palette: Palette) -> list[Svg]:
    """The interval as an area; where an end is infinite it runs into the edge of the plot."""
    edges = []
    for point in points:
        low, high, x = known(point.low), known(point.high), across(point.at.toordinal())
        edges.append(None if low is None or high is None else ((x, up(low)), (x, up(high))))
    marks = []
    for stretch in runs(edges):
        if len(stretch) == 1:
            bar: dict[str, Attribute] = {"d": path(stretch[0]), "stroke-width": 3, "opacity": "0.35"}
            marks.append(element("path", bar, paint=palette.paint(stroke="accent")))
            continue
        outline = [upper for _, upper in stretch] + [lower for lower, _ in reversed(stretch)]
        area = {"d": path(outline, closed=True), "opacity": "0.16"}
        marks.append(element("path", area, paint=palette.paint(fill="accent")))
    return marks


def _references(shown: Trend, plot: Box, up: Scale, palette: Palette) -> list[Svg]:
    """The stop line dashed, the baseline dotted, named at the right end; of two names too close, the first stays."""
    lines: tuple[tuple[str, float | None, Token, str], ...] = (
        ("stop", placeable(shown.stop), "stop", "7 3"),
        ("before", placeable(shown.baseline), "muted", "1.5 3"),
    )
    marks: list[Svg] = []
    taken: list[float] = []
    for name, value, tone, dashes in lines:
        if value is None:
            continue
        y = up(value)
        course = f"M{number(plot.x)},{number(y)}h{number(plot.width)}"
        marks.append(stroke(course, palette.paint(stroke=tone), width=1.5, dashes=dashes))
        if all(abs(y - other) >= 13 for other in taken):
            taken.append(y)
            words = Caption(plot.right, y - 4, f"{name} {label(value)}", "end", over_lines=True)
            marks.append(caption(words, palette, tone))
    return marks


def _changes(shown: Trend, plot: Box, across: Scale, palette: Palette) -> list[Svg]:
    """A thin line with a triangle on top of the plot and the label beside it, as far as labels find room."""
    ordered = sorted(shown.changes, key=lambda change: change.at)
    places = [across(change.at.toordinal()) for change in ordered]
    ink, marks = palette.paint(fill="ink"), []
    for x in places:
        tip = path([(x - 4, plot.y - 7), (x + 4, plot.y - 7), (x, plot.y)], closed=True)
        marks.append(
            stroke(f"M{number(x)},{number(plot.y)}v{number(plot.height)}", palette.paint(stroke="edge"))
        )
        marks.append(element("path", {"d": tip}, paint=ink))
    captions = [
        Caption(x + 7, plot.y - 5, change.label).within(plot.x, plot.right + 8)
        for x, change in zip(places, ordered, strict=True)
    ]
    return marks + [caption(captions[index], palette, "ink") for index in placed(captions)]


def _course(points: Sequence[Point], across: Scale, up: Scale, palette: Palette) -> list[Svg]:
    """The line; a value between two gaps is a dot, as is the last one."""
    stretches = runs(_place(point, across, up) for point in points)
    course = "".join(path(stretch) for stretch in stretches if len(stretch) > 1)
    marks = [stroke(course, palette.paint(stroke="accent"), width=1.8)] if course else []
    alone = [stretch[0] for stretch in stretches if len(stretch) == 1]
    dots = alone + [stretch[-1] for stretch in stretches[-1:] if len(stretch) > 1]
    tone = palette.paint(fill="accent")
    return marks + [element("circle", {"cx": x, "cy": y, "r": 3}, paint=tone) for x, y in dots]


def _place(point: Point, across: Scale, up: Scale) -> tuple[float, float] | None:
    value = placeable(point.value)
    return None if value is None else (across(point.at.toordinal()), up(value))


def _firings(shown: Trend, across: Scale, up: Scale, palette: Palette) -> list[Svg]:
    """A ring around the value of the day, or on the stop line where the day has no value."""
    fired = set(shown.firings)
    by_day = {point.at: _place(point, across, up) for point in shown.points if point.at in fired}
    stop, tone, rings = placeable(shown.stop), palette.paint(stroke="stop"), []
    for at in sorted(fired):
        x, y = by_day.get(at) or (across(at.toordinal()), up(up.high if stop is None else stop))
        rings.append(element("circle", {"cx": x, "cy": y, "r": 6, "stroke-width": 2}, paint=tone))
    return rings
