"""p50 and p95 of a latency under each load that its measurements name, for the eye, from a bounded number of rows.

A time-out or an error lies beyond every value: p95 is open (None) where more than one in twenty failed.
"""

import re
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from django.db import connection

from pilots.judging import outcomes
from pilots.judging.kit import is_latency
from pilots.judging.plan import Plan
from pilots.models import Candidate, Pilot
from pilots.queries.facts.row import SOUND, deciding

MOST = 5_000
"""Rows of a metric that are looked at, the newest ones."""

READ = f"""
SELECT metric.key, m.load, count(*), count(*) FILTER (WHERE m.outcome <> 'ok'),
    percentile_disc(0.5) WITHIN GROUP (ORDER BY m.beyond), percentile_disc(0.95) WITHIN GROUP (ORDER BY m.beyond)
FROM pilots_metric metric, LATERAL (
    SELECT pilot_id, source, load, outcome, observed_at, candidate_id, provenance,
        CASE WHEN outcome = 'ok' THEN value ELSE 'Infinity' END AS beyond
    FROM pilots_measurement WHERE pilot_id = metric.pilot_id AND metric_id = metric.id
    ORDER BY observed_at DESC, id DESC LIMIT %(most)s
) m
WHERE metric.pilot_id = %(pilot)s AND metric.key = ANY(%(metrics)s) AND m.load <> '' AND m.candidate_id = %(candidate)s
    AND m.provenance = ANY(%(provenances)s) AND m.outcome = ANY(%(outcomes)s) AND {SOUND}
GROUP BY 1, 2 ORDER BY 1, 2
"""  # noqa: S608  the part is a constant


@dataclass(frozen=True)
class Load:
    name: str
    n: int
    failed: int
    p50: float | None
    p95: float | None


def load(pilot: Pilot, plan: Plan, candidate: Candidate | None) -> Mapping[str, list[Load]]:
    """By the key of the metric; a row for each load in the order of their names. No query for a plan without a latency."""
    metrics = [metric.key for metric in plan.metrics if is_latency(metric.key)]
    found: dict[str, list[Load]] = defaultdict(list)
    if not metrics or candidate is None:
        return found
    with connection.cursor() as cursor:
        cursor.execute(
            READ,
            {
                "pilot": pilot.pk,
                "metrics": metrics,
                "candidate": candidate.pk,
                "provenances": deciding(pilot),
                "outcomes": ["ok", *(each.value for each in outcomes.FAILED)],
                "most": MOST,
            },
        )
        for key, name, n, failed, *quantiles in cursor.fetchall():
            found[key].append(Load(name, n, failed, *map(_known, quantiles)))
    return {key: sorted(under, key=_place) for key, under in found.items()}


def _place(load: Load) -> list[tuple[int, str]]:
    """Numbers in a name count as numbers: 8 at once comes before 32 at once."""
    return [(int(part), "") if part.isdecimal() else (0, part) for part in re.split(r"(\d{1,18})", load.name)]


def _known(value: Decimal) -> float | None:
    return float(value) if value.is_finite() else None
