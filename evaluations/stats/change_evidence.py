"""The evidence for "it changed after day j", for every j and every evening: matrices of logarithms.

Row = an evening (all days so far are known), column = a split: the change lies after day j = column + 1. A
split that is not possible, or does not count yet, is −inf. Columns are summed with weights w_j = H/((j + H −
1)(j + H)), which add up to 1 over all j ≥ 1; days that have not come yet keep their weight, at evidence 1.
"""

from typing import NamedTuple

from evaluations.stats import special
from evaluations.stats.arrays import Booleans, Floats, Integers, np

HALF_WEIGHT_DAYS = 30
"""H: half of the weight lies on the first 30 days, the length of a usual pilot."""

EFFECT_SD = 0.5
"""The shift the test of means is tuned to, in standard deviations of one task."""

SEGMENT_TASKS = 100
"""Tasks needed before and after a split, as for every skewed mean that decides."""

PRIOR = 0.5
"""Beta(½, ½) on the rate before and on the rate after."""


class Evenings(NamedTuple):
    """For each new evening: ln of the weighted evidence, and the likeliest split (0 = none yet)."""

    log_evidence: Floats
    split: Integers


def of_means(counts: Floats, sums: Floats, first: int) -> Evenings:
    """Day totals of a mean: tasks and sums (from any fixed origin) of each day; evenings from index `first`.

    The Bayes factor of the two-sample t-test, weighted by tasks, with the spread between days as its
    yardstick: B = (1 + x)^(−½)·((SSR + F)/(SSR + F/(1 + x)))^((D − 1)/2) for D days, x = ¼·n₁n₂/(n₁ + n₂), F
    the sum of squares of the split, SSR the rest between days.
    """
    tasks, totals, squares = np.cumsum(counts), np.cumsum(sums), np.cumsum(sums * sums / counts)
    split = _splits(tasks, totals, first)
    days = np.arange(first, counts.size, dtype=np.float64)[:, None]
    between = (squares[first:] - totals[first:] ** 2 / tasks[first:])[:, None]
    with np.errstate(all="ignore"):  # impossible splits are masked below
        effective = split.n_before * split.n_after / tasks[first:, None]
        explained = effective * (split.sum_after / split.n_after - split.sum_before / split.n_before) ** 2
        x = EFFECT_SD**2 * effective
        unexplained = np.maximum(between - explained, 0.0) + explained / (1.0 + x)
        log_factor = -0.5 * np.log1p(x) + days / 2.0 * (np.log(between) - np.log(unexplained))
    varies = between > 1e-12 * squares[first:, None]
    counted = (split.n_before >= SEGMENT_TASKS) & (split.n_after >= SEGMENT_TASKS) & varies & split.past
    return _weighted(np.where(counted, log_factor, -np.inf), np.zeros(counts.size - first), first)


def of_rates(counts: Floats, hits: Floats, first: int) -> Evenings:
    """Day totals of a rate: tasks and yes-outcomes of each day.

    Universal inference (Wasserman, Ramdas, Balakrishnan, arXiv 1912.11436): the beta-binomial likelihood
    before times the one after, over the largest likelihood of one common rate. Exact for independent yes/no
    outcomes, whatever the rate.
    """
    tasks, totals = np.cumsum(counts), np.cumsum(hits)
    split = _splits(tasks, totals, first)
    n, k = tasks[first:], totals[first:]
    common = special.xlogy(k, k / n) + special.xlogy(n - k, (n - k) / n)
    after_n, after_k = np.where(split.past, split.n_after, 0.0), np.where(split.past, split.sum_after, 0.0)
    changed = (
        _log_marginal(split.sum_before, split.n_before) + _log_marginal(after_k, after_n) - common[:, None]
    )
    return _weighted(np.where(split.past, changed, -np.inf), _log_marginal(k, n) - common, first)


class _Splits(NamedTuple):
    n_before: Floats
    n_after: Floats
    sum_before: Floats
    sum_after: Floats
    past: Booleans


def _splits(tasks: Floats, totals: Floats, first: int) -> _Splits:
    n_before, sum_before = tasks[None, :-1], totals[None, :-1]
    past = np.arange(tasks.size - 1)[None, :] < np.arange(first, tasks.size)[:, None]
    return _Splits(
        n_before, tasks[first:, None] - n_before, sum_before, totals[first:, None] - sum_before, past
    )


def _log_marginal(k: Floats, n: Floats) -> Floats:
    return np.asarray(
        special.betaln(PRIOR + k, PRIOR + n - k) - special.betaln(PRIOR, PRIOR), dtype=np.float64
    )


def _weighted(log_factors: Floats, log_unchanged: Floats, first: int) -> Evenings:
    """Σ w_j·B_j over past splits, plus the weight of all later days times the evidence without a change."""
    day = np.arange(1, log_factors.shape[1] + 1, dtype=np.float64)
    evening = np.arange(first, first + log_factors.shape[0], dtype=np.float64)
    weights = np.log(HALF_WEIGHT_DAYS / ((day + HALF_WEIGHT_DAYS - 1.0) * (day + HALF_WEIGHT_DAYS)))
    later = np.log(HALF_WEIGHT_DAYS / (evening + HALF_WEIGHT_DAYS)) + log_unchanged
    terms = np.column_stack([later, log_factors + weights])
    largest = terms.max(axis=1)
    # accumulate adds strictly from left to right: the sum does not depend on how many days come at once
    summed = np.add.accumulate(np.exp(terms - largest[:, None]), axis=1)[:, -1]
    past = terms[:, 1:]
    likeliest = past.argmax(axis=1) + 1 if past.shape[1] else np.zeros(largest.size, dtype=np.int64)
    found = np.isfinite(past.max(axis=1, initial=-np.inf))
    return Evenings(largest + np.log(summed), np.where(found, likeliest, 0).astype(np.int64))
