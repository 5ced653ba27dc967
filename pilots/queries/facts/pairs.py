"""Units measured on both the candidate and the control, for metrics of a paired design."""

from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from typing import Any

from django.db import connection

from pilots.judging import outcomes
from pilots.judging.codec import decimal_text
from pilots.judging.facts import PairFacts
from pilots.judging.plan import Design, MetricPlan, Plan
from pilots.models import Pilot
from pilots.queries.facts import bets
from pilots.queries.facts.bets import Place
from pilots.queries.facts.series import Series

# Rows → units, each with what its repeats count as on average.
VALUED = """, valued AS (
    SELECT metric, candidate, segment, epoch, unit,
        CASE WHEN count(*) FILTER (WHERE counted IS NULL AND outcome <> 'infra_error') = 0 THEN avg(counted) END AS value,
        max(observed_at) AS at, sum(digest) AS digest
    FROM measured WHERE phase <> 'baseline' AND unit LIKE 'unit %%' AND metric = ANY(%(paired)s)
    GROUP BY metric, candidate, segment, epoch, unit
)"""

# The same, from the units that are kept running.
KEPT = """WITH valued AS (
    SELECT m.key AS metric, c.slug AS candidate, u.segment, u.epoch, 'unit ' || u.unit_id AS unit,
        CASE WHEN u.counted = u.good THEN u.counted_sum / nullif(u.counted, 0) END AS value,
        u.last_at AS at, u.digest
    FROM pilots_metric m
    JOIN pilots_rollupunit u ON u.metric_id = m.id
    JOIN pilots_candidate c ON c.id = u.candidate
    WHERE m.pilot_id = %(pilot)s AND m.key = ANY(%(paired)s) AND u.rows > 0
)"""

# In the order in which the later half of the pair came in, then by name: the betting sequence depends on the order.
# The control's half is found by a window and not by a join, whose cost the planner cannot know beforehand; of several
# configurations of the control the newest counts.
PAIRS = """, beside AS (
    SELECT *, first_value(candidate = %(control)s) OVER control AS found, first_value(value) OVER control AS other,
        first_value(at) OVER control AS other_at, first_value(digest) OVER control AS other_digest
    FROM valued
    WINDOW control AS (PARTITION BY metric, segment, unit ORDER BY (candidate = %(control)s) DESC, epoch DESC)
), pair AS (
    SELECT metric, candidate, segment, epoch, unit, value, CASE WHEN found THEN other END AS base,
        CASE WHEN found THEN greatest(at, other_at) ELSE at END AS at,
        CASE WHEN found THEN digest + other_digest ELSE digest END AS digest,
        found AND value IS NOT NULL AND other IS NOT NULL AS whole
    FROM beside WHERE candidate <> %(control)s
)
SELECT metric, candidate, CASE WHEN GROUPING(segment) = 1 THEN '' ELSE segment END, epoch,
    count(*) FILTER (WHERE whole),
    coalesce(sum(value) FILTER (WHERE whole), 0), coalesce(sum(base) FILTER (WHERE whole), 0),
    coalesce(sum(value * value) FILTER (WHERE whole), 0), coalesce(sum(base * base) FILTER (WHERE whole), 0),
    coalesce(sum(value * base) FILTER (WHERE whole), 0),
    count(*) FILTER (WHERE NOT whole),
    count(DISTINCT (at AT TIME ZONE 'UTC')::date) FILTER (WHERE whole),
    min(at) FILTER (WHERE whole), max(at) FILTER (WHERE whole), coalesce(sum(digest) FILTER (WHERE whole), 0),
    array_agg(value - base ORDER BY at, unit) FILTER (WHERE whole AND metric = ANY(%(bounded)s))
FROM pair
GROUP BY GROUPING SETS ((metric, candidate, epoch), (metric, candidate, epoch, segment))
HAVING GROUPING(segment) = 1 OR segment <> ''
ORDER BY 1, 2, 3, 4
"""

Fold = Callable[[Place, list[float]], dict[str, object]]


def load(pilot: Pilot, plan: Plan) -> tuple[PairFacts, ...]:
    """From the running statistics, where they answer for the plan. No query when no metric is paired or the plan names
    no control. A betting sequence is taken up where an earlier look left it."""
    if not _paired(plan):
        return ()
    with connection.cursor() as cursor:
        cursor.execute(KEPT + PAIRS, {"pilot": pilot.pk, **_parameters(plan)})
        rows: list[tuple[Any, ...]] = cursor.fetchall()
    return _found(rows, plan, lambda place, differences: bets.resumed(pilot.pk, place, differences))


def from_rows(series: Series, plan: Plan) -> tuple[PairFacts, ...]:
    """One pass over the rows of the pilot."""
    if not _paired(plan):
        return ()
    rows = series.rows(VALUED + PAIRS, **_parameters(plan))
    return _found(rows, plan, lambda _, differences: bets.folded(differences))


def _paired(plan: Plan) -> dict[str, MetricPlan]:
    if plan.control is None:
        return {}
    return {metric.key: metric for metric in plan.metrics if metric.design is Design.PAIRED}


def _width(metric: MetricPlan) -> Decimal | None:
    """None for a metric without both bounds, on which nothing is bet."""
    low, high = outcomes.bounds(metric)
    return None if low is None or high is None or high <= low else high - low


def _parameters(plan: Plan) -> dict[str, Any]:
    paired = _paired(plan)
    return {
        "control": plan.control,
        "paired": list(paired),
        "bounded": [key for key, metric in paired.items() if _width(metric) is not None],
    }


def _found(rows: list[tuple[Any, ...]], plan: Plan, fold: Fold) -> tuple[PairFacts, ...]:
    paired = _paired(plan)
    found = []
    for row in rows:
        place, width, differences = row[:4], _width(paired[row[0]]), row[-1]
        facts = _facts(*row[:-1])
        if width is not None:
            scaled = [float(difference / width) for difference in differences or ()]
            facts = replace(facts, betting=fold(place, scaled))
        found.append(facts)
    return tuple(found)


def _facts(
    metric: str,
    candidate: str,
    segment: str,
    epoch: int,
    n: int,
    total: Decimal,
    base_total: Decimal,
    squares: Decimal,
    base_squares: Decimal,
    products: Decimal,
    unpaired: int,
    days: int,
    first_at: Any,
    last_at: Any,
    digest: Decimal,
) -> PairFacts:
    return PairFacts(
        metric=metric,
        candidate=candidate,
        segment=segment,
        epoch=epoch,
        n=n,
        total=total,
        base_total=base_total,
        squares=squares,
        base_squares=base_squares,
        products=products,
        unpaired=unpaired,
        days=days,
        first_at=first_at,
        last_at=last_at,
        digest=decimal_text(digest),
    )
