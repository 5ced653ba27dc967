"""The key figures over the evidence: money per item, money over the horizon, time left, age of the data."""

from dataclasses import dataclass
from datetime import datetime

from django.utils.timesince import timesince

from pilots.judging.sentences import amount
from pilots.judging.verdict import PaybackResult
from pilots.queries.board import UNDER_TRIAL
from pilots.queries.pilot_page import Page


@dataclass(frozen=True)
class Figure:
    """As components/key_figure.html takes it. The tone repeats what the words say."""

    label: str
    value: str
    note: str = ""
    tone: str = ""


def figures(page: Page, *, now: datetime) -> list[Figure]:
    """Money only where pay-back was asked for and something can be said."""
    payback = page.judged.payback if page.judged else None
    money = _money(payback) if payback and payback.applicable and payback.saving is not None else []
    return [*money, _time_left(page, now=now), _newest(page, now=now)]


def _money(payback: PaybackResult) -> list[Figure]:
    low, high, saving = payback.saving_low, payback.saving_high, payback.saving
    if low is None or high is None or saving is None:
        return []
    sure = "go" if low > 0 else "stop" if high < 0 else ""
    word = "saved" if saving > 0 else "lost"
    found = [
        Figure(
            f"{word.capitalize()} per item",
            amount(abs(saving), payback.currency),
            _range(low, high, payback.currency, word),
            sure,
        )
    ]
    if payback.total_low is not None and payback.total_high is not None and payback.horizon_days:
        found.append(_over_the_horizon(payback, payback.total_low, payback.total_high))
    return found


def _over_the_horizon(payback: PaybackResult, low: float, high: float) -> Figure:
    """The cautious end where it is a gain; where even the hopeful end is a loss, that one."""
    label, currency = f"In {payback.horizon_days} days", payback.currency
    cost = payback.migration_cost
    move = (
        f"the move costs {cost:,.0f} {currency}" if cost is not None else "what the move costs is not known"
    )
    tone = {True: "go", False: "stop" if payback.proven_negative else "", None: ""}[payback.met]
    if high < 0:
        return Figure(label, f"{-high:,.0f} {currency}", f"lost at least; {move}", tone)
    if low > 0:
        return Figure(label, f"{low:,.0f} {currency}", f"saved at least; {move}", tone)
    return Figure(label, "Not known", f"from {low:,.0f} to {high:,.0f} {currency}; {move}", tone)


def _range(low: float, high: float, currency: str, word: str) -> str:
    """Both ends in the direction of the word, and openly where they disagree."""
    if low <= 0 <= high:
        return f"from {amount(-low, currency)} lost to {amount(high, currency)} saved"
    near, far = sorted((abs(low), abs(high)))
    return f"from {amount(near, currency)} to {amount(far, currency)} {word}"


def _time_left(page: Page, *, now: datetime) -> Figure:
    pilot = page.pilot
    left = pilot.days_left(now.date())
    due = f"decision due {pilot.window_end:%-d %B %Y}"
    if pilot.state not in UNDER_TRIAL:
        signed = page.decisions[0].signed_at if page.decisions else None
        word = "Decided" if pilot.is_settled else "Not started"
        return Figure(
            "Window",
            word,
            f"on {signed:%-d %B %Y}" if signed else f"planned end {pilot.window_end:%-d %B %Y}",
        )
    if left < 0:
        return Figure(
            "Overdue", f"{-left} day{'' if left == -1 else 's'}", due.replace("due", "was due"), "warn"
        )
    return Figure("Time left", f"{left} day{'' if left == 1 else 's'}" if left else "Last day", due)


def _newest(page: Page, *, now: datetime) -> Figure:
    newest = page.freshness.newest
    if newest is None:
        return Figure("Newest measurement", "None yet", "of the pilot itself")
    return Figure(
        "Newest measurement",
        f"{timesince(newest, now, depth=1)} ago",
        "the source is silent" if page.freshness.is_silent else f"{newest:%-d %B %Y, %H:%M} UTC",
        "warn" if page.freshness.is_silent else "",
    )
