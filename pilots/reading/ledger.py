"""The ledger of displaced cost as a drawing and a table."""

import math
from dataclasses import dataclass

from pilots.charts.palette import PAGE, Palette
from pilots.charts.svg import Svg
from pilots.charts.waterfall import Step, waterfall
from pilots.judging.kit import Part
from pilots.judging.ledger import NAMES, Entry, Ledger
from pilots.judging.sentences import amount, listed, opening, percent

TITLE = "From gain to net effect, per item"


@dataclass(frozen=True)
class Row:
    """One line of the table. Empty texts: not known yet, and `said` tells why."""

    label: str
    part: str
    n: int
    value: str
    interval: str
    tone: str
    said: str = ""
    metric: str = ""


@dataclass(frozen=True)
class Shown:
    """What templates/pilots/evidence/ledger.html shows."""

    drawing: Svg
    rows: list[Row]
    total: Row
    sentence: str
    unmeasured: str
    confidence: str


def shown(ledger: Ledger | None, *, palette: Palette = PAGE) -> Shown | None:
    """None while nothing that was measured is worth money."""
    if ledger is None or not ledger.entries:
        return None
    return Shown(
        drawing=drawing(ledger, palette=palette),
        rows=[_row(entry, ledger.currency) for entry in ledger.entries],
        total=_total(ledger),
        sentence=ledger.sentence,
        unmeasured=opening(listed(ledger.unmeasured)),
        confidence=percent(1 - ledger.alpha),
    )


def drawing(ledger: Ledger, *, palette: Palette = PAGE) -> Svg:
    """The waterfall; for mail and PDF with `palette.PAPER`."""
    steps = [
        Step(name=entry.label, value=entry.value, low=entry.low, high=entry.high) for entry in ledger.entries
    ]
    total = Step(name="Net effect", value=ledger.net, low=ledger.low, high=ledger.high)
    return waterfall(steps, total=total, title=TITLE, unit=ledger.currency, palette=palette)


def _row(entry: Entry, currency: str) -> Row:
    part = "gain" if entry.part is Part.GAIN else f"moved to {NAMES[entry.part]}"
    return Row(
        label=entry.label,
        part=opening(part),
        n=entry.n,
        value=signed(entry.value, currency),
        interval=span(entry.low, entry.high, currency),
        tone=_tone(entry.low, entry.high),
        said=f"{opening(entry.said)}." if entry.said else "",
        metric=entry.metric,
    )


def _total(ledger: Ledger) -> Row:
    return Row(
        label="Net effect",
        part="",
        n=0,
        value=signed(ledger.net, ledger.currency),
        interval=span(ledger.low, ledger.high, ledger.currency),
        tone=_tone(ledger.low, ledger.high),
    )


def signed(value: float | None, currency: str) -> str:
    """With a true minus sign; empty for a value that is not known."""
    if value is None:
        return ""
    sign = "+" if value > 0 else "\u2212" if value < 0 else ""
    return f"{sign}{amount(abs(value), currency)}"


def span(low: float | None, high: float | None, currency: str) -> str:
    if low is None or high is None:
        return ""
    if math.isinf(low) and math.isinf(high):
        return "no interval yet"
    ends = ["open" if math.isinf(end) else signed(end, currency) for end in (low, high)]
    return f"{ends[0].removesuffix(f' {currency}')} to {ends[1]}"


def _tone(low: float | None, high: float | None) -> str:
    if low is None or high is None:
        return "same"
    return "better" if low > 0 else "worse" if high < 0 else "same"
