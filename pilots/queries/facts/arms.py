"""The units of each metric, candidate, phase, epoch and segment, summed. The segment "" is all of them."""

import json
from collections import defaultdict
from decimal import Decimal
from typing import Any

from pilots.judging.codec import decimal_text
from pilots.judging.facts import ArmFacts, DayFacts, Outcome, Phase
from pilots.judging.plan import Direction, Plan
from pilots.queries.facts import quantiles
from pilots.queries.facts.kept import failures as failures_of
from pilots.queries.facts.row import BIN, DIGITS
from pilots.queries.facts.series import Series

Key = tuple[str, str, str, int, str]
OUTCOMES = [str(outcome) for outcome in Outcome]
GROUPS = """GROUPING SETS ((metric, candidate, phase, epoch), (metric, candidate, phase, epoch, segment))
    HAVING GROUPING(segment) = 1 OR segment <> ''"""
SEGMENT = "CASE WHEN GROUPING(segment) = 1 THEN '' ELSE segment END"

SUMS = f"""
    SELECT metric, candidate, phase, epoch, {SEGMENT},
        count(*) FILTER (WHERE outcome = 'ok'),
        coalesce(sum(value) FILTER (WHERE outcome = 'ok'), 0),
        coalesce(sum(value * value) FILTER (WHERE outcome = 'ok'), 0),
        count(*) FILTER (WHERE outcome = 'ok' AND value = 1),
        coalesce(bool_or(averaged), false),
        sum(rows),
        count(DISTINCT (first_at AT TIME ZONE 'UTC')::date) FILTER (WHERE outcome <> 'infra_error'),
        min(first_at) FILTER (WHERE outcome <> 'infra_error'),
        max(last_at) FILTER (WHERE outcome <> 'infra_error'),
        sum(digest),
        {", ".join(f"count(*) FILTER (WHERE outcome = '{name}')" for name in OUTCOMES)}
    FROM unit GROUP BY {GROUPS}
"""  # noqa: S608  the names come from the enumeration above

BEYOND = f"""
    SELECT metric, candidate, phase, epoch, {SEGMENT}, bound.text,
        count(*) FILTER (WHERE outcome = 'ok'
            AND CASE WHEN bound.lower THEN unit.value > bound.value ELSE unit.value < bound.value END)
    FROM unit JOIN jsonb_to_recordset(%(limits)s::jsonb) AS bound(key text, text text, value numeric, lower bool)
        ON bound.key = metric
    GROUP BY bound.text, {GROUPS}
"""  # noqa: S608

DAY = "(first_at AT TIME ZONE 'UTC')::date"
DAYS = f"""
    SELECT metric, candidate, phase, epoch, {DAY} AS day,
        count(*) FILTER (WHERE outcome = 'ok'),
        coalesce(sum(value) FILTER (WHERE outcome = 'ok'), 0),
        coalesce(sum(value * value) FILTER (WHERE outcome = 'ok'), 0),
        count(*) FILTER (WHERE outcome = 'ok' AND value = 1),
        count(*) FILTER (WHERE %(failures)s::jsonb -> metric ? outcome)
    FROM unit WHERE phase <> 'baseline' AND outcome <> 'infra_error'
    GROUP BY 1, 2, 3, 4, 5 ORDER BY 5
"""  # noqa: S608

BEYOND_OF_DAYS = f"""
    SELECT metric, candidate, phase, epoch, {DAY} AS day, bound.text,
        count(*) FILTER (WHERE outcome = 'ok'
            AND CASE WHEN bound.lower THEN unit.value > bound.value ELSE unit.value < bound.value END)
    FROM unit JOIN jsonb_to_recordset(%(limits)s::jsonb) AS bound(key text, text text, value numeric, lower bool)
        ON bound.key = metric
    WHERE phase <> 'baseline' AND outcome <> 'infra_error'
    GROUP BY 1, 2, 3, 4, 5, 6
"""  # noqa: S608

BINS = f"""
    SELECT metric, candidate, phase = 'baseline', epoch, segment, {BIN}::int, count(*)
    FROM unit, {DIGITS} WHERE metric = ANY(%(quantiles)s) AND outcome = 'ok' AND value IS NOT NULL
    GROUP BY 1, 2, 3, 4, 5, 6
"""  # noqa: S608

