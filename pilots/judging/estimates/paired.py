"""The same units on both sides: hedged betting for rates and scores with bounds, else the t-mixture of differences."""

from __future__ import annotations

import math
from fractions import Fraction

from evaluations.stats.betting import BettingState, difference_interval
from evaluations.stats.interval import Interval
from evaluations.stats.means import MeanSummary, one_sample_mean
from pilots.judging import outcomes
from pilots.judging.criteria import Criterion
from pilots.judging.estimates.estimate import Estimate
from pilots.judging.estimates.gaps import TOLERATED_SHARE
from pilots.judging.facts import PairFacts
from pilots.judging.plan import MetricPlan


def estimate(criterion: Criterion, pairs: PairFacts) -> Estimate:
    """The mean of pilot − weight · other over the pairs; widened when more than 5 % of the units have one side only."""
    raw = _betting(criterion, pairs) if _can_bet(criterion, pairs) else _t_mixture(criterion, pairs)
    share = pairs.unpaired / (pairs.n + pairs.unpaired)
    if share > TOLERATED_SHARE:
        raw = _widened(criterion, raw, share)
    return raw.turned(criterion.sign)


def width(metric: MetricPlan) -> float | None:
    """Cap minus floor, 1 for a rate; None when the plan fixes no bounds."""
    low, high = outcomes.bounds(metric)
    return None if low is None or high is None else float(high - low)


def _can_bet(criterion: Criterion, pairs: PairFacts) -> bool:
    return pairs.betting is not None and criterion.weight == 1 and width(criterion.metric) is not None


def _betting(criterion: Criterion, pairs: PairFacts) -> Estimate:
    scale = width(criterion.metric) or 1.0
    state = BettingState.from_json(dict(pairs.betting or {}))
    if state.n != pairs.n:
        raise ValueError(
            f"{pairs.n} pairs of {criterion.metric.label}, but {state.n} were bet on; reload the facts"
        )
    found = differences(criterion, pairs)
    return Estimate(
        method="hedged betting on paired differences",
        delta=found.mean,
        se=math.sqrt(found.variance / pairs.n),
        prove=difference_interval(state, criterion.prove_alpha).scale(scale),
        refute=difference_interval(state, criterion.refute_alpha).scale(scale),
        parameters={"pairs": pairs.n},
        exact=True,
    )


def _t_mixture(criterion: Criterion, pairs: PairFacts) -> Estimate:
    found = differences(criterion, pairs)
    planned = criterion.metric.planned_n
    prove = one_sample_mean(found, n_planned=planned, alpha=criterion.prove_alpha)
    refute = one_sample_mean(found, n_planned=planned, alpha=criterion.refute_alpha)
    return Estimate(
        method="t-mixture of paired differences",
        delta=prove.estimate,
        se=prove.se,
        prove=prove.interval,
        refute=refute.interval,
        parameters={"pairs": pairs.n, "nu": prove.nu},
        constant=found.variance == 0,
    )


def differences(criterion: Criterion, pairs: PairFacts) -> MeanSummary:
    """pilot − weight · other of each pair, as exact sums."""
    weight = Fraction(criterion.weight)
    total = Fraction(pairs.total) - weight * Fraction(pairs.base_total)
    cross = 2 * weight * Fraction(pairs.products)
    squares = Fraction(pairs.squares) - cross + weight * weight * Fraction(pairs.base_squares)
    return MeanSummary(pairs.n, total, squares)


def _widened(criterion: Criterion, raw: Estimate, share: float) -> Estimate:
    """Every unit with one side only may have had the worst or the best difference the bounds allow."""
    reach = width(criterion.metric)
    prove, refute = (_stretched(interval, share, reach, criterion) for interval in (raw.prove, raw.refute))
    return Estimate(
        method=raw.method,
        delta=raw.delta,
        se=raw.se,
        prove=prove,
        refute=refute,
        parameters=raw.parameters,
        exact=raw.exact,
        constant=raw.constant,
    )


def _stretched(interval: Interval, share: float, reach: float | None, criterion: Criterion) -> Interval:
    if reach is None:
        return Interval.everything()
    low, high = outcomes.bounds(criterion.metric)
    weight = float(criterion.weight)
    least, most = float(low or 0) - weight * float(high or 0), float(high or 0) - weight * float(low or 0)
    return Interval((1 - share) * interval.low + share * least, (1 - share) * interval.high + share * most)
