"""Scenario 9: the work changes half-way. The alarm keeps every evening's evidence, so that the look at the end tells
whether any look would have seen it (`test_shortcuts` holds the two equal)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace

import numpy as np

from pilots.judging.plan import Plan
from tests.pilots.judging.builders import ERRORS, MINUTES
from tests.simulation import plans
from tests.simulation.claims import Claim, Kind, Pilot, Scenario, power
from tests.simulation.ledger import Ledger
from tests.simulation.streams import A_DAY, Generator, Whole, minutes, thousandths, yes
from tests.simulation.watching import Measure, always, arms_of, looks

Events = Mapping[str, float]
Draw = Callable[[Generator, int], Whole]

SD = 10.0 / np.sqrt(6.0)
"""Of one review, in minutes."""

MINUTES_PLAN = plans.longer(plans.against_number(replace(MINUTES, planned_n=2000), "10"), 90)
RATE_PLAN = plans.longer(plans.against_number(replace(ERRORS, planned_n=2000), "0.1"), 90)


def steady(rng: Generator, n: int) -> Whole:
    return minutes(rng, n)


def shifted(rng: Generator, n: int) -> Whole:
    """Half a standard deviation more from the middle on."""
    return minutes(rng, n) + thousandths(np.repeat([0.0, 0.5 * SD], n // 2))


def good_and_bad_days(rng: Generator, n: int) -> Whole:
    """Whole days differ by a quarter of a task's standard deviation: usual life, not drift."""
    by_day = np.repeat(rng.normal(0.0, 0.25 * SD, n // A_DAY), A_DAY)
    return np.maximum(minutes(rng, n) + thousandths(by_day), 0)


def steady_rate(rng: Generator, n: int) -> Whole:
    return yes(rng, n, 0.1)


def shifted_rate(rng: Generator, n: int) -> Whole:
    """From 10 % to 25 %: half a standard deviation of a yes or no at 10 %."""
    return np.concatenate([yes(rng, n // 2, 0.1), yes(rng, n // 2, 0.25)])


def drift(draw: Draw, tasks: int, *, rate: bool = False) -> Pilot:
    written, metric = (RATE_PLAN, ERRORS) if rate else (MINUTES_PLAN, MINUTES)

    def pilot(rng: Generator, /, *, every_look: bool = False) -> Events:
        ledger = Ledger(metric.key, draw(rng, tasks), rate=rate)
        return {"alarm": float(alarmed(written, arms_of([], [ledger]), tasks // A_DAY))}

    return pilot


def alarmed(written: Plan, measure: Measure, day: int) -> bool:
    """At the look of this day."""
    _, verdict = next(looks(always(written), measure, [day]))
    return any(result.drift_from is not None for result in verdict.results)


FOUND = (power("drift alarm", "alarm"),)


SILENT = (Claim("drift alarm", "alarm", Kind.AT_MOST, bound=0.01),)
POWER_AT_700 = (Claim("drift alarm", "alarm", Kind.REPORTED),)

SCENARIOS = (
    Scenario(9, "shift", "Mean up by 0.5 sd half-way through 2,000 tasks", drift(shifted, 2000), FOUND),
    Scenario(9, "no shift", "2,000 tasks without a shift", drift(steady, 2000), SILENT),
    Scenario(
        9,
        "good and bad days",
        "2,000 tasks without a shift; days differ by 0.25 sd",
        drift(good_and_bad_days, 2000),
        SILENT,
    ),
    Scenario(
        9,
        "shift of a rate",
        "Rate from 10 % to 25 % half-way through 2,000 tasks",
        drift(shifted_rate, 2000, rate=True),
        FOUND,
    ),
    Scenario(9, "no shift of a rate", "2,000 tasks at 10 %", drift(steady_rate, 2000, rate=True), SILENT),
    Scenario(
        9, "shift in 700", "Mean up by 0.5 sd half-way through 700 tasks", drift(shifted, 700), POWER_AT_700
    ),
    Scenario(
        9,
        "shift of a rate in 700",
        "Rate from 10 % to 25 % half-way through 700 tasks",
        drift(shifted_rate, 700, rate=True),
        POWER_AT_700,
    ),
)
