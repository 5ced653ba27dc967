"""Scenarios 3 and 4: what got worse is stopped, soon, and however good the rest looks."""

from __future__ import annotations

import math
from collections.abc import Mapping
from decimal import Decimal

import numpy as np

from pilots.judging.plan import Goal, StopTrigger
from pilots.judging.verdict import Flag, ReasonCode, Role, Status
from tests.pilots.judging.builders import COST, LATENCY, MINUTES, QUALITY, plan
from tests.simulation import plans
from tests.simulation.bystanders import watching
from tests.simulation.claims import Claim, Kind, Scenario, power
from tests.simulation.ledger import Ledger, frozen
from tests.simulation.scenarios.harmless import AFTER_EACH_DAY, EVERY_DAY, N
from tests.simulation.streams import A_DAY, BASELINE, DAYS, SCALE, Generator, costs, latencies, minutes, yes
from tests.simulation.watching import always, arms_of, follow, looks

Events = Mapping[str, float]

CHEAP_BUT_WORSE = plan(
    metrics=(COST, QUALITY),
    goals=(Goal(key="save", metric=COST.key, margin=Decimal("0.1")),),
    triggers=(StopTrigger(key="quality", metric=QUALITY.key, margin=Decimal("0.05")),),
)


def slower(rng: Generator, /, *, every_look: bool = False) -> Events:
    """Latencies 30 % up; the p95 before, 1.931 s, is the known limit."""
    stream = latencies(rng, N, factor=1.3)
    ledger = Ledger(LATENCY.key, stream, limit=plans.LIMIT_P95)
    course = follow(always(plans.p95()), arms_of([], [ledger]), EVERY_DAY)
    beyond = (stream > int(Decimal(plans.LIMIT_P95) * SCALE)).astype(int) * SCALE
    return {**course.said, "harm_day": _day(course.harm_on), **watching(beyond, 0.05, AFTER_EACH_DAY).events}


def as_fast(rng: Generator, /, *, every_look: bool = False) -> Events:
    """The p95 exactly at its limit."""
    stream = latencies(rng, N)
    ledger = Ledger(LATENCY.key, stream, limit=plans.LIMIT_P95)
    beyond = (stream > int(Decimal(plans.LIMIT_P95) * SCALE)).astype(int) * SCALE
    beside = watching(beyond, 0.05, AFTER_EACH_DAY)
    days = beside.days(EVERY_DAY, every_look=every_look)
    return {**follow(always(plans.p95()), arms_of([], [ledger]), days).said, **beside.events}


def longer_review(rng: Generator, /, *, every_look: bool = False) -> Events:
    before, now = minutes(rng, BASELINE, 10.0), minutes(rng, N, 13.0)
    measure = arms_of([frozen(MINUTES.key, before)], [Ledger(MINUTES.key, now)])
    course = follow(always(plans.against_before(MINUTES)), measure, EVERY_DAY)
    return {**course.said, "harm_day": _day(course.harm_on), **watching(now, before, AFTER_EACH_DAY).events}


def cheap_but_worse(rng: Generator, /, *, every_look: bool = False) -> Events:
    """Half the cost, and 70 % correct answers instead of 90 %, with a margin of 5 points."""
    old_cost, old_quality = costs(rng, BASELINE, 1.2), yes(rng, BASELINE, 0.9)
    cost, quality = costs(rng, N, 0.6), yes(rng, N, 0.7)
    measure = arms_of(
        [frozen(COST.key, old_cost), frozen(QUALITY.key, old_quality, rate=True)],
        [Ledger(COST.key, cost), Ledger(QUALITY.key, quality, rate=True)],
    )
    course = follow(always(CHEAP_BUT_WORSE), measure, EVERY_DAY)
    _, at_the_end = next(looks(always(CHEAP_BUT_WORSE), measure, [DAYS - 1]))
    proven = [
        gate.reason for gate in at_the_end.results if gate.role is Role.GOAL and gate.status is Status.PROVEN
    ]
    beside = watching(quality, old_quality, AFTER_EACH_DAY, lower_is_better=False, worse_by=0.05)
    return {
        **course.said,
        "harm_day": _day(course.harm_on),
        "listed": float(bool(proven) and set(proven) <= set(at_the_end.reasons_against)),
        "t_go": float(watching(cost, old_cost, AFTER_EACH_DAY, better_by=0.1).t_better),
        **beside.events,
    }


