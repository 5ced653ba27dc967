"""A row of the board as what its cells say."""

from dataclasses import dataclass
from datetime import date

from pilots import permissions
from pilots.charts.sparkline import sparkline
from pilots.charts.svg import Svg
from pilots.models.verdict import MachineFlag
from pilots.queries import nudges
from pilots.queries.board import Row
from pilots.reading.clauses import sentences
from pilots.reading.ledger import signed, span
from pilots.views.windows import bar

COLUMNS = {
    "owner": "Owner",
    "window": "Window",
    "net": "Net per item",
    "review": "Review",
    "why": "Why",
    "needed": "Path to go",
    "team": "Team",
    "friction": "Friction",
    "openness": "Model",
    "state": "State",
}
USUAL = ("owner", "window", "net", "review", "why")
SORTED_BY = {"owner": "owner", "window": "window", "net": "net", "review": "review"}
"""Columns that can be sorted by, and by what."""

TRENDS = {"up": ("↑", "rising"), "down": ("↓", "falling"), "flat": ("→", "steady")}
OPENNESS = {"open": "Open weights", "gated": "Gated weights", "closed": "Closed"}


@dataclass(frozen=True)
class Cells:
    """Empty texts mean: not known; `nudge` is what the button says, where this person may send a reminder."""

    row: Row
    window: str
    net: str
    net_interval: str
    net_tone: str
    review: str
    arrow: str
    trend: str
    spark: Svg | str
    openness: str
    needed: str = ""
    more_needed: int = 0
    nudge: str = ""

    @property
    def left(self) -> str:
        """How much of the window is left, or what became of it."""
        row, end = self.row, self.row.pilot.window_end
        if row.is_draft:
            return "not started"
        if row.review_on and row.is_to_be_looked_at_again:
            late = "since" if row.review_on < row.today else "on"
            return f"look again {late} {_day(row.review_on)}"
        if row.decided_at and not row.under_trial:
            return f"decided {_day(row.decided_at.date())}"
        if row.is_overdue:
            return f"over since {_day(end)}"
        return f"{row.days_left} d left" if row.days_left else "last day"


def cells(row: Row, *, today: date, person: permissions.Person) -> Cells:
    told = row.headline
    reminder = nudges.due(row.pilot, today=today)
    arrow, trend = TRENDS.get(told.trend, ("", ""))
    return Cells(
        row=row,
        window=bar(row.pilot, today=today),
        net=signed(told.net, told.currency),
        net_interval=span(told.low, told.high, told.currency) if told.net is not None else "",
        net_tone=_tone(told.low, told.high),
        review=""
        if told.review is None
        else f"{told.review:.{1 if told.review >= 1 else 2}f} {told.unit}".strip(),
        arrow=arrow,
        trend=trend,
        spark=_spark(row),
        openness=OPENNESS.get(row.openness, ""),
        needed=_needed(row),
        more_needed=max(len(told.needed or ()) - 1, 0),
        nudge="Remind" if reminder and permissions.may_nudge(person, row.pilot) else "",
    )


def _needed(row: Row) -> str:
    """The first of what a go still waits for; empty where nobody asks any more, or nothing was said yet."""
    needed = row.headline.needed
    if needed is None or not row.under_trial:
        return ""
    if needed:
        return sentences([needed[0]])[0]
    return "Nothing: the evidence says go." if row.flag == MachineFlag.GO else ""


def _spark(row: Row) -> Svg | str:
    course = row.headline.course
    if sum(value is not None for value in course) < 2:
        return ""
    title = f"Review of {row.pilot.name}, day by day"
    return sparkline(course, title=title, unit=row.headline.unit, limit=None, width=56, height=18)


def _tone(low: float | None, high: float | None) -> str:
    """Coloured only once the interval leaves no doubt."""
    if low is not None and low > 0:
        return "better"
    return "worse" if high is not None and high < 0 else "same"


def _day(day: date) -> str:
    return f"{day.day} {day:%b}"
