"""The measurements of a pilot as units of analysis: one SQL expression that every question about them starts from."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection

from pilots.judging.facts import Epoch
from pilots.judging.plan import Plan
from pilots.models import Pilot
from pilots.queries.facts.row import BOUNDS, COUNTED, DIGEST, SOUND, VALUE, deciding, metric_row

# Rows → units. Repeats of a unit are averaged, so that 100 items asked 30 times count as 100. A unit seen in both
# phases of the pilot belongs to the later one. A failure among repeats counts as its value where the plan gives it one;
# a unit with a single row keeps its outcome, and the judge counts it.
UNITS = f"""
WITH metric AS (
    SELECT * FROM jsonb_to_recordset(%(metrics)s::jsonb)
        AS t(key text, {BOUNDS}, counts_from timestamptz)
), epoch AS (
    SELECT * FROM jsonb_to_recordset(%(epochs)s::jsonb)
        AS t(candidate text, index int, fingerprint text, opened_at timestamptz)
), measured AS (
    SELECT m.id, metric.key AS metric, coalesce(c.slug, '') AS candidate, m.segment, m.outcome, m.observed_at,
        CASE WHEN m.phase = 'baseline' THEN 'baseline'
             WHEN m.observed_at >= %(maintenance_from)s THEN 'maintenance' ELSE 'first_use' END AS phase,
        CASE WHEN m.phase = 'baseline' THEN 0
             WHEN m.fingerprint <> '' THEN own.index
             ELSE coalesce(in_force.index, 0) END AS epoch,
        CASE WHEN m.unit_id = '' THEN 'row ' || m.id ELSE 'unit ' || m.unit_id END AS unit,
        {VALUE} AS value, {COUNTED} AS counted, {DIGEST} AS digest
    FROM pilots_measurement m
    JOIN pilots_metric pm ON pm.id = m.metric_id
    JOIN metric ON metric.key = pm.key
    LEFT JOIN pilots_candidate c ON c.id = m.candidate_id
    LEFT JOIN epoch own ON own.candidate = c.slug AND own.fingerprint = m.fingerprint
    LEFT JOIN LATERAL (
        SELECT max(e.index) AS index FROM epoch e WHERE e.candidate = c.slug AND e.opened_at <= m.observed_at
    ) in_force ON true
    WHERE m.pilot_id = %(pilot)s AND m.provenance = ANY(%(provenances)s) AND m.observed_at <= %(as_of)s
        AND {SOUND}
        AND (m.phase = 'baseline' OR metric.counts_from IS NULL OR m.observed_at >= metric.counts_from)
), unit AS (
    SELECT metric, candidate, epoch, segment, unit, max(phase) AS phase,
        count(*) AS rows,
        count(*) FILTER (WHERE outcome <> 'infra_error') > 1 AS averaged,
        CASE WHEN count(*) FILTER (WHERE outcome <> 'infra_error') > 1
             THEN CASE WHEN bool_and(counted IS NOT NULL) FILTER (WHERE outcome <> 'infra_error') THEN avg(counted) END
             ELSE max(value) END AS value,
        CASE WHEN bool_and(outcome = 'infra_error') THEN 'infra_error'
             WHEN count(*) FILTER (WHERE outcome <> 'infra_error') > 1
                  AND bool_and(counted IS NOT NULL) FILTER (WHERE outcome <> 'infra_error') THEN 'ok'
             ELSE coalesce(max(outcome) FILTER (WHERE outcome NOT IN ('infra_error', 'ok')), 'ok') END AS outcome,
        min(observed_at) AS first_at, max(observed_at) AS last_at,
        sum(digest) AS digest
    FROM measured
    GROUP BY metric, candidate, epoch, segment, unit, (phase = 'baseline')
)
"""  # noqa: S608  the parts are the constants of pilots.queries.facts.row


@dataclass(frozen=True)
class Series:
    """The parameters of UNITS for one pilot at one moment."""

    parameters: dict[str, Any]

    @classmethod
    def of(cls, pilot: Pilot, plan: Plan, *, epochs: Sequence[Epoch], as_of: datetime) -> "Series":
        return cls(
            {
                "pilot": pilot.pk,
                "as_of": as_of,
                "provenances": deciding(pilot),
                "maintenance_from": plan.maintenance_from or plan.window_end,
                "metrics": json.dumps([metric_row(metric) for metric in plan.metrics]),
                "epochs": json.dumps(
                    [
                        {
                            "candidate": epoch.candidate,
                            "index": epoch.index,
                            "fingerprint": epoch.fingerprint,
                            "opened_at": epoch.opened_at.isoformat() if epoch.opened_at else None,
                        }
                        for epoch in epochs
                    ]
                ),
            }
        )

    def rows(self, question: str, **parameters: Any) -> list[tuple[Any, ...]]:
        """Answers a SELECT over `unit` (or `measured`)."""
        with connection.cursor() as cursor:
            cursor.execute(UNITS + question, {**self.parameters, **parameters})
            answer: list[tuple[Any, ...]] = cursor.fetchall()
        return answer
