"""Scenario 1 in the other designs: against a number, two arms on the same days, the same units on both sides."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import timedelta

import numpy as np

from evaluations.stats import betting
from pilots.judging.facts import PairFacts
from pilots.judging.plan import Design, Direction, Plan
from tests.pilots.judging.builders import ERRORS, MINUTES, QUALITY, START
from tests.simulation import plans
from tests.simulation.bystanders import watching
from tests.simulation.claims import Claim, Kind, Pilot, Scenario
from tests.simulation.ledger import CANDIDATE, Ledger, money
from tests.simulation.scenarios.errors import BOTH_WAYS
from tests.simulation.scenarios.harmless import AFTER_EACH_DAY, EVERY_DAY, N, nine_in_ten
from tests.simulation.streams import A_DAY, SCALE, Generator, Whole, costs, heavy_tailed, minutes, yes
from tests.simulation.watching import Measure, Measured, always, arms_of, follow

Events = Mapping[str, float]
Draw = Callable[[Generator, int], Whole]


def against_number(written: Plan, draw: Draw, truth: float, *, rate: bool) -> Pilot:
    """No baseline: the truth lies exactly on the agreed number."""

    def pilot(rng: Generator, /, *, every_look: bool = False) -> Events:
        now = draw(rng, N)
        ledger = Ledger(written.metrics[0].key, now, rate=rate)
        beside = watching(now, truth, AFTER_EACH_DAY)
        days = beside.days(EVERY_DAY, every_look=every_look)
        return {**follow(always(written), arms_of([], [ledger]), days).said, **beside.events}

    return pilot


def concurrent(written: Plan, draw: Draw, *, rate: bool) -> Pilot:
    """Two arms of 25 tasks a day on the same days."""

    def pilot(rng: Generator, /, *, every_look: bool = False) -> Events:
        now, control = draw(rng, N), draw(rng, N)
        key = written.metrics[0].key
        ledgers = [
            Ledger(key, now, rate=rate),
            Ledger(key, control, rate=rate, candidate=plans.CONTROL),
        ]
        lower = written.metrics[0].direction is Direction.LOWER
        beside = watching(now, control, AFTER_EACH_DAY, lower_is_better=lower, grows=True)
        days = beside.days(EVERY_DAY, every_look=every_look)
        return {**follow(always(written), arms_of([], ledgers), days).said, **beside.events}

    return pilot


def paired_answers(rng: Generator, /, *, every_look: bool = False) -> Events:
    """The same questions to both: one in ten is answered right by one side only. A bettor's capital depends on the
    way as well, so every look is judged."""
    difference = rng.choice([-1, 0, 1], size=N, p=[0.05, 0.9, 0.05])
    both = (rng.random(N) < 0.8).astype(np.int64)
    now, control = (
        np.where(difference == 0, both, difference > 0),
        np.where(difference == 0, both, difference < 0),
    )
    now, control = now.astype(np.int64) * SCALE, control.astype(np.int64) * SCALE
    written = plans.between_arms(QUALITY, Design.PAIRED)
    said = follow(always(written), pairs_of(QUALITY.key, now, control, bet=True), EVERY_DAY).said
    return {**said, **watching(now - control, 0.0, AFTER_EACH_DAY, lower_is_better=False).events}


def paired_minutes(rng: Generator, /, *, every_look: bool = False) -> Events:
    """The same items reviewed on both sides: the item's own length is shared."""
    length = rng.gamma(6.0, 1.0, N)
    now, control = (np.rint(SCALE * length * rng.gamma(6.0, 1 / 6.0, N)).astype(np.int64) for _ in range(2))
    written = plans.between_arms(replace(MINUTES, planned_n=N), Design.PAIRED)
    beside = watching(now - control, 0.0, AFTER_EACH_DAY)
    days = beside.days(EVERY_DAY, every_look=every_look)
    said = follow(always(written), pairs_of(MINUTES.key, now, control, bet=False), days).said
    return {**said, **beside.events}


def pairs_of(metric: str, now: Whole, control: Whole, *, bet: bool) -> Measure:
    """Running sums over pairs; the betting state is carried on from day to day, as it must be."""
    state, states = betting.begin(), []
    for end in range(A_DAY, now.size + 1, A_DAY) if bet else ():
        today = slice(end - A_DAY, end)
        state = betting.fold_differences(state, ((now[today] - control[today]) / SCALE).tolist())
        states.append(state.to_json())

    def measure(day: int) -> Measured:
        n, seen, other = day * A_DAY, now[: day * A_DAY], control[: day * A_DAY]
        pair = PairFacts(
            metric=metric,
            candidate=CANDIDATE,
            n=n,
            total=money(int(seen.sum())),
            base_total=money(int(other.sum())),
            squares=money(int((seen * seen).sum())) / SCALE,
            base_squares=money(int((other * other).sum())) / SCALE,
            products=money(int((seen * other).sum())) / SCALE,
            betting=states[day - 1] if bet else None,
            days=day,
            last_at=START + timedelta(days=day, hours=-1),
        )
        return Measured(pairs=(pair,))

    return measure


def one_in_twenty(rng: Generator, n: int) -> Whole:
    return yes(rng, n, 0.05)


SCENARIOS = (
    Scenario(
        1,
        "a/a limit",
        "Error rate exactly at its limit of 5 %, no baseline",
        against_number(plans.against_number(ERRORS, "0.05"), one_in_twenty, 0.05, rate=True),
        BOTH_WAYS,
    ),
    Scenario(
        1,
        "a/a target",
        "Review minutes exactly at a target of 10, no baseline",
        against_number(plans.against_number(MINUTES, "10"), minutes, 10.0, rate=False),
        BOTH_WAYS,
    ),
    Scenario(
        1,
        "a/a target skewed",
        "Strongly skewed cost exactly at a target, no baseline, no cap (skewness 3.7)",
        against_number(plans.against_number(plans.UNCAPPED_COST, "1"), costs, 1.0, rate=False),
        BOTH_WAYS,
    ),
    Scenario(
        1,
        "a/a target heavy tail",
        "Extremely skewed cost exactly at a target, no baseline, no cap (skewness 33)",
        against_number(plans.against_number(plans.UNCAPPED_COST, "1"), heavy_tailed, 1.0, rate=False),
        (
            Claim("false stop for harm", "harm", Kind.REPORTED, t_test="t_worse", static="static"),
            Claim("false go", "go", Kind.REPORTED, t_test="t_better"),
        ),
    ),
    Scenario(
        1,
        "a/a concurrent",
        "Two equal arms on the same days: review minutes",
        concurrent(plans.between_arms(MINUTES, Design.CONCURRENT), minutes, rate=False),
        BOTH_WAYS,
    ),
    Scenario(
        1,
        "a/a concurrent rate",
        "Two equal arms on the same days: 90 % correct answers",
        concurrent(plans.between_arms(QUALITY, Design.CONCURRENT), nine_in_ten, rate=True),
        BOTH_WAYS,
    ),
    Scenario(
        1,
        "a/a paired",
        "The same questions to two equal sides: correct answers, hedged betting",
        paired_answers,
        BOTH_WAYS,
    ),
    Scenario(
        1,
        "a/a paired minutes",
        "The same items on two equal sides: review minutes",
        paired_minutes,
        BOTH_WAYS,
    ),
)
