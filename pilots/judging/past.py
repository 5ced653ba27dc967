"""The facts as they were at the end of each day, rebuilt from the day totals of today's facts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, date, datetime, time
from decimal import Decimal

from pilots.judging import outcomes
from pilots.judging.facts import ArmFacts, Facts, Outcome, Phase
from pilots.judging.plan import Design, Estimand, Plan

TOLD = {Outcome.OK.value, *(outcome.value for outcome in outcomes.FAILED)}
"""Outcomes that day totals tell apart as well as a verdict needs."""


def days_of(plan: Plan, facts: Facts) -> tuple[Facts, ...] | None:
    """One for each day on which the candidate under trial was measured, in order; each holds all up to its end.

    `plan` has one metric. The newest point of a day counts as fresh at its end. None where day totals do not tell, and
    the rows must be read again: quantiles, pairs, averaged repeats (they may reach over days), refusals,
    infrastructure errors, and epochs that are mixed by now but may not have been then."""
    (metric,) = plan.metrics
    arms = [arm for arm in facts.arms if arm.metric == metric.key and not arm.segment]
    piloted = [arm for arm in arms if arm.phase is not Phase.BASELINE]
    if metric.estimand is Estimand.QUANTILE or metric.design is Design.PAIRED:
        return None
    if any(epoch.mixed for epoch in facts.epochs) or not all(_is_told(arm) for arm in piloted):
        return None
    before = tuple(arm for arm in arms if arm.phase is Phase.BASELINE)
    days = sorted({day.day for arm in piloted if arm.candidate == plan.primary for day in arm.daily})
    return tuple(_at(facts, before, piloted, day) for day in days)


def _is_told(arm: ArmFacts) -> bool:
    if arm.averaged or arm.missing or not {name for name, count in arm.outcomes.items() if count} <= TOLD:
        return False
    failed = sum(arm.outcomes.get(outcome, 0) for outcome in outcomes.FAILED)
    return (arm.n, failed) == (sum(day.n for day in arm.daily), sum(day.failed for day in arm.daily))


def _at(facts: Facts, before: tuple[ArmFacts, ...], piloted: list[ArmFacts], day: date) -> Facts:
    end = min(_end(day), facts.as_of)
    cut = (_cut(arm, day, facts.as_of) for arm in piloted)
    return replace(
        facts,
        as_of=end,
        arms=before + tuple(arm for arm in cut if arm is not None),
        pairs=(),
        epochs=tuple(epoch for epoch in facts.epochs if epoch.opened_at is None or epoch.opened_at <= end),
    )


def _cut(arm: ArmFacts, last: date, as_of: datetime) -> ArmFacts | None:
    """None for an arm that had not begun."""
    daily = tuple(day for day in arm.daily if day.day <= last)
    if not daily:
        return None
    n, failed = sum(day.n for day in daily), sum(day.failed for day in daily)
    return replace(
        arm,
        n=n,
        total=sum((day.total for day in daily), Decimal(0)),
        squares=sum((day.squares for day in daily), Decimal(0)),
        yes=None if arm.yes is None else sum(day.yes for day in daily),
        beyond={},
        outcomes=_outcomes(n, failed),
        rows=n + failed,
        days=len(daily),
        last_at=min(_end(daily[-1].day), as_of),
        daily=daily,
        quantiles=(),
        digest="",
    )


def _outcomes(n: int, failed: int) -> Mapping[str, int]:
    """A time-out and an error count alike; which of the two it was, day totals do not say."""
    found = {Outcome.OK.value: n, Outcome.ERROR.value: failed}
    return {name: count for name, count in found.items() if count}


def _end(day: date) -> datetime:
    return datetime.combine(day, time.max, tzinfo=UTC)
