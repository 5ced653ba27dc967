"""p50 and p95 of a metric with their intervals at every look together, picked from the histogram of its series.

For display: what is decided rests on exact counts past a limit.
"""

import math
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import replace
from decimal import Decimal

from evaluations.stats import histogram
from evaluations.stats.quantiles import DISPLAY_ALPHA, display_ranks
from pilots.judging import outcomes
from pilots.judging.facts import ArmFacts, Outcome, Phase, QuantileFacts
from pilots.judging.plan import Direction, Estimand, MetricPlan, Plan

Place = tuple[str, str, bool, int, str]
"""Metric, candidate, whether it is the baseline, epoch, segment."""

Counted = tuple[str, str, bool, int, str, int, int]
"""A place, a bin, and how many units with an answer lie in it."""


def wanted(plan: Plan) -> dict[str, Decimal]:
    """The share of each metric that is a quantile, 0.95 for p95."""
    return {
        metric.key: metric.quantile
        for metric in plan.metrics
        if metric.estimand is Estimand.QUANTILE and metric.quantile is not None
    }


def fill(arms: tuple[ArmFacts, ...], plan: Plan, counted: Iterable[Counted]) -> tuple[ArmFacts, ...]:
    """The arms, each with the quantile of its place. Both phases of a pilot are one place, and each carries the figure
    of both: order statistics cannot be merged later."""
    shares = wanted(plan)
    if not shares:
        return arms
    bins = _summed(counted)
    metrics = {metric.key: metric for metric in plan.metrics if metric.key in shares}
    sides: dict[Place, list[ArmFacts]] = defaultdict(list)
    for arm in arms:
        sides[_place(arm)].append(arm)
    found = {
        place: (_quantile(metrics[place[0]], shares[place[0]], side, bins[place]),)
        for place, side in sides.items()
        if place[0] in shares
    }
    return tuple(replace(arm, quantiles=found.get(_place(arm), ())) for arm in arms)


def _place(arm: ArmFacts) -> Place:
    return arm.metric, arm.candidate, arm.phase is Phase.BASELINE, arm.epoch, arm.segment


def _summed(counted: Iterable[Counted]) -> dict[Place, dict[int, int]]:
    """The bins of each segment, and of all of them together."""
    bins: dict[Place, dict[int, int]] = defaultdict(lambda: defaultdict(int))
    for metric, candidate, baseline, epoch, segment, number, n in counted:
        for shown in {segment, ""}:
            bins[metric, candidate, baseline, epoch, shown][number] += n
    return bins


def _quantile(
    metric: MetricPlan, share: Decimal, arms: list[ArmFacts], bins: dict[int, int]
) -> QuantileFacts:
    """A failure lies beyond every value on the bad side and a refusal on the good one, as where the limit is counted.
    The ends of the interval are the outer edges of their bins, so that the bins make it no narrower."""
    failed = _number(arms, outcomes.FAILED)
    declined = _number(arms, outcomes.DECLINED)
    answered = sum(bins.values())
    n, below = failed + declined + answered, declined if metric.direction is Direction.LOWER else failed
    if not n:
        return QuantileFacts(share=share)
    q = float(share)
    ranks = display_ranks(n, q, DISPLAY_ALPHA)

    def bin_of(rank: int) -> int | None:
        return histogram.bin_at(bins, rank - below) if 0 < rank - below <= answered else None

    middle, low, high = bin_of(max(1, math.ceil(n * share))), bin_of(ranks.low), bin_of(ranks.high)
    return QuantileFacts(
        share=share,
        point=None if middle is None else histogram.midpoint(middle),
        low=None if low is None else histogram.edges(low)[0],
        high=None if high is None else histogram.edges(high)[1],
    )


def _number(arms: list[ArmFacts], named: tuple[Outcome, ...]) -> int:
    return sum(arm.outcomes.get(outcome, 0) for arm in arms for outcome in named)
