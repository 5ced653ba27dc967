"""Boxes, strokes and textures. A texture is a plain path, not a `pattern`: it needs no id that could clash."""

from collections.abc import Mapping
from dataclasses import dataclass

from pilots.charts.svg import Svg, element, number


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle on the drawing; y grows downwards."""

    x: float
    y: float
    width: float
    height: float

    @property
    def right(self) -> float:
        return self.x + self.width

    @property
    def bottom(self) -> float:
        return self.y + self.height


def rect(box: Box, paint: Mapping[str, str]) -> Svg:
    """The filled box."""
    place = {"x": box.x, "y": box.y, "width": box.width, "height": box.height}
    return element("rect", place, paint=paint)


def stroke(d: str, paint: Mapping[str, str], *, width: float = 1, dashes: str | None = None) -> Svg:
    """A path that is drawn along and not filled."""
    shape = {"d": d, "stroke-width": width if width != 1 else None, "stroke-dasharray": dashes}
    return element("path", shape, paint=paint)


def hatch(box: Box, *, step: float = 6) -> str:
    """The `d` of diagonal lines (rising to the right) that fill `box`; lines of neighbouring boxes meet."""
    # A line is x + y = s; s on a fixed grid lets neighbouring boxes share their lines.
    index = int((box.x + box.y) // step) + 1
    lines = []
    while (total := index * step) < box.right + box.bottom:
        x0, x1 = max(box.x, total - box.bottom), min(box.right, total - box.y)
        if x1 > x0:
            lines.append(f"M{number(x0)},{number(total - x0)}L{number(x1)},{number(total - x1)}")
        index += 1
    return "".join(lines)


def dots(box: Box, *, step: float = 6) -> str:
    """The `d` of a grid of dots inside `box`, to be stroked with a round line cap."""
    columns, rows = int(box.width // step), int(box.height // step)
    left = box.x + (box.width - (columns - 1) * step) / 2
    top = box.y + (box.height - (rows - 1) * step) / 2
    return "".join(
        f"M{number(left + column * step)},{number(top + row * step)}h.1"
        for column in range(columns)
        for row in range(rows)
    )
