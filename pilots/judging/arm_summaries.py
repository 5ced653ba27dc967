"""What one side of a comparison looks like on the page: n, value, spread, outcomes."""

from __future__ import annotations

from decimal import Decimal

from pilots.judging.criteria import Criterion
from pilots.judging.facts import ArmFacts, QuantileFacts
from pilots.judging.plan import Estimand
from pilots.judging.samples import Sample, beyond_count
from pilots.judging.verdict import ArmSummary


def summarise(criterion: Criterion, sample: Sample, arms: list[ArmFacts]) -> ArmSummary:
    """`value` is the mean, the share, the sum or the quantile; for a quantile `yes` is the count past the limit.

    The quantile and its interval are the loader's: both phases of an arm carry that of both. Of several segments
    together there is none, since order statistics cannot be merged."""
    estimand = criterion.metric.estimand
    quantile = _quantile(arms, criterion.metric.quantile) if estimand is Estimand.QUANTILE else None
    return ArmSummary(
        n=sample.n,
        days=sample.days,
        value=_value(sample, estimand, quantile),
        sd=sample.summary.sd if estimand is Estimand.MEAN and sample.n > 1 else None,
        yes=_yes(criterion, sample),
        missing=sample.missing,
        outcomes=sample.outcomes,
        low=_float(quantile.low) if quantile else None,
        high=_float(quantile.high) if quantile else None,
    )


def _value(sample: Sample, estimand: Estimand, quantile: QuantileFacts | None) -> float | None:
    if estimand is Estimand.QUANTILE:
        return _float(quantile.point) if quantile else None
    if estimand is Estimand.TOTAL:
        return float(sample.total)
    return sample.summary.mean if sample.n else None


def _yes(criterion: Criterion, sample: Sample) -> int | None:
    if criterion.metric.estimand is Estimand.QUANTILE:
        limit = criterion.reference if criterion.reference is not None else criterion.metric.limit
        return None if limit is None or not sample.n else beyond_count(criterion.metric, sample, limit)
    return sample.yes if sample.rate else None


def _quantile(arms: list[ArmFacts], share: Decimal | None) -> QuantileFacts | None:
    found = {quantile for arm in arms for quantile in arm.quantiles if quantile.share == share}
    return found.pop() if len(found) == 1 else None


def _float(value: Decimal | None) -> float | None:
    return None if value is None else float(value)
