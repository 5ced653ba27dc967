"""The course of one metric in the height of a line of text."""

from collections.abc import Sequence

from pilots.charts.palette import PAGE, Palette
from pilots.charts.scale import Scale, domain, finite, label, placeable
from pilots.charts.shapes import stroke
from pilots.charts.strokes import runs
from pilots.charts.svg import Svg, drawing, element, number, path


def sparkline(
    values: Sequence[float | None],
    *,
    title: str,
    unit: str = "",
    limit: float | None = None,
    width: float = 72,
    height: float = 20,
    palette: Palette = PAGE,
) -> Svg:
    """A line through `values` in order, with a dot on the last one and the limit dashed.

    None, NaN and infinite values are gaps.
    """
    scale = Scale(*domain([*values, limit]), height - 3, 3)
    across = Scale(0, max(len(values) - 1, 1), 3, width - 4)
    points = [
        None if value is None else (across(index), scale(value))
        for index, value in enumerate(map(placeable, values))
    ]
    marks = []
    bound = placeable(limit)
    if bound is not None:
        line = f"M0,{number(scale(bound))}H{number(width)}"
        marks.append(stroke(line, palette.paint(stroke="stop"), dashes="3 2"))
    stretches = runs(points)
    course = "".join(path(stretch) for stretch in stretches if len(stretch) > 1)
    if course:
        marks.append(
            element("path", {"d": course, "stroke-width": 1.5}, paint=palette.paint(stroke="accent"))
        )
    if stretches:
        x, y = stretches[-1][-1]
        marks.append(element("circle", {"cx": x, "cy": y, "r": 2.2}, paint=palette.paint(fill="accent")))
    return drawing(
        *marks,
        width=width,
        height=height,
        title=title,
        description=_describe(finite(values), unit),
        attributes=palette.outer("spark"),
    )


def _describe(values: Sequence[float], unit: str) -> str:
    if not values:
        return "No values yet."
    if len(values) == 1:
        return f"One value: {label(values[0], unit=unit, digits=3)}."
    first, last = label(values[0], unit=unit, digits=3), label(values[-1], unit=unit, digits=3)
    lowest, highest = label(min(values), digits=3), label(max(values), digits=3)
    return f"{len(values)} values, from {first} to {last}; lowest {lowest}, highest {highest}."
