"""Half-widths of the mixture confidence sequences of a mean.

Sources: Lindon, Ham, Tingley, Bojinov, arXiv 2210.08589 (t-mixture); Howard, Ramdas, McAuliffe, Sekhon,
arXiv 1810.08240 (normal mixtures, and how to tune them to the planned end).
"""

import math
from typing import Literal

from evaluations.stats.interval import Interval


def require_alpha(alpha: float) -> None:
    """Raises ValueError unless 0 < alpha < 1."""
    if not 0.0 < alpha < 1.0:
        raise ValueError(f"An error budget lies between 0 and 1, got {alpha}.")


def c(alpha: float) -> float:
    """c(α) = −2 ln α + ln(1 − 2 ln α): the x at which a mixture is narrowest, so x = c at the planned end."""
    require_alpha(alpha)
    return -2.0 * math.log(alpha) + math.log(1.0 - 2.0 * math.log(alpha))


def tuning(n_planned: float, alpha: float) -> float:
    """g = c(α) / n*, per observation. Fix it before the data: n* is the planned (effective) n at the end."""
    if n_planned <= 0:
        raise ValueError(f"The planned number of observations must be above zero, got {n_planned}.")
    return c(alpha) / n_planned


def t_multiplier(*, nu: float, x: float, alpha: float) -> float:
    """Half-width in standard errors with ν degrees of freedom; infinite while A ≥ 1 + x.

    sqrt(ν(A − 1) / (1 − A/(1 + x))) with A = ((1 + x)/α²)^(1/(ν + 1)), x = g·n.
    Exact for normal observations at every n ≥ 2; for others as good as their means are normal.
    """
    require_alpha(alpha)
    if nu <= 0 or x <= 0:
        return math.inf
    log_a = (math.log1p(x) - 2.0 * math.log(alpha)) / (nu + 1.0)
    log_gap = log_a - math.log1p(x)
    if log_gap >= 0:
        return math.inf
    return math.sqrt(nu * math.expm1(log_a) / -math.expm1(log_gap))


def t_mixture(*, estimate: float, se: float, nu: float, x: float, alpha: float) -> Interval:
    """Two-sided 1 − α confidence sequence of a mean or a difference, in the unit of the estimate.

    A standard error of zero says nothing (constant data are never certain): the whole line.
    """
    half_width = se * t_multiplier(nu=nu, x=x, alpha=alpha) if se > 0 else math.inf
    return Interval.around(estimate, half_width) if math.isfinite(half_width) else Interval.everything()


def normal_multiplier(*, x: float, alpha: float) -> float:
    """Two-sided half-width in standard errors: sqrt((1 + 1/x) · ln((1 + x)/α²)), x = τ²/SE²."""
    require_alpha(alpha)
    if x <= 0:
        return math.inf
    return math.sqrt((1.0 + 1.0 / x) * (math.log1p(x) - 2.0 * math.log(alpha)))


def normal_multiplier_one_sided(*, x: float, alpha: float) -> float:
    """One-sided distance in standard errors: sqrt(2(1 + 1/x) · ln(1 + sqrt(1 + x)/(2α))), x = τ²/SE²."""
    require_alpha(alpha)
    if x <= 0:
        return math.inf
    return math.sqrt(2.0 * (1.0 + 1.0 / x) * math.log1p(math.sqrt(1.0 + x) / (2.0 * alpha)))


def normal_mixture(*, estimate: float, se: float, se_planned: float, alpha: float) -> Interval:
    """The large-n limit of the t-mixture, two-sided, with τ² = c(α)·SE*².

    `se_planned` (SE*) is the standard error expected at the planned end, fixed before the data.
    Valid as n grows; for small samples use `t_mixture`.
    """
    if se <= 0:
        return Interval.everything()
    multiplier = normal_multiplier(x=c(alpha) * (se_planned / se) ** 2, alpha=alpha)
    return Interval.around(estimate, se * multiplier)


def normal_mixture_one_sided(
    *,
    estimate: float,
    se: float,
    se_planned: float,
    alpha: float,
    side: Literal["lower", "upper"],
) -> Interval:
    """One bound at α, the other end infinite, with τ² = c(2α)·SE*²."""
    if se <= 0:
        return Interval.everything()
    distance = se * normal_multiplier_one_sided(x=c(2.0 * alpha) * (se_planned / se) ** 2, alpha=alpha)
    if side == "lower":
        return Interval(estimate - distance, math.inf)
    return Interval(-math.inf, estimate + distance)
