"""Infrastructure errors at the end of a series: after the last row that was none."""

from collections.abc import Iterable
from datetime import datetime

from django.db import connection

from pilots.queries.facts.row import SOUND

Place = tuple[int, int, str, int]

# An index of their own finds the rows; series whose newest row is a good one are not looked at.
RUNS = f"""
WITH good AS (
    SELECT metric_id, candidate, phase, epoch, max(good_at) AS good_at
    FROM pilots_rollup WHERE pilot_id = %(pilot)s AND metric_id = ANY(%(metrics)s)
    GROUP BY metric_id, candidate, phase, epoch
), frame AS (
    SELECT f.metric_id, t.* FROM pilots_rollupframe f,
        jsonb_to_record(f.signature) AS t(maintenance_from timestamptz, counts_from timestamptz, provenances jsonb)
    WHERE f.pilot_id = %(pilot)s AND f.metric_id = ANY(%(metrics)s)
), epoch AS (
    SELECT candidate, fingerprint, min(first_at) AS first_at,
        row_number() OVER (PARTITION BY candidate ORDER BY min(first_at), fingerprint COLLATE "C") - 1 AS index
    FROM pilots_rollupspan WHERE pilot_id = %(pilot)s GROUP BY candidate, fingerprint
), broken AS (
    SELECT m.metric_id, coalesce(m.candidate_id, 0) AS candidate, m.observed_at,
        CASE WHEN m.phase = 'baseline' THEN 'baseline'
             WHEN m.observed_at >= frame.maintenance_from THEN 'maintenance' ELSE 'first_use' END AS phase,
        CASE WHEN m.phase = 'baseline' THEN 0
             WHEN m.fingerprint <> '' THEN own.index
             ELSE coalesce((SELECT max(e.index) FROM epoch e
                 WHERE e.candidate = m.candidate_id AND e.first_at <= m.observed_at), 0) END AS epoch
    FROM pilots_measurement m JOIN frame USING (metric_id)
    LEFT JOIN epoch own ON own.candidate = m.candidate_id AND own.fingerprint = m.fingerprint
    WHERE m.pilot_id = %(pilot)s AND m.outcome = 'infra_error' AND m.metric_id = ANY(%(metrics)s)
        AND (%(since)s::timestamptz IS NULL OR m.observed_at > %(since)s) AND m.observed_at <= %(as_of)s
        AND frame.provenances ? m.provenance AND {SOUND}
        AND (m.phase = 'baseline' OR frame.counts_from IS NULL OR m.observed_at >= frame.counts_from)
)
SELECT metric_id, candidate, phase, epoch, count(*)
FROM broken LEFT JOIN good USING (metric_id, candidate, phase, epoch)
WHERE good.good_at IS NULL OR broken.observed_at > good.good_at
GROUP BY metric_id, candidate, phase, epoch
"""  # noqa: S608  a constant


def runs(
    pilot_id: int, *, metrics: Iterable[int], since: datetime | None, as_of: datetime
) -> dict[Place, int]:
    """How many, by metric, candidate, phase and epoch. Without an error after `since` there is none: None for ever."""
    chosen = sorted(set(metrics))
    if not chosen:
        return {}
    with connection.cursor() as cursor:
        cursor.execute(RUNS, {"pilot": pilot_id, "metrics": chosen, "since": since, "as_of": as_of})
        return {row[:4]: row[4] for row in cursor.fetchall()}
