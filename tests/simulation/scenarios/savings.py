"""Scenario 2 and its counterpart: a saving exactly at the goal must not go, a clear one should."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import replace

from tests.pilots.judging.builders import MINUTES
from tests.simulation import plans
from tests.simulation.bystanders import watching
from tests.simulation.claims import Claim, Kind, Pilot, Scenario, false_alarm
from tests.simulation.ledger import Ledger, frozen
from tests.simulation.scenarios.harmless import AFTER_EACH_DAY, EVERY_DAY, N
from tests.simulation.streams import BASELINE, Generator, Whole, costs, minutes
from tests.simulation.watching import always, arms_of, follow

Events = Mapping[str, float]


def against_goal(
    draw: Callable[[Generator, int, float], Whole],
    *,
    before: float,
    after: float,
    goal: float,
    capped: bool = True,
) -> Pilot:
    """The goal is `goal` less; the stop trigger lets the value rise by as much."""
    metric = MINUTES if capped else replace(MINUTES, cap=None)
    written = plans.against_before(metric, goal=f"{goal:g}", trigger=f"{goal:g}")

    def pilot(rng: Generator, /, *, every_look: bool = False) -> Events:
        old, new = draw(rng, BASELINE, before), draw(rng, N, after)
        beside = watching(new, old, AFTER_EACH_DAY, worse_by=goal, better_by=goal)
        days = beside.days(EVERY_DAY, every_look=every_look)
        measure = arms_of([frozen(metric.key, old)], [Ledger(metric.key, new)])
        course = follow(always(written), measure, days, until=("harm", "go"))
        return {**course.said, "go_day": _day(course.go_on), **beside.events}

    return pilot


def _day(found: int | None) -> float:
    return math.nan if found is None else float(found)


AT_THE_GOAL = (
    false_alarm("go", "go", t_test="t_better"),
    false_alarm("false stop for futility", "futile"),
)

SCENARIOS = (
    Scenario(
        2,
        "at the goal",
        "A true saving exactly at the goal: 1 of 10 review minutes",
        against_goal(minutes, before=10.0, after=9.0, goal=1.0),
        AT_THE_GOAL,
    ),
    Scenario(
        2,
        "at the goal, skewed",
        "A true saving exactly at the goal: 10 % of a strongly skewed cost without a cap",
        against_goal(costs, before=1.0, after=0.9, goal=0.1, capped=False),
        AT_THE_GOAL,
    ),
    Scenario(
        2,
        "twice the goal",
        "A true saving of twice the goal: 2 of 10 review minutes, goal 1",
        against_goal(minutes, before=10.0, after=8.0, goal=1.0),
        (Claim("go within 28 days", "go", Kind.REPORTED, t_test="t_better"),),
    ),
    Scenario(
        2,
        "four times the goal",
        "A true saving of four times the goal: 4 of 10 review minutes, goal 1",
        against_goal(minutes, before=10.0, after=6.0, goal=1.0),
        (
            Claim("go within 28 days", "go", Kind.AT_LEAST, bound=0.95, t_test="t_better"),
            Claim("day of go", "go_day", Kind.MEDIAN, bound=7),
        ),
    ),
)
