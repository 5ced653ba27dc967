"""Units measured on both the candidate and the control, for metrics of a paired design."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal, localcontext

from evaluations.stats import betting
from pilots.judging import outcomes
from pilots.judging.codec import decimal_text
from pilots.judging.facts import Epoch, PairFacts
from pilots.judging.plan import Design, MetricPlan, Plan
from pilots.models import Pilot
from pilots.queries.facts.series import Series

# In the order in which the later half of the pair came in, then by name: the betting sequence depends on the order.
PAIRS = """, valued AS (
    SELECT metric, candidate, segment, epoch, unit,
        CASE WHEN count(*) FILTER (WHERE counted IS NULL AND outcome <> 'infra_error') = 0 THEN avg(counted) END AS value,
        max(observed_at) AS at, sum(digest) AS digest
    FROM measured WHERE phase <> 'baseline' AND unit LIKE 'unit %%'
    GROUP BY metric, candidate, segment, epoch, unit
)
SELECT p.metric, p.candidate, p.segment, p.epoch, p.value, c.value, greatest(p.at, c.at), p.digest + coalesce(c.digest, 0)
FROM valued p LEFT JOIN valued c
    ON c.metric = p.metric AND c.unit = p.unit AND c.segment = p.segment AND c.candidate = %(control)s
WHERE p.metric = ANY(%(paired)s) AND p.candidate <> %(control)s
ORDER BY greatest(p.at, c.at), p.unit
"""

Place = tuple[str, str, str, int]


@dataclass(frozen=True)
class _Pair:
    value: Decimal
    base: Decimal
    at: datetime
    digest: Decimal


def load(pilot: Pilot, plan: Plan, *, epochs: Sequence[Epoch], as_of: datetime) -> tuple[PairFacts, ...]:
    """No query when no metric is paired or the plan names no control."""
    if not _paired(plan):
        return ()
    return from_rows(Series.of(pilot, plan, epochs=epochs, as_of=as_of), plan)


def _paired(plan: Plan) -> dict[str, MetricPlan]:
    if plan.control is None:
        return {}
    return {metric.key: metric for metric in plan.metrics if metric.design is Design.PAIRED}


def from_rows(series: Series, plan: Plan) -> tuple[PairFacts, ...]:
    """One pass over the rows of the pilot."""
    paired = _paired(plan)
    if not paired:
        return ()
    pairs: dict[Place, list[_Pair]] = defaultdict(list)
    alone: dict[Place, int] = defaultdict(int)
    for metric, candidate, segment, epoch, value, base, at, digest in series.rows(
        PAIRS, control=plan.control, paired=list(paired)
    ):
        for shown in {segment, ""}:
            place = (metric, candidate, shown, epoch)
            if value is None or base is None:
                alone[place] += 1
            else:
                pairs[place].append(_Pair(value, base, at, digest))
    places = sorted({*pairs, *alone})
    return tuple(_facts(paired[place[0]], place, pairs[place], alone[place]) for place in places)


def _facts(metric: MetricPlan, place: Place, pairs: Sequence[_Pair], unpaired: int) -> PairFacts:
    key, candidate, segment, epoch = place
    return PairFacts(
        metric=key,
        candidate=candidate,
        segment=segment,
        epoch=epoch,
        n=len(pairs),
        total=_sum(pair.value for pair in pairs),
        base_total=_sum(pair.base for pair in pairs),
        squares=_sum(pair.value**2 for pair in pairs),
        base_squares=_sum(pair.base**2 for pair in pairs),
        products=_sum(pair.value * pair.base for pair in pairs),
        betting=_bets(metric, pairs),
        unpaired=unpaired,
        days=len({pair.at.date() for pair in pairs}),
        first_at=min((pair.at for pair in pairs), default=None),
        last_at=max((pair.at for pair in pairs), default=None),
        digest=decimal_text(_sum(pair.digest for pair in pairs)),
    )


def _sum(values: Iterable[Decimal]) -> Decimal:
    """Exact: the default context would round after 28 digits."""
    with localcontext(prec=200):
        return sum(values, Decimal(0))


def _bets(metric: MetricPlan, pairs: Sequence[_Pair]) -> dict[str, object] | None:
    low, high = outcomes.bounds(metric)
    if low is None or high is None or high <= low:
        return None
    differences = [float((pair.value - pair.base) / (high - low)) for pair in pairs]
    return betting.fold_differences(betting.begin(), differences).to_json()
