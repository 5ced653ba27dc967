"""Ratios and net effects from intervals, when units are not shared and no per-unit value can be derived."""

from evaluations.stats.interval import Interval
from evaluations.stats.means import MeanSummary, one_sample_mean
from evaluations.stats.mixtures import require_alpha
from evaluations.stats.rates import rate_sequence


def ratio(numerator: Interval, share: Interval) -> Interval:
    """Every numerator over every share in (0, 1]: holds when both intervals hold.

    A share that may be zero leaves the ratio unbounded on the side of the numerator's sign.
    """
    if share.low < 0.0 or share.high <= 0.0:
        raise ValueError(f"The share must lie above zero, got {share.low} to {share.high}.")
    low = _quotient(numerator.low, share.high if numerator.low >= 0.0 else share.low)
    high = _quotient(numerator.high, share.low if numerator.high >= 0.0 else share.high)
    return Interval(low, high)


def cost_per_accepted(
    cost: MeanSummary, *, accepted: int, tasks: int, n_planned: float, alpha: float
) -> Interval:
    """Money for each accepted task: mean cost of a task over the accepted share, α/2 for each of the two."""
    require_alpha(alpha)
    mean_cost = one_sample_mean(cost, n_planned=n_planned, alpha=alpha / 2.0).interval
    return ratio(mean_cost, rate_sequence(accepted, tasks, alpha / 2.0))


def net_effect(saving: Interval, extra_costs: list[Interval]) -> Interval:
    """Saving minus every extra cost, all in money for one task. Read each at α divided by their number."""
    total = saving
    for extra in extra_costs:
        total = total.minus(extra)
    return total


def _quotient(above: float, below: float) -> float:
    if below > 0.0:
        return above / below
    return 0.0 if above == 0.0 else above * float("inf")
