"""What the catalogue says to the judge: when the primary's host ends it, and whether a fine-tune is worse than its base."""

import json
from datetime import date, datetime

from evaluations.queries import lifecycle
from evaluations.queries.fine_tunes import regression
from pilots.models import Candidate, Decision, Pilot
from pilots.models.candidate import Role
from pilots.models.pilot import State


def host_retires_on(pilot: Pilot) -> date | None:
    """As known now; of a decided pilot as known at its signature, which later news does not change."""
    if pilot.state == State.DECIDED:
        return _as_signed(pilot)
    primary = _primary(pilot)
    if primary is None or primary.deployment is None:
        return None
    return lifecycle.of_deployments([primary.deployment])[primary.deployment.pk].retires_on


def blockers(pilot: Pilot, *, as_of: datetime) -> tuple[str, ...]:
    """A primary that is a fine-tune must have been held against its base, and not be worse on any hard metric."""
    primary = _primary(pilot)
    found = regression(primary.deployment.model, until=as_of) if primary and primary.deployment else None
    return (found.blocker,) if found and found.blocker else ()


def _primary(pilot: Pilot) -> Candidate | None:
    primaries = pilot.candidates.filter(role=Role.PRIMARY)
    return primaries.select_related("deployment__model", "deployment__host").first()


def _as_signed(pilot: Pilot) -> date | None:
    signed = (
        Decision.objects.filter(pilot=pilot).select_related("verdict").order_by("-signed_at", "-id").first()
    )
    stored = json.loads(signed.verdict.evidence)["facts"].get("host_retires_on") if signed else None
    return date.fromisoformat(stored) if stored else None
