"""The two axes of a plot: light grid lines for values, days along the bottom."""

from datetime import date

from pilots.charts.dates import day
from pilots.charts.palette import Palette
from pilots.charts.scale import Scale, axis_labels, ticks
from pilots.charts.shapes import Box, stroke
from pilots.charts.svg import Svg, number
from pilots.charts.words import Caption, caption, placed


def value_axis(up: Scale, plot: Box, *, unit: str, palette: Palette) -> list[Svg]:
    """Grid lines with their numbers on the left; the unit stands over them."""
    values = ticks(up.low, up.high, about=4)
    grid = "".join(f"M{number(plot.x)},{number(up(value))}h{number(plot.width)}" for value in values)
    marks = [stroke(grid, palette.paint(stroke="line"))] if grid else []
    for value, words in zip(values, axis_labels(values), strict=True):
        marks.append(caption(Caption(plot.x - 6, up(value) + 4, words, "end"), palette, "muted"))
    if unit:
        marks.append(caption(Caption(0, 11, unit), palette, "muted"))
    return marks


def date_axis(across: Scale, plot: Box, *, palette: Palette) -> list[Svg]:
    """The first day, the last, and whole numbers of days or weeks between, as far as they find room."""
    first, last, y = int(across.low), int(across.high), plot.bottom
    line = f"M{number(plot.x)},{number(y)}h{number(plot.width)}"
    marks = [stroke(line, palette.paint(stroke="edge"))]
    if first < date.min.toordinal():
        return marks
    step = max(1, round((last - first) / 4))
    step = step if step < 7 else 7 * round(step / 7)
    days = [first, last, *range(first + step, last, step)]
    captions = [
        Caption(across(at), y + 16, day(date.fromordinal(at)), "middle").within(0, plot.right + 10)
        for at in days
    ]
    for index in placed(captions, apart=10):
        marks.append(caption(captions[index], palette, "muted"))
    return marks
