"""A draft stop trigger over past data: what the judge would have said of it at the end of each day.

A rehearsal proves nothing: a margin chosen by what it would have done is chosen by the result. It tells whether a
rule could fire at all, how soon, and how close the pilot came.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime

from pilots.judging.bench import Bench, criterion_of
from pilots.judging.budgets import harm_shares
from pilots.judging.facts import Facts
from pilots.judging.plan import Plan, StopTrigger
from pilots.judging.sentences import counted, opening
from pilots.judging.status import UNUSABLE
from pilots.judging.verdict import MetricResult, Status


@dataclass(frozen=True, kw_only=True)
class Look:
    """What the trigger's result was, from all data up to `at`."""

    at: datetime
    result: MetricResult


@dataclass(frozen=True, kw_only=True)
class Rehearsal:
    """`looks` are in order of time. `alpha` is the trigger's share of the error budget for harm."""

    trigger: StopTrigger
    alpha: float
    looks: tuple[Look, ...]

    @property
    def fired(self) -> Look | None:
        """The first look at which the trigger was breached."""
        return next((look for look in self.looks if look.result.status is Status.BREACHED), None)

    @property
    def sentence(self) -> str:
        if not self.looks:
            return "There is no measurement of the pilot to rehearse on yet."
        fired = self.fired
        if fired:
            return f"Would have fired on {_day(fired.at)}, after {_extent(fired)}: {fired.result.reason}."
        last = self.looks[-1]
        if last.result.status in UNUSABLE:
            return f"Would not have fired by {_day(last.at)}. {opening(last.result.reason)}."
        return f"Would not have fired in {_extent(last)}: {last.result.reason}."


def rehearsed(plan: Plan, trigger: StopTrigger) -> Plan:
    """A plan with this trigger alone, which still pays as its place among the others asks for.

    One that a plan in force does not have would be added after data. Data from before a restart count as well: it is
    the past that is asked about."""
    mine = next((each for each in plan.triggers if each.key == trigger.key), None)
    late = mine.late if mine else plan.version > 0
    every = plan if mine or late else replace(plan, triggers=(*plan.triggers, trigger))
    return replace(
        plan,
        metrics=(replace(plan.metric(trigger.metric), counts_from=None),),
        goals=(),
        triggers=(replace(trigger, late=late),),
        trigger_count=harm_shares(every),
    )


def rehearse(plan: Plan, days: Iterable[Facts]) -> Rehearsal:
    """`plan` is one of `rehearsed()`; each of `days` holds all that was measured up to its `as_of`, in order of time.

    What earlier looks latched is left out: it is another rule that is asked about. Raises ValueError when the trigger
    cannot be judged as it is written."""
    (trigger,) = plan.triggers
    criterion = criterion_of(plan, trigger)
    looks = []
    for facts in days:
        bench = Bench(plan=plan, facts=replace(facts, latched=()), as_of=facts.as_of, forecasts=False)
        looks.append(Look(at=facts.as_of, result=bench.judge(criterion, plan.primary)))
    return Rehearsal(trigger=trigger, alpha=criterion.refute_alpha, looks=tuple(looks))


def _extent(look: Look) -> str:
    after = look.result.after
    days, units = (after.days, after.n) if after else (0, 0)
    return f"{counted(days, 'day')} and {counted(units, 'item')}"


def _day(at: datetime) -> str:
    return f"{at:%-d %B %Y}"
