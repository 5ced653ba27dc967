"""Before the start: how likely each goal is proven and each trigger safe at the planned end, if the owner guesses right.

A trigger whose truth sits on its limit is safe by luck only, however long the pilot; this says so while it can still be
changed.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from fractions import Fraction

from evaluations.stats import special
from pilots.judging.bench import criterion_of
from pilots.judging.codec import decimal_text
from pilots.judging.criteria import Criterion
from pilots.judging.estimates import choose
from pilots.judging.facts import Facts
from pilots.judging.inquiry import ALL_CASES
from pilots.judging.plan import Design, Estimand, Goal, Plan, StopTrigger
from pilots.judging.samples import Sample, gather
from pilots.judging.selection import Sides, baseline_arms
from pilots.judging.sentences import counted, figure, inside, percent
from pilots.judging.verdict import Role

HOPELESS = 0.2


@dataclass(frozen=True, kw_only=True)
class Expected:
    """What the owner expects of one metric in the pilot: its mean with standard deviation, its rate, or, of a quantile,
    the share beyond the limit. `before` is the same for the other arm where no baseline is measured yet."""

    value: Decimal
    sd: Decimal = Decimal(0)
    before: Decimal | None = None


@dataclass(frozen=True, kw_only=True)
class Power:
    """`probability` of the good outcome at the planned end; None where it cannot be forecast."""

    criterion: str
    probability: float | None
    sentence: str


def power(plan: Plan, expected: Mapping[str, Expected], facts: Facts) -> tuple[Power, ...]:
    """One entry a goal and trigger, in the plan's order. Raises ValueError for a goal or trigger that cannot be judged."""
    written: tuple[Goal | StopTrigger, ...] = (*plan.goals, *plan.triggers)
    criteria = [criterion_of(plan, item) for item in written]
    return tuple(_power(criterion, expected.get(criterion.metric.key), facts) for criterion in criteria)


def _power(criterion: Criterion, guess: Expected | None, facts: Facts) -> Power:
    label = inside(criterion.metric.label)
    if guess is None:
        return Power(criterion=criterion.key, probability=None, sentence=f"{label}: no expectation is given")
    sides = _at_the_end(criterion, guess, facts)
    if sides is None:
        return Power(criterion=criterion.key, probability=None, sentence=f"{label}: cannot be forecast")
    end = choose.estimate(criterion, sides)
    if end.constant or not end.se:
        return Power(
            criterion=criterion.key, probability=None, sentence=f"{label}: give its standard deviation"
        )
    probability = float(special.ndtr((end.prove.low - float(criterion.threshold)) / end.se))
    return Power(
        criterion=criterion.key, probability=probability, sentence=_sentence(criterion, guess, probability)
    )


def _at_the_end(criterion: Criterion, guess: Expected, facts: Facts) -> Sides | None:
    """Both sides as they will be if everything comes as expected; None for totals, pairs and a missing baseline."""
    metric = criterion.metric
    if metric.estimand is Estimand.TOTAL or criterion.design is Design.PAIRED:
        return None
    pilot = _imagined(criterion, guess.value, guess.sd, metric.planned_n)
    if criterion.design is Design.ABSOLUTE:
        return Sides(pilot=pilot, base=None, pairs=None, epoch=0, compared=False)
    base = gather(metric, baseline_arms(facts, metric, ALL_CASES))
    if not base.n:
        if guess.before is None:
            return None
        base = _imagined(criterion, guess.before, guess.sd, metric.planned_base_n or metric.planned_n)
    return Sides(pilot=pilot, base=base, pairs=None, epoch=0, compared=True)


def _imagined(criterion: Criterion, value: Decimal, sd: Decimal, n: int) -> Sample:
    """A sample with exactly this mean and (n − 1) standard deviation, or this share."""
    metric, exact = criterion.metric, Fraction(value)
    if metric.estimand is Estimand.MEAN:
        squares = (n - 1) * Fraction(sd) ** 2 + n * exact * exact
        return Sample(n=n, total=n * exact, squares=squares)
    count = round(n * exact)
    sample = Sample(n=n, total=Fraction(count), squares=Fraction(count), yes=count, rate=True)
    if metric.estimand is Estimand.RATE:
        return sample
    limits = [limit for limit in (criterion.reference, metric.limit) if limit is not None]
    return replace(sample, rate=False, beyond={decimal_text(limit): count for limit in limits})


def _sentence(criterion: Criterion, guess: Expected, probability: float) -> str:
    metric = criterion.metric
    good = "proven" if criterion.role is Role.GOAL else "safe"
    share = metric.estimand is Estimand.QUANTILE
    value = (
        f"{percent(float(guess.value))} beyond the limit" if share else figure(criterion, float(guess.value))
    )
    said = f"{inside(metric.label)}: {percent(round(probability, 2))} likely to be {good}"
    said = f"{said} after {counted(metric.planned_n, 'unit')} at {value}"
    if probability >= HOPELESS:
        return said
    bound = "goal" if criterion.role is Role.GOAL else "limit"
    return f"{said}; too close to its {bound}: choose another {bound} or plan more units"
