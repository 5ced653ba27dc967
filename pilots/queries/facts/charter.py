"""What the charter itself says to the judge."""

from datetime import datetime
from decimal import Decimal

from django.db import connection

from pilots.models import Pilot

DAYS_A_MONTH = Decimal("30.4375")


def blockers(pilot: Pilot) -> tuple[str, ...]:
    """Sentences of what must be settled before go, whatever the numbers say."""
    open_points = {
        "No operator is named for after the pilot.": not pilot.operator.strip(),
        "There is no removal plan.": not pilot.removal_plan.strip(),
    }
    return tuple(sentence for sentence, is_open in open_points.items() if is_open)


# The newest row of each deployment that runs have asked; few rows, one a run and deployment.
UNKNOWN_SPEND = """
SELECT deployment FROM (
    SELECT DISTINCT ON (m.context ->> 'deployment') m.context ->> 'deployment' AS deployment, m.outcome
    FROM pilots_measurement m JOIN pilots_metric metric ON metric.id = m.metric_id
    WHERE m.pilot_id = %s AND metric.key = 'spend' AND m.source = 'pilotage.runs' AND m.observed_at <= %s
    ORDER BY m.context ->> 'deployment', m.observed_at DESC, m.id DESC
) AS newest WHERE outcome = 'infra_error' ORDER BY 1
"""


def spend_unknown(pilot: Pilot, *, as_of: datetime) -> tuple[str, ...]:
    """One sentence for each deployment whose calls in the last run have no known cost: what counts is not all that was
    spent. No query for a pilot without a cap."""
    if pilot.spend_cap is None:
        return ()
    with connection.cursor() as cursor:
        cursor.execute(UNKNOWN_SPEND, [pilot.pk, as_of])
        return tuple(
            f"The cap on spend cannot be kept: what calls to {deployment} cost is not known. Enter its price."
            for (deployment,) in cursor.fetchall()
        )


def volume_per_day(pilot: Pilot) -> Decimal | None:
    if pilot.volume_per_month is None:
        return None
    return round(Decimal(pilot.volume_per_month) / DAYS_A_MONTH, 6)
