"""Scenario 10: a pilot that does splendidly, without a goal, without a trigger, or without its data."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from tests.pilots.judging.builders import MINUTES
from tests.simulation import plans
from tests.simulation.claims import Claim, Kind, Scenario
from tests.simulation.ledger import Ledger, frozen
from tests.simulation.scenarios.harmless import EVERY_DAY, N
from tests.simulation.streams import BASELINE, Generator, minutes
from tests.simulation.watching import Measure, Measured, PlanOf, always, arms_of, follow

Events = Mapping[str, float]

COMPLETE = plans.against_before(MINUTES, goal="1", trigger="1")
WITHOUT_GOAL = replace(COMPLETE, goals=())
WITHOUT_TRIGGER = replace(COMPLETE, triggers=())


EVERY_WEEK = range(7, 29, 7)


def splendid(rng: Generator, /, *, every_look: bool = False) -> Events:
    """Four minutes of ten saved."""
    before, now = minutes(rng, BASELINE, 10.0), minutes(rng, N, 6.0)
    measure = arms_of([frozen(MINUTES.key, before)], [Ledger(MINUTES.key, now)])
    days = EVERY_DAY if every_look else EVERY_WEEK
    return {
        "complete": _go(always(COMPLETE), measure, days),
        "no_goal": _go(always(WITHOUT_GOAL), measure, days),
        "no_trigger": _go(always(WITHOUT_TRIGGER), measure, days),
        "no_data": _go(always(COMPLETE), lambda day: Measured(), days),
    }


def _go(written: PlanOf, measure: Measure, days: range) -> float:
    """The last look is the end of the window."""
    return float(follow(written, measure, days, until=("harm", "go")).go_on is not None)


SCENARIOS = (
    Scenario(
        10,
        "nothing to prove",
        "4 of 10 review minutes saved, read weekly",
        splendid,
        (
            Claim("complete plan and data: go", "complete", Kind.AT_LEAST, bound=0.95),
            Claim("no goal set: go", "no_goal", Kind.NONE),
            Claim("no trigger gated: go", "no_trigger", Kind.NONE),
            Claim("every metric missing: go", "no_data", Kind.NONE),
        ),
    ),
)
