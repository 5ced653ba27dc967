"""The difference of two rates, pilot minus baseline, in every design without pairs."""

from evaluations.stats import special
from evaluations.stats.interval import Interval
from evaluations.stats.mixtures import require_alpha
from evaluations.stats.rates import rate_sequence, require_counts

BASELINE_SHARE = 0.2
"""Of α: the frozen baseline is read once, so it needs less of the budget than the pilot, read daily."""


def clopper_pearson(k: int, n: int, alpha: float) -> Interval:
    """The exact two-sided interval of a rate read once (Clopper, Pearson 1934). Not for repeated looks."""
    require_counts(k, n)
    require_alpha(alpha)
    low = 0.0 if k == 0 else float(special.betaincinv(k, n - k + 1, alpha / 2.0))
    high = 1.0 if k == n else float(special.betaincinv(k + 1, n - k, 1.0 - alpha / 2.0))
    return Interval(low, high)


def frozen_baseline_difference(k_b: int, n_b: int, k_p: int, n_p: int, alpha: float) -> Interval:
    """p_pilot − p_baseline when the baseline was closed before the pilot: k_b of n_b before, k_p of n_p now.

    Clopper–Pearson on the baseline at α/5, the confidence sequence on the pilot at 4α/5, joined by the union
    bound.
    """
    before = clopper_pearson(k_b, n_b, BASELINE_SHARE * alpha)
    now = rate_sequence(k_p, n_p, (1.0 - BASELINE_SHARE) * alpha)
    return now.minus(before)


def concurrent_difference(k_b: int, n_b: int, k_p: int, n_p: int, alpha: float) -> Interval:
    """p_pilot − p_baseline when both arms grow on the same days: two sequences at α/2 each."""
    before, now = (
        rate_sequence(k_b, n_b, alpha / 2.0),
        rate_sequence(k_p, n_p, alpha / 2.0),
    )
    return now.minus(before)
