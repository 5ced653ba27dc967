"""The units of each metric, candidate, phase, epoch and segment, summed. The segment "" is all of them."""

import json
from collections import defaultdict
from decimal import Decimal
from typing import Any

from pilots.judging.codec import decimal_text
from pilots.judging.facts import ArmFacts, DayFacts, Outcome, Phase
from pilots.judging.plan import Direction, Plan
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

DAYS = """
    SELECT metric, candidate, phase, epoch, (first_at AT TIME ZONE 'UTC')::date AS day,
        count(*) FILTER (WHERE outcome = 'ok'),
        coalesce(sum(value) FILTER (WHERE outcome = 'ok'), 0),
        coalesce(sum(value * value) FILTER (WHERE outcome = 'ok'), 0),
        count(*) FILTER (WHERE outcome = 'ok' AND value = 1),
        count(*) FILTER (WHERE outcome IN ('timeout', 'error'))
    FROM unit WHERE phase <> 'baseline' AND outcome <> 'infra_error'
    GROUP BY 1, 2, 3, 4, 5 ORDER BY 5
"""

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
    """Four queries, whatever the number of rows."""
    beyond = _beyond(series, plan)
    daily = _daily(series)
    infra = {tuple(row[:4]): row[4] for row in series.rows(INFRA)}
    return tuple(_arm(row, beyond=beyond, daily=daily, infra=infra) for row in series.rows(SUMS))


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


def _beyond(series: Series, plan: Plan) -> dict[Key, dict[str, int]]:
    limits = [
        {
            "key": metric.key,
            "text": decimal_text(limit),
            "value": decimal_text(limit),
            "lower": metric.direction is Direction.LOWER,
        }
        for metric in plan.metrics
        for limit in plan.limits(metric.key)
    ]
    found: dict[Key, dict[str, int]] = defaultdict(dict)
    for metric, candidate, phase, epoch, segment, text, count in series.rows(
        BEYOND, limits=json.dumps(limits)
    ):
        found[metric, candidate, phase, epoch, segment][text] = count
    return found


def _daily(series: Series) -> dict[tuple[Any, ...], tuple[DayFacts, ...]]:
    found: dict[tuple[Any, ...], list[DayFacts]] = defaultdict(list)
    for metric, candidate, phase, epoch, day, n, total, squares, yes, failed in series.rows(DAYS):
        found[metric, candidate, phase, epoch].append(
            DayFacts(day=day, n=n, total=Decimal(total), squares=Decimal(squares), yes=yes, failed=failed)
        )
    return {place: tuple(days) for place, days in found.items()}
