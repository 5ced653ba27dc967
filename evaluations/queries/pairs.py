"""Two targets case by case: what one does better than the other on the very same tasks."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import Avg, Count, F, FloatField, Min, Q, Sum
from django.db.models.functions import Cast

from evaluations.models import Result, RunTarget
from evaluations.models.run import Outcome
from evaluations.stats import betting
from evaluations.stats.interval import Interval
from evaluations.stats.means import MeanSummary, one_sample_mean

ALPHA = 0.05
COUNTED = ~Q(outcome=Outcome.INFRA_ERROR)


@dataclass(frozen=True, slots=True)
class Gap:
    """Right minus left, over `n` cases that both answered. The interval holds at every n, and may be unbounded."""

    n: int
    left: float
    right: float
    interval: Interval

    @property
    def estimate(self) -> float:
        return self.right - self.left

    @property
    def is_proven(self) -> bool:
        """The interval leaves zero out."""
        return self.n > 0 and not self.interval.contains(0.0)


@dataclass(frozen=True, slots=True)
class Paired:
    """Quality is the share of passed answers: refusals, time-outs and errors of the model count as not passed; our
    own errors leave a case unpaired. Latency is in seconds. Cost is that of one question, over cases whose calls were
    all priced, in `currency`. A gap is None without a case that has both."""

    left: RunTarget
    right: RunTarget
    unpaired: int
    quality: Gap | None
    latency: Gap | None
    no_answer: Gap | None
    cost: Gap | None
    currency: str = ""

    @property
    def n(self) -> int:
        return self.quality.n if self.quality else 0


@dataclass(frozen=True, slots=True)
class _Case:
    passed: float
    no_answer: float
    latency: float | None
    cost: float | None
    currency: str
    asked_at: float


def paired(left: RunTarget, right: RunTarget) -> Paired:
    """By case key, repeats averaged first. Whether the two may be compared is `comparability`'s to say."""
    one, other = _cases(left), _cases(right)
    both = sorted(one.keys() & other.keys(), key=lambda key: (one[key].asked_at, key))
    pairs = [(one[key], other[key]) for key in both]
    timed = [(a.latency, b.latency) for a, b in pairs if a.latency is not None and b.latency is not None]
    priced = [
        (a.cost, b.cost, a.currency)
        for a, b in pairs
        if a.cost is not None and b.cost is not None and a.currency == b.currency
    ]
    one_currency = len({currency for _, _, currency in priced}) == 1
    return Paired(
        left=left,
        right=right,
        unpaired=len(one.keys() ^ other.keys()),
        quality=_bounded([(a.passed, b.passed) for a, b in pairs]),
        no_answer=_bounded([(a.no_answer, b.no_answer) for a, b in pairs]),
        latency=_measured(timed),
        cost=_measured([(a, b) for a, b, _ in priced]) if one_currency else None,
        currency=priced[0][2] if one_currency else "",
    )


def _cases(target: RunTarget) -> Mapping[str, _Case]:
    rows = (
        Result.objects.filter(COUNTED, target=target)
        .order_by()
        .values(key=F("case__key"))
        .annotate(
            asked=Count("id"),
            right=Count("id", filter=Q(passed=True)),
            silent=Count("id", filter=~Q(outcome__in=[Outcome.OK, Outcome.ABSTAINED, Outcome.ESCALATED])),
            seconds=Avg(Cast("latency_s", FloatField())),
            priced=Count("cost"),
            paid=Sum("cost"),
            currencies=Count("currency", distinct=True),
            currency=Min("currency"),
            first=Min("asked_at"),
        )
    )
    return {
        row["key"]: _Case(
            passed=row["right"] / row["asked"],
            no_answer=row["silent"] / row["asked"],
            latency=row["seconds"],
            cost=_per_question(row),
            currency=row["currency"],
            asked_at=row["first"].timestamp(),
        )
        for row in rows
    }


def _per_question(row: Mapping[str, Any]) -> float | None:
    """None where a call was unpriced, which is not 0, or where currencies mix."""
    whole = row["priced"] == row["asked"] and row["currencies"] == 1
    return float(row["paid"]) / row["asked"] if whole else None


def _bounded(pairs: list[tuple[float, float]]) -> Gap | None:
    """Shares: the hedged betting sequence, so that identical pairs still narrow."""
    if not pairs:
        return None
    state = betting.fold_differences(betting.begin(), (right - left for left, right in pairs))
    return _gap(pairs, betting.difference_interval(state, ALPHA))


def _measured(pairs: list[tuple[float, float]]) -> Gap | None:
    if not pairs:
        return None
    differences = MeanSummary.from_values(right - left for left, right in pairs)
    return _gap(pairs, one_sample_mean(differences, n_planned=len(pairs), alpha=ALPHA).interval)


def _gap(pairs: list[tuple[float, float]], interval: Interval) -> Gap:
    n = len(pairs)
    left, right = (math.fsum(side) / n for side in zip(*pairs, strict=True))
    return Gap(n, left, right, interval)
