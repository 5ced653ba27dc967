"""How much more a criterion needs: further units, days at the observed rate, and the chance to settle in time."""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from evaluations.stats import forecast as stats
from pilots.judging.criteria import Criterion
from pilots.judging.paths import path_of
from pilots.judging.plan import Plan
from pilots.judging.selection import Sides
from pilots.judging.sentences import counted, inside, percent, spread
from pilots.judging.sufficiency import Sufficiency
from pilots.judging.verdict import Forecast

SECONDS_A_DAY = 86_400
FARTHEST_WINDOWS = 10
"""Beyond ten times the window the honest answer is "never, at this rate"."""


@dataclass(frozen=True, kw_only=True)
class Clock:
    """Days since the window opened (`elapsed`, not below 0), UTC days it has touched (at least 1), whole days left,
    and its length. But for `elapsed` nothing moves within a day, so that looks on one day say the same."""

    as_of: datetime
    elapsed: float
    touched: int
    left: int
    window: float


def clock_of(plan: Plan, as_of: datetime) -> Clock:
    window = (plan.window_end - plan.window_start).total_seconds() / SECONDS_A_DAY
    elapsed = (as_of - plan.window_start).total_seconds() / SECONDS_A_DAY
    today, start = as_of.astimezone(UTC).date(), plan.window_start.astimezone(UTC).date()
    end = plan.window_end.astimezone(UTC)
    return Clock(
        as_of=as_of,
        elapsed=max(elapsed, 0.0),
        touched=max(min((today - start).days + 1, math.ceil(window)), 1),
        left=max(min((end.date() - today).days, math.ceil(window)), 0) if as_of < end else 0,
        window=window,
    )


def arrival_rate(sides: Sides, clock: Clock) -> float:
    """Units a day of the window so far; 0 while there are none."""
    return sides.n / clock.touched


def project(criterion: Criterion, sides: Sides, clock: Clock, short: Sufficiency) -> Forecast | None:
    """None where nothing can be forecast: totals, hardly anything measured, constant data, a baseline too small."""
    rate = arrival_rate(sides, clock)
    if rate <= 0 or short.constant or short.base_short:
        return None
    path = path_of(criterion, sides)
    if path is None:
        return None
    within = int(rate * clock.left)
    found = stats.forecast(path, bound=float(criterion.threshold), within=within)
    in_reach = within >= short.units_short and clock.left >= short.days_short
    days = [_days(tasks, rate, short, clock) for tasks in (found.tasks, found.tasks_low, found.tasks_high)]
    return _worded(
        criterion,
        units=None if found.tasks is None else max(found.tasks, short.units_short),
        days=days,
        probability=found.probability if in_reach else 0.0,
        clock=clock,
    )


def _days(tasks: int | None, rate: float, short: Sufficiency, clock: Clock) -> int | None:
    if tasks is None:
        return None
    days = max(math.ceil(max(tasks, short.units_short) / rate), short.days_short)
    return days if days <= FARTHEST_WINDOWS * max(clock.window, 1.0) else None


def _worded(
    criterion: Criterion, *, units: int | None, days: list[int | None], probability: float, clock: Clock
) -> Forecast:
    middle, low, high = days
    label = inside(criterion.metric.label)
    if middle is None or units is None:
        sentence = f"{label}: at this rate no end is in sight; the value is too close to its limit or goal"
    else:
        chance = f"; {percent(round(probability, 2))} likely within the window" if clock.left > 0 else ""
        sentence = f"{label}: about {counted(units, 'more unit')} ({_range(middle, low, high)}) until it settles{chance}"
    return Forecast(
        criterion=criterion.key,
        sentence=sentence,
        units=units if middle is not None else None,
        days=middle,
        days_low=low,
        days_high=high,
        probability=probability,
        on=(clock.as_of + timedelta(days=middle)).date() if middle is not None else None,
    )


def _range(middle: int, low: int | None, high: int | None) -> str:
    return f"{counted(middle, 'day')}, {spread(low if low is not None else middle, high)}"
