"""Text on a drawing: kept inside it, and never one word over another."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

from pilots.charts.palette import Palette, Token
from pilots.charts.svg import Attribute, Svg, element, safe

Anchor = Literal["start", "middle", "end"]

FONT_SIZE = 11
# A little over the mean glyph of the common system faces at FONT_SIZE: an estimate errs towards more room.
_GLYPH = 5.7


@dataclass(frozen=True, slots=True)
class Caption:
    """Words at (x, y), y being the baseline."""

    x: float
    y: float
    words: str
    anchor: Anchor = "start"
    over_lines: bool = False

    @property
    def span(self) -> tuple[float, float]:
        """The estimated left and right edge."""
        room = len(self.words) * _GLYPH
        left = self.x - {"start": 0.0, "middle": room / 2, "end": room}[self.anchor]
        return left, left + room

    def within(self, left: float, right: float) -> "Caption":
        """The same words, moved sideways until they fit between the edges (the left one wins)."""
        start, end = self.span
        shift = max(left - start, min(0.0, right - end))
        return replace(self, x=self.x + shift)


def placed(captions: Sequence[Caption], *, apart: float = 6) -> list[int]:
    """Indices of the captions that can stand on one line; an earlier one has the right of way."""
    kept: list[int] = []
    for index, wanted in enumerate(captions):
        start, end = wanted.span
        others = [captions[other].span for other in kept]
        if all(end + apart <= left or right + apart <= start for left, right in others):
            kept.append(index)
    return kept


def caption(what: Caption, palette: Palette, tone: Token) -> Svg:
    """The text element, with a rim in the colour of the surface that keeps it readable over lines."""
    anchor = None if what.anchor == "start" else what.anchor
    place: dict[str, Attribute] = {"x": what.x, "y": what.y, "font-size": FONT_SIZE, "text-anchor": anchor}
    if not what.over_lines:
        return element("text", place, safe(what.words), paint=palette.paint(fill=tone))
    rim = {"stroke-width": "3", "paint-order": "stroke", **palette.paint(fill=tone, stroke="surface")}
    return element("text", place, safe(what.words), paint=rim)
