"""Rates and shares by exact beta-binomial sequences, against a number or another arm."""

from __future__ import annotations

import math

from evaluations.stats.interval import Interval
from evaluations.stats.rate_differences import BASELINE_SHARE, clopper_pearson
from evaluations.stats.rates import log_e_plus, rate_sequence
from pilots.judging.criteria import Criterion
from pilots.judging.estimates.estimate import Estimate
from pilots.judging.plan import Design
from pilots.judging.verdict import Role


def against_limit(criterion: Criterion, *, bad: int, n: int, allowed: float) -> Estimate:
    """`bad` of `n` units on the bad side, of which a share `allowed` is tolerated; delta = allowed − share.

    A trigger breaches by its one-sided e-value at the level of harm, not by the interval."""
    share = bad / n
    log_evidence = log_e_plus(bad, n, allowed)
    threshold = -math.log(criterion.refute_alpha)
    return Estimate(
        method="beta-binomial confidence sequence",
        delta=allowed - share,
        se=math.sqrt(share * (1 - share) / n),
        prove=rate_sequence(bad, n, criterion.prove_alpha).negate().shift(allowed),
        refute=rate_sequence(bad, n, criterion.refute_alpha).negate().shift(allowed),
        parameters={
            "bad": bad,
            "allowed": allowed,
            "log_e_value": log_evidence,
            "log_e_needed": threshold,
        },
        alarm=log_evidence >= threshold if criterion.role is Role.TRIGGER else None,
        exact=True,
    )


def alone(criterion: Criterion, *, k: int, n: int) -> Estimate:
    """A share as it is, for display."""
    share = k / n
    interval = rate_sequence(k, n, criterion.prove_alpha)
    return Estimate(
        method="beta-binomial confidence sequence",
        delta=share,
        se=math.sqrt(share * (1 - share) / n),
        prove=interval,
        refute=interval,
        parameters={"yes": k},
        exact=True,
    )


def between_arms(criterion: Criterion, *, k: int, n: int, k_base: int, n_base: int, sign: int) -> Estimate:
    """The difference of two shares, with the other arm's counted `weight` times; `sign` −1 when a yes is bad.

    Against a frozen baseline a trigger breaches by the one-sided e-value, which is sharper than the interval."""
    weight = float(criterion.weight)
    share, base = k / n, k_base / n_base
    frozen = criterion.design is Design.BEFORE_AFTER

    def at(alpha: float) -> Interval:
        before, now = _arms(frozen, k, n, k_base, n_base, alpha)
        return Interval(now.low - weight * before.high, now.high - weight * before.low)

    evidence = _evidence_of_harm(criterion, k, n, k_base, n_base, sign) if frozen else {}
    estimate = Estimate(
        method="exact baseline and beta-binomial sequence" if frozen else "two beta-binomial sequences",
        delta=share - weight * base,
        se=math.sqrt(share * (1 - share) / n + weight * weight * base * (1 - base) / n_base),
        prove=at(criterion.prove_alpha),
        refute=at(criterion.refute_alpha),
        parameters={"yes": k, "yes_before": k_base, "weight": weight, **evidence},
        alarm=evidence["log_e_value"] >= evidence["log_e_needed"] if evidence else None,
        exact=True,
    )
    return estimate.turned(sign)


def _evidence_of_harm(
    criterion: Criterion, k: int, n: int, k_base: int, n_base: int, sign: int
) -> dict[str, float]:
    """E⁺ against "no more failures than the margin allows", at the end of the baseline that excuses most of them.

    One end of Clopper–Pearson at α/5 and E⁺ at 4α/5 add up to α. Empty for goals and monitors."""
    if criterion.role is not Role.TRIGGER:
        return {}
    alpha, weight, margin = criterion.refute_alpha, float(criterion.weight), -float(criterion.threshold)
    baseline = clopper_pearson(k_base, n_base, 2 * BASELINE_SHARE * alpha)
    if sign < 0:
        bad, allowed = k, weight * baseline.high + margin
    else:
        bad, allowed = n - k, 1 - weight * baseline.low + margin
    return {
        "allowed": min(allowed, 1.0),
        "log_e_value": log_e_plus(bad, n, min(allowed, 1.0)),
        "log_e_needed": -math.log((1 - BASELINE_SHARE) * alpha),
    }


def _arms(frozen: bool, k: int, n: int, k_base: int, n_base: int, alpha: float) -> tuple[Interval, Interval]:
    """A frozen baseline is read once, so it takes a fifth of the budget; arms that both grow take half each."""
    if frozen:
        return (
            clopper_pearson(k_base, n_base, BASELINE_SHARE * alpha),
            rate_sequence(k, n, (1 - BASELINE_SHARE) * alpha),
        )
    return rate_sequence(k_base, n_base, alpha / 2), rate_sequence(k, n, alpha / 2)
