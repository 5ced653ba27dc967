"""What most pilots have none of: one statement says so, and only what is there costs queries of its own."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from pilots.actions import server_bound
from pilots.models import Pilot

# Whatever is told of a model elsewhere than on its deployment: claims about its end, or what it was tuned from.
RARE = """
SELECT
    EXISTS (SELECT FROM pilots_incident WHERE pilot_id = p.id),
    EXISTS (SELECT FROM pilots_source WHERE pilot_id = p.id AND silent_since IS NOT NULL),
    EXISTS (SELECT FROM pilots_review WHERE pilot_id = p.id AND anchor),
    EXISTS (SELECT FROM pilots_measurement m
        WHERE m.pilot_id = p.id AND m.context -> 'judged_by' = '"model_judge"'::jsonb),
    EXISTS (SELECT FROM evaluations_finetune f WHERE f.model_id = d.model_id)
        OR EXISTS (SELECT FROM evaluations_claim c WHERE c.model_id = d.model_id AND c.field LIKE 'lifecycle.%%'),
    d.retires_on
FROM pilots_pilot p
LEFT JOIN pilots_candidate c ON c.pilot_id = p.id AND c.role = 'primary'
LEFT JOIN evaluations_deployment d ON d.id = c.deployment_id
WHERE p.id = %s
"""


@dataclass(frozen=True)
class Rare:
    """Whether there are any, at any time. `retires_on` is what a person entered at the primary's deployment."""

    incidents: bool
    silent_sources: bool
    anchors: bool
    judged_by_model: bool
    model_told_of: bool
    retires_on: date | None


def load(pilot: Pilot) -> Rare:
    """One query, by indexes alone."""
    return of_rows(server_bound.execute(RARE, [pilot.pk], often=True))


def of_rows(found: list[tuple[Any, ...]]) -> Rare:
    """Of what RARE answers."""
    ((*answers,),) = found
    return Rare(*answers)