def bad_from_the_middle(rng: Generator, /, *, every_look: bool = False) -> Events:
    """Cheap all the time; 90 % correct answers for 14 days, then 60 %. Looked at from day 15 on."""
    old_cost, old_quality = costs(rng, BASELINE, 1.2), yes(rng, BASELINE, 0.9)
    cost, quality = costs(rng, N, 0.6), np.concatenate([yes(rng, N // 2, 0.9), yes(rng, N // 2, 0.6)])
    measure = arms_of(
        [frozen(COST.key, old_cost), frozen(QUALITY.key, old_quality, rate=True)],
        [Ledger(COST.key, cost), Ledger(QUALITY.key, quality, rate=True)],
    )
    found = [verdict for _, verdict in looks(always(CHEAP_BUT_WORSE), measure, EVERY_DAY[N // 2 // A_DAY :])]
    beside = watching(quality, old_quality, AFTER_EACH_DAY, lower_is_better=False, worse_by=0.05)
    return {
        "harm": float(any(verdict.code is ReasonCode.HARM for verdict in found)),
        "told": float(found[-1].code in (ReasonCode.HARM, ReasonCode.DATA)),
        "go": float(any(verdict.flag is Flag.GO for verdict in found[5:])),
        **beside.events,
    }


def recovering(rng: Generator, /, *, every_look: bool = False) -> Events:
    """Ten days of 40 % longer reviews, then far shorter ones: a breach must not go away."""
    before = minutes(rng, BASELINE, 10.0)
    now = minutes(rng, N, 14.0)
    now[250:] = minutes(rng, N - 250, 7.0)
    measure = arms_of([frozen(MINUTES.key, before)], [Ledger(MINUTES.key, now)])
    breached = [
        bool(verdict.breached)
        for _, verdict in looks(always(plans.against_before(MINUTES)), measure, EVERY_DAY)
    ]
    first = breached.index(True) if any(breached) else len(breached)
    return {"breached": float(any(breached)), "unbreached": float(not all(breached[first:]))}


def _day(found: int | None) -> float:
    return math.nan if found is None else float(found)


STOPS = power("stop for harm", "harm", t_test="t_worse", static="static")

SCENARIOS = (
    Scenario(
        3,
        "p95 +30 %",
        "p95 latency 30 % over a known limit",
        slower,
        (STOPS, Claim("day of the stop", "harm_day", Kind.MEDIAN, bound=4)),
    ),
    Scenario(
        3,
        "p95 on its limit",
        "p95 latency exactly at its limit",
        as_fast,
        (
            Claim(
                "false stop for harm",
                "harm",
                Kind.AT_MOST,
                bound=0.065,
                nominal=0.05,
                t_test="t_worse",
                static="static",
            ),
        ),
    ),
    Scenario(
        3,
        "minutes +30 %",
        "Review minutes 30 % up",
        longer_review,
        (STOPS, Claim("day of the stop", "harm_day", Kind.MEDIAN, bound=7)),
    ),
    Scenario(
        4,
        "cheap but worse",
        "Cost −50 %, correct answers −20 points (margin 5)",
        cheap_but_worse,
        (
            STOPS,
            Claim("go", "go", Kind.NONE, t_test="t_go"),
            power("the record lists the proven saving against the stop", "listed"),
            Claim("day of the stop", "harm_day", Kind.MEDIAN, bound=7),
        ),
    ),
    Scenario(
        4,
        "bad from the middle",
        "Cost −50 %; correct answers 90 % for 14 days, then 60 % (margin 5)",
        bad_from_the_middle,
        (
            power("at the end stopped for harm, or held back by the drift alarm", "told"),
            Claim("stop for harm by day 28", "harm", Kind.REPORTED, t_test="t_worse", static="static"),
            Claim("go from day 20 on", "go", Kind.AT_MOST, bound=0.065, nominal=0.05),
        ),
    ),
    Scenario(
        7,
        "recovering",
        "Ten bad days, then good ones: a breached trigger never un-breaches",
        recovering,
        (power("breached in the bad days", "breached"), Claim("un-breached later", "unbreached", Kind.NONE)),
    ),
)
