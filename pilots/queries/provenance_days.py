"""The days of every metric, of one provenance alone: from a bounded number of rows, since the day statistics tell none.

Each row counts by itself, bounded and with failures as the metric has it; repeats of a unit are not averaged first.
"""

import json
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import connection

from pilots.judging.plan import Estimand, MetricPlan, Plan
from pilots.models import Candidate, Pilot
from pilots.queries.facts.kept import failures
from pilots.queries.facts.row import BIN, BOUNDS, DIGITS, SOUND, VALUE, metric_row
from pilots.reading.course import Totals

MOST = 5_000
"""Rows of a metric that are looked at, the newest ones."""

READ = f"""
WITH metric AS (
    SELECT pm.id, t.* FROM jsonb_to_recordset(%(metrics)s::jsonb) AS t(key text, binned boolean, {BOUNDS})
    JOIN pilots_metric pm ON pm.key = t.key AND pm.pilot_id = %(pilot)s
), newest AS (
    SELECT metric.key, metric.binned, m.*, {VALUE} AS counted,
        min(m.observed_at) OVER of_metric AS since, count(*) OVER of_metric AS looked_at
    FROM metric, LATERAL (
        SELECT pilot_id, source, value, outcome, observed_at, candidate_id, segment, provenance FROM pilots_measurement
        WHERE pilot_id = %(pilot)s AND metric_id = metric.id ORDER BY observed_at DESC, id DESC LIMIT %(most)s
    ) m
    WINDOW of_metric AS (PARTITION BY metric.key)
), chosen AS (
    SELECT key, binned, outcome, (observed_at AT TIME ZONE 'UTC')::date AS day, since, looked_at, counted AS value
    FROM newest m
    WHERE provenance = %(provenance)s AND candidate_id = %(candidate)s AND outcome <> 'infra_error'
        AND (%(segment)s = '' OR segment = %(segment)s) AND {SOUND}
)
SELECT key, day, outcome, CASE WHEN binned THEN {BIN} END AS bin, (since AT TIME ZONE 'UTC')::date, looked_at,
    count(*), coalesce(sum(value), 0), coalesce(sum(value * value), 0), count(*) FILTER (WHERE value = 1)
FROM chosen, {DIGITS}
GROUP BY 1, 2, 3, 4, 5, 6
"""  # noqa: S608  the parts are the constants of pilots.queries.facts.row


@dataclass(frozen=True)
class Found:
    """`days` by the key of the metric; `since` the first day told of, where a metric has more rows than are looked at."""

    days: Mapping[str, dict[date, Totals]]
    since: Mapping[str, date]


def load(
    pilot: Pilot, plan: Plan, *, provenance: str, candidate: Candidate | None, segment: str, most: int = MOST
) -> Found:
    """One query, and `most` rows of each metric at most."""
    metrics = {metric.key: metric for metric in plan.metrics}
    rows = _read(
        {
            "metrics": json.dumps([_asked(metric) for metric in plan.metrics]),
            "pilot": pilot.pk,
            "provenance": provenance,
            "candidate": candidate.pk if candidate else 0,
            "segment": segment,
            "most": most,
        }
    )
    days: dict[str, dict[date, Totals]] = defaultdict(dict)
    since: dict[str, date] = {}
    for key, day, outcome, place, first, looked_at, *sums in rows:
        totals = _totals(metrics[key], outcome, place, sums)
        days[key][day] = days[key].get(day, Totals()).plus(totals)
        if looked_at == most:
            since[key] = first
    return Found(days, since)


def _asked(metric: MetricPlan) -> dict[str, Any]:
    return metric_row(metric) | {"binned": metric.estimand is Estimand.QUANTILE}


def _totals(metric: MetricPlan, outcome: str, place: int | None, sums: Sequence[Any]) -> Totals:
    n, total, squares, ones = sums
    if outcome != "ok":
        return Totals(failed=n if outcome in failures(metric) else 0)
    bins = {} if place is None else {int(place): n}
    return Totals(n=n, total=total, squares=squares, ones=ones, bins=bins)


def _read(parameters: dict[str, Any]) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(READ, parameters)
        answer: list[tuple[Any, ...]] = cursor.fetchall()
    return answer
