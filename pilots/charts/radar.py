"""A profile of a few axes, each scored from 0 to a known top: how far it reaches in each direction."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import cos, pi, sin

from pilots.charts.palette import PAGE, Palette
from pilots.charts.scale import finite, label
from pilots.charts.shapes import stroke
from pilots.charts.svg import Attribute, Svg, drawing, element, path
from pilots.charts.words import FONT_SIZE, Anchor, Caption, caption

_RADIUS, _MARGIN = 78.0, 34.0
_ON_THE_AXIS = 0.2


@dataclass(frozen=True, slots=True, kw_only=True)
class Axis:
    """One direction. `value` is None where nothing is known; `before` is what it was, where that is another score;
    `is_old`: its evidence is too old to count."""

    name: str
    value: float | None
    before: float | None = None
    is_old: bool = False


def radar(axes: Sequence[Axis], *, top: int, title: str, width: float = 360, palette: Palette = PAGE) -> Svg:
    """A drawing `width` by 224 units, the first axis upwards, the others clockwise.

    What counts is a filled dot, joined with its neighbours; old evidence is a hollow dot, what is not known a bare
    dashed spoke. The shape before is dotted. Fewer than three axes make no shape: ValueError.
    """
    if len(axes) < 3:
        raise ValueError("A profile needs three axes or more; write fewer as a sentence.")
    height = 2 * (_RADIUS + _MARGIN)
    directions = [_direction(index, len(axes), width / 2, height / 2) for index in range(len(axes))]
    now = [None if axis.is_old else axis.value for axis in axes]
    was = [axis.value if axis.before is None else axis.before for axis in axes]
    marks = [*_net(directions, top, palette), *_spokes(axes, directions, palette)]
    if any(axis.before is not None for axis in axes):
        marks += _shape(was, directions, top, palette, before=True)
    marks += _shape(now, directions, top, palette, before=False)
    marks += _dots(axes, directions, top, palette)
    marks += _names(axes, directions, width, palette)
    return drawing(
        *marks,
        width=width,
        height=height,
        title=title,
        description=describe(axes, top=top),
        attributes=palette.outer("radar"),
    )


def describe(axes: Sequence[Axis], *, top: int) -> str:
    """The profile as a sentence."""
    return f"{'; '.join(f'{axis.name} {_said(axis, top)}' for axis in axes)}."


@dataclass(frozen=True, slots=True)
class _Direction:
    """From the middle outwards: `at(1)` lies on the outer ring."""

    x: float
    y: float
    across: float
    down: float

    def at(self, share: float) -> tuple[float, float]:
        return self.x + self.across * _RADIUS * share, self.y + self.down * _RADIUS * share


def _direction(index: int, count: int, x: float, y: float) -> _Direction:
    angle = 2 * pi * index / count
    return _Direction(x, y, sin(angle), -cos(angle))


def _net(directions: Sequence[_Direction], top: int, palette: Palette) -> list[Svg]:
    """A ring for each score, and its number beside the first axis."""
    rings = [path([each.at(score / top) for each in directions], closed=True) for score in range(1, top + 1)]
    up = directions[0]
    numbers = [
        Caption(up.at(0)[0] + 7, up.at(score / top)[1] + FONT_SIZE - 1, str(score))
        for score in range(1, top + 1)
    ]
    lines = [stroke(ring, palette.paint(stroke="edge"), width=0.6) for ring in rings]
    return [*lines, *(caption(each, palette, "muted") for each in numbers)]


def _spokes(axes: Sequence[Axis], directions: Sequence[_Direction], palette: Palette) -> list[Svg]:
    return [
        stroke(
            path([each.at(0), each.at(1)]),
            palette.paint(stroke="edge"),
            dashes="2 4" if axis.value is None else None,
        )
        for axis, each in zip(axes, directions, strict=True)
    ]


def _shape(
    values: Sequence[float | None],
    directions: Sequence[_Direction],
    top: int,
    palette: Palette,
    *,
    before: bool,
) -> list[Svg]:
    """Filled when every axis is known; otherwise the sides between neighbours that are."""
    corners = [
        None if value is None else each.at(value / top)
        for value, each in zip(values, directions, strict=True)
    ]
    known = [corner for corner in corners if corner is not None]
    whole = len(known) == len(corners)
    pairs = zip(corners, corners[1:] + corners[:1], strict=True)
    d = path(known, closed=True) if whole else "".join(path([a, b]) for a, b in pairs if a and b)
    if not d:
        return []
    if before:
        return [stroke(d, palette.paint(stroke="muted"), width=1.5, dashes="1.5 3")]
    if whole:
        shape: dict[str, Attribute] = {"d": d, "stroke-width": 2, "fill-opacity": 0.6}
        return [element("path", shape, paint=palette.paint(fill="accent-soft", stroke="accent"))]
    return [stroke(d, palette.paint(stroke="accent"), width=2)]


def _dots(axes: Sequence[Axis], directions: Sequence[_Direction], top: int, palette: Palette) -> list[Svg]:
    marks = []
    for axis, each in zip(axes, directions, strict=True):
        if axis.value is None:
            continue
        x, y = each.at(axis.value / top)
        paint = palette.paint(fill="surface", stroke="edge") if axis.is_old else palette.paint(fill="accent")
        marks.append(element("circle", {"cx": x, "cy": y, "r": 4}, paint=paint))
    return marks


def _names(
    axes: Sequence[Axis], directions: Sequence[_Direction], width: float, palette: Palette
) -> list[Svg]:
    """Name and score at the end of each axis."""
    marks = []
    for axis, each in zip(axes, directions, strict=True):
        x, y = each.at(1.12)
        side: Anchor = "middle" if abs(each.across) < _ON_THE_AXIS else "start" if each.across > 0 else "end"
        below = y + (0 if each.down < -_ON_THE_AXIS else FONT_SIZE if each.down > _ON_THE_AXIS else 4)
        score = "?" if axis.value is None else label(axis.value, digits=2)
        name = Caption(x, below, f"{axis.name} {score}", side, over_lines=True)
        marks.append(caption(name.within(0, width), palette, "ink" if axis.value is not None else "muted"))
    return marks


def _said(axis: Axis, top: int) -> str:
    if not finite([axis.value]):
        return "not known"
    said = f"{label(axis.value, digits=2)} of {top}"
    if axis.before is not None:
        said += f", {label(axis.before, digits=2)} before"
    return f"{said}, too old to count" if axis.is_old else said