INFRA = """
    SELECT metric, candidate, phase, epoch, count(*) FROM (
        SELECT metric, candidate, phase, epoch, outcome, observed_at,
            max(observed_at) FILTER (WHERE outcome <> 'infra_error')
                OVER (PARTITION BY metric, candidate, phase, epoch) AS last_good
        FROM measured
    ) AS looked WHERE outcome = 'infra_error' AND (last_good IS NULL OR observed_at > last_good)
    GROUP BY 1, 2, 3, 4
"""


def load(series: Series, plan: Plan) -> tuple[ArmFacts, ...]:
    """A fixed number of queries, whatever the number of rows; those about limits and quantiles only where there are any."""
    beyond = _beyond(series, plan)
    daily = _daily(series, plan)
    infra = {tuple(row[:4]): row[4] for row in series.rows(INFRA)}
    arms = tuple(_arm(row, beyond=beyond, daily=daily, infra=infra) for row in series.rows(SUMS))
    shares = quantiles.wanted(plan)
    return quantiles.fill(arms, plan, series.rows(BINS, quantiles=list(shares)) if shares else [])


def _arm(
    row: tuple[Any, ...],
    *,
    beyond: dict[Key, dict[str, int]],
    daily: dict[tuple[Any, ...], tuple[DayFacts, ...]],
    infra: dict[tuple[Any, ...], int],
) -> ArmFacts:
    (
        metric,
        candidate,
        phase,
        epoch,
        segment,
        n,
        total,
        squares,
        yes,
        averaged,
        rows,
        days,
        first,
        last,
        digest,
        *counts,
    ) = row
    place = (metric, candidate, phase, epoch)
    return ArmFacts(
        metric=metric,
        candidate=candidate,
        phase=Phase(phase),
        epoch=epoch,
        segment=segment,
        n=n,
        total=total,
        squares=squares,
        yes=None if averaged else yes,
        averaged=averaged,
        beyond=beyond.get((*place, segment), {}),
        outcomes={name: count for name, count in zip(OUTCOMES, counts, strict=True) if count},
        rows=int(rows),
        days=days,
        first_at=first,
        last_at=last,
        infra_run=infra.get(place, 0) if segment == "" else 0,
        daily=daily.get(place, ()) if segment == "" else (),
        digest=decimal_text(digest),
    )


def _limits(plan: Plan) -> list[dict[str, Any]]:
    return [
        {
            "key": metric.key,
            "text": decimal_text(limit),
            "value": decimal_text(limit),
            "lower": metric.direction is Direction.LOWER,
        }
        for metric in plan.metrics
        for limit in plan.limits(metric.key)
    ]


def _beyond(series: Series, plan: Plan) -> dict[Key, dict[str, int]]:
    found: dict[Key, dict[str, int]] = defaultdict(dict)
    if limits := _limits(plan):
        for *place, text, count in series.rows(BEYOND, limits=json.dumps(limits)):
            found[tuple(place)][text] = count
    return found


def _daily(series: Series, plan: Plan) -> dict[tuple[Any, ...], tuple[DayFacts, ...]]:
    beyond: dict[tuple[Any, ...], dict[str, int]] = defaultdict(dict)
    if limits := _limits(plan):
        for *place, text, count in series.rows(BEYOND_OF_DAYS, limits=json.dumps(limits)):
            beyond[tuple(place)][text] = count
    failures = {metric.key: failures_of(metric) for metric in plan.metrics}
    found: dict[tuple[Any, ...], list[DayFacts]] = defaultdict(list)
    for *place, n, total, squares, yes, failed in series.rows(DAYS, failures=json.dumps(failures)):
        *arm, day = place
        found[tuple(arm)].append(
            DayFacts(
                day=day,
                n=n,
                total=Decimal(total),
                squares=Decimal(squares),
                yes=yes,
                beyond=beyond.get(tuple(place), {}),
                failed=failed,
            )
        )
    return {place: tuple(days) for place, days in found.items()}
