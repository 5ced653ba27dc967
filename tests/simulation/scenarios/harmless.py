"""Scenarios 1 and 7: nothing changed, and somebody looks every day, through two extensions, at five triggers."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from tests.pilots.judging.builders import COST, MINUTES, QUALITY
from tests.simulation import plans
from tests.simulation.bystanders import watching
from tests.simulation.claims import Pilot, Scenario, false_alarm
from tests.simulation.ledger import Ledger, frozen
from tests.simulation.scenarios.errors import ANY, BOTH_WAYS, T_TEST_FAILS
from tests.simulation.streams import A_DAY, BASELINE, DAYS, Generator, Whole, costs, minutes, yes
from tests.simulation.watching import PlanOf, always, arms_of, follow

Events = Mapping[str, float]
Draw = Callable[[Generator, int], Whole]

EVERY_DAY = range(1, DAYS + 1)
TWICE_EXTENDED = range(1, 2 * DAYS + 1)
N = DAYS * A_DAY
AFTER_EACH_DAY = range(A_DAY, N + 1, A_DAY)


def before_after(written: PlanOf, draw: Draw, *, key: str, days: range = EVERY_DAY) -> Pilot:
    """A frozen baseline of 500, then 25 tasks a day of the very same work."""

    def pilot(rng: Generator, /, *, every_look: bool = False) -> Events:
        before, now = draw(rng, BASELINE), draw(rng, len(days) * A_DAY)
        rate = key == QUALITY.key
        measure = arms_of([frozen(key, before, rate=rate)], [Ledger(key, now, rate=rate)])
        looked = range(A_DAY, now.size + 1, A_DAY)
        beside = watching(now, before, looked, lower_is_better=not rate)
        looked_at = beside.days(days, every_look=every_look)
        return {**follow(written, measure, looked_at).said, **beside.events}

    return pilot


def five_triggers(rng: Generator, /, *, every_look: bool = False) -> Events:
    written = plans.many_triggers(5)
    pairs = [(minutes(rng, BASELINE), minutes(rng, N)) for _ in written.metrics]
    before = [frozen(metric.key, old) for metric, (old, _) in zip(written.metrics, pairs, strict=True)]
    ledgers = [Ledger(metric.key, now) for metric, (_, now) in zip(written.metrics, pairs, strict=True)]
    beside = [watching(now, old, AFTER_EACH_DAY) for old, now in pairs]
    close = sorted({day for one in beside for day in one.days(EVERY_DAY, every_look=every_look)})
    said = follow(always(written), arms_of(before, ledgers), close).said
    t_worse, static = any(one.t_worse for one in beside), any(one.static for one in beside)
    return {**said, "t_worse": float(t_worse), "static": float(static)}


def nine_in_ten(rng: Generator, n: int) -> Whole:
    return yes(rng, n, 0.9)


MINUTES_PLAN = plans.against_before(MINUTES)

SCENARIOS = (
    Scenario(
        1,
        "a/a",
        "Nothing changed: review minutes, baseline 500, 25 tasks a day for 28 days, read daily",
        before_after(always(MINUTES_PLAN), minutes, key=MINUTES.key),
        (*BOTH_WAYS, ANY, T_TEST_FAILS),
    ),
    Scenario(
        1,
        "a/a skewed",
        "Nothing changed: strongly skewed cost without a cap (skewness 3.7)",
        before_after(always(plans.against_before(plans.UNCAPPED_COST)), costs, key=COST.key),
        BOTH_WAYS,
    ),
    Scenario(
        1,
        "a/a rate",
        "Nothing changed: 90 % correct answers against a frozen baseline",
        before_after(always(plans.against_before(QUALITY)), nine_in_ten, key=QUALITY.key),
        BOTH_WAYS,
    ),
    Scenario(
        1,
        "a/a five",
        "Nothing changed, five stop triggers at once",
        five_triggers,
        (false_alarm("any false stop for harm", "harm", t_test="t_worse", static="static"),),
    ),
    Scenario(
        7,
        "extended",
        "Nothing changed, and two extensions of 14 days are always signed: 56 looks",
        before_after(
            lambda day: plans.extended(MINUTES_PLAN, day), minutes, key=MINUTES.key, days=TWICE_EXTENDED
        ),
        BOTH_WAYS,
    ),
)
