"""Whose word the numbers of the primary rest on: how many were judged by a model, and how many of those people looked at."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db import connection

from pilots.judging.facts import Epoch, ModelJudged
from pilots.judging.plan import Plan
from pilots.models import Pilot
from pilots.queries.facts.row import deciding

# The condition is that of the index `measurement_judged_by_model`.
BY_MODEL = """
SELECT metric.key, count(*)
FROM pilots_measurement m
JOIN pilots_metric metric ON metric.id = m.metric_id JOIN pilots_candidate c ON c.id = m.candidate_id
WHERE m.pilot_id = %(pilot)s AND m.context -> 'judged_by' = '"model_judge"'::jsonb AND c.slug = %(primary)s
    AND m.fingerprint IN ('', %(fingerprint)s) AND m.provenance = ANY(%(deciding)s) AND m.observed_at <= %(as_of)s
GROUP BY 1
"""
# Labels of run results, and reviews that say whether an item was correct.
LOOKED_AT = """
SELECT metric.key, count(*), count(*) FILTER (WHERE said.agreed) FROM (
    SELECT result.target_id, bool_and(label.passed = result.passed) AS agreed
    FROM evaluations_label label JOIN evaluations_result result ON result.id = label.result_id
    WHERE result.judged_by = 'model' AND label.labelled_at <= %(as_of)s
    GROUP BY result.id
) AS said
JOIN evaluations_runtarget target ON target.id = said.target_id
JOIN pilots_pilotrun link ON link.run_id = target.run_id
JOIN pilots_evaluationschedule schedule ON schedule.id = link.schedule_id
JOIN pilots_metric metric ON metric.id = schedule.quality_metric_id
WHERE link.pilot_id = %(pilot)s AND target.key = %(primary)s AND target.fingerprint IN ('', %(fingerprint)s)
GROUP BY 1
UNION ALL
SELECT NULL, count(DISTINCT review.unit_id), 0
FROM pilots_review review LEFT JOIN pilots_candidate c ON c.id = review.candidate_id
WHERE review.pilot_id = %(pilot)s AND review.source <> 'model_judge' AND review.correct IS NOT NULL
    AND coalesce(c.slug, %(primary)s) = %(primary)s
    AND review.reviewed_at <= %(as_of)s AND review.reviewed_at >= coalesce(%(since)s, '-infinity'::timestamptz)
"""


def load(pilot: Pilot, plan: Plan, *, epochs: Iterable[Epoch], as_of: datetime) -> tuple[ModelJudged, ...]:
    """One query where no model judged anything, else two. Of the primary's current epoch alone."""
    newest = max(
        (epoch for epoch in epochs if epoch.candidate == plan.primary),
        key=lambda epoch: epoch.index,
        default=None,
    )
    asked: dict[str, Any] = {
        "pilot": pilot.pk,
        "primary": plan.primary,
        "fingerprint": newest.fingerprint if newest else "",
        "since": newest.opened_at if newest else None,
        "deciding": deciding(pilot),
        "as_of": as_of,
    }
    with connection.cursor() as cursor:
        cursor.execute(BY_MODEL, asked)
        by_model = dict(cursor.fetchall())
        if not by_model:
            return ()
        cursor.execute(LOOKED_AT, asked)
        looked = {metric: (number, agreed) for metric, number, agreed in cursor.fetchall()}
    reviewed, _ = looked.pop(None, (0, 0))
    return tuple(
        ModelJudged(
            metric=metric,
            by_model=number,
            looked_at=reviewed + looked.get(metric, (0, 0))[0],
            labelled=looked.get(metric, (0, 0))[0],
            agreed=looked.get(metric, (0, 0))[1],
        )
        for metric, number in sorted(by_model.items())
    )
