"""Builds SVG elements. All that is not already SVG is escaped; characters that XML forbids become U+FFFD."""

import math
import re
from collections.abc import Iterable, Mapping
from functools import lru_cache
from html import escape
from itertools import pairwise
from types import MappingProxyType

Attribute = str | int | float | None

_FORBIDDEN = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


class Svg(str):
    """Finished, escaped SVG. Template engines that know `__html__` (Django, Jinja) print it as it is."""

    __slots__ = ()

    def __html__(self) -> str:
        return str(self)


def safe(text: str) -> Svg:
    """`text` made harmless for element content and for attribute values in either quote."""
    return Svg(escape(_FORBIDDEN.sub("\ufffd", text), quote=True))


def number(value: float) -> str:
    """A coordinate to a tenth of a unit, without needless zeros: fine enough for the eye, and half the bytes.

    Raises ValueError for NaN and infinity, which no drawing may contain.
    """
    return _written(_tenths(value))


def _tenths(value: float) -> int:
    if not math.isfinite(value):
        raise ValueError(f"{value!r} is not a coordinate; clip it to the plot first")
    return round(value * 10)


@lru_cache(maxsize=8192)  # the same few thousand places and steps come back in every drawing
def _written(tenths: int) -> str:
    whole, rest = divmod(abs(tenths), 10)
    figures = f"{whole or ''}.{rest}" if rest else str(whole)
    return f"-{figures}" if tenths < 0 else figures


def element(
    name: str,
    attributes: Mapping[str, Attribute],
    *children: Svg,
    paint: Mapping[str, str] = MappingProxyType({}),
) -> Svg:
    """One element. Attributes that are None are left out; numbers are rounded to a tenth. `paint` colours it."""
    written = "".join(
        f' {key}="{safe(value) if isinstance(value, str) else number(value)}"'
        for key, value in (*attributes.items(), *paint.items())
        if value is not None
    )
    if not children:
        return Svg(f"<{name}{written}/>")
    return Svg(f"<{name}{written}>{''.join(children)}</{name}>")


def path(points: Iterable[tuple[float, float]], *, closed: bool = False) -> str:
    """The `d` of straight lines through `points`; empty for no point.

    Steps are relative, between places rounded to a tenth: half the length of absolute ones, and no error adds up.
    """
    places = [(_tenths(x), _tenths(y)) for x, y in points]
    if not places:
        return ""
    start = f"M{_written(places[0][0])},{_written(places[0][1])}"
    steps = " ".join(_step(x1 - x0, y1 - y0) for (x0, y0), (x1, y1) in pairwise(places))
    return f"{start}{'l' if steps else ''}{steps}{'Z' if closed else ''}"


def _step(across: int, down: int) -> str:
    """A minus sign separates as well as a comma does."""
    return f"{_written(across)}{'' if down < 0 else ','}{_written(down)}"


def drawing(
    *children: Svg,
    width: float,
    height: float,
    title: str,
    description: str,
    attributes: Mapping[str, Attribute],
) -> Svg:
    """The outer `svg`: an image to assistive technology, named by its title, explained by its description."""
    outer: dict[str, Attribute] = {
        "xmlns": "http://www.w3.org/2000/svg",
        "viewBox": f"0 0 {number(width)} {number(height)}",
        "width": width,
        "height": height,
        "role": "img",
        **attributes,
    }
    named = element("title", {}, safe(title)), element("desc", {}, safe(description))
    return element("svg", outer, *named, *children)
