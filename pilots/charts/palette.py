"""Where the colours of a drawing come from.

Pages: each mark carries classes such as `fill-stop`, and the stylesheet gives them `var(--stop)`, so the theme and
print change the drawing without a new request. `var()` is not used in attributes: engines differ in resolving it.
Mail and PDF: the same names become literal attributes, the light values of the stylesheet's tokens.
The hues differ in lightness for colour-blind eyes, and no meaning rests on hue alone: the harm zone is hatched, the
goal zone and the baseline are dotted, the limit is dashed and labelled.
"""

from dataclasses import dataclass
from typing import Literal, Protocol

Token = Literal[
    "ink", "muted", "surface", "sunken", "line", "edge", "accent", "accent-soft",
    "go", "go-soft", "stop", "stop-soft", "warn",
]  # fmt: skip

LIGHT: dict[Token, str] = {
    "ink": "#14202a",
    "muted": "#52606a",
    "surface": "#ffffff",
    "sunken": "#e9edec",
    "line": "#dbe0df",
    "edge": "#7b8790",
    "accent": "#0b5a6a",
    "accent-soft": "#dfeef0",
    "go": "#17693a",
    "go-soft": "#e0f1e6",
    "stop": "#ad2219",
    "stop-soft": "#fbe5e3",
    "warn": "#7d4c00",
}


class Palette(Protocol):
    """Turns token names into attributes."""

    def paint(self, *, fill: Token | None = None, stroke: Token | None = None) -> dict[str, str]:
        """Attributes that colour one mark; a mark with a stroke and no fill is not filled."""

    def outer(self, kind: str) -> dict[str, str]:
        """Attributes of the outer `svg` for a drawing of this kind."""


@dataclass(frozen=True, slots=True)
class PagePalette:
    """Classes, coloured by the stylesheet."""

    def paint(self, *, fill: Token | None = None, stroke: Token | None = None) -> dict[str, str]:
        names = [f"fill-{fill}"] if fill else []
        names += [f"stroke-{stroke}"] if stroke else []
        painted = {"class": " ".join(names)}
        return painted if fill else {**painted, "fill": "none"}

    def outer(self, kind: str) -> dict[str, str]:
        return {"class": f"chart chart-{kind}"}


@dataclass(frozen=True, slots=True)
class LiteralPalette:
    """Hex colours, for mail and PDF, which know neither the stylesheet nor a dark theme."""

    colours: tuple[tuple[Token, str], ...]
    font: str = "Helvetica, Arial, sans-serif"

    def paint(self, *, fill: Token | None = None, stroke: Token | None = None) -> dict[str, str]:
        colours = dict(self.colours)
        painted = {"fill": colours[fill] if fill else "none"}
        return {**painted, "stroke": colours[stroke]} if stroke else painted

    def outer(self, kind: str) -> dict[str, str]:
        return {"font-family": self.font}


PAGE = PagePalette()
PAPER = LiteralPalette(colours=tuple(LIGHT.items()))
