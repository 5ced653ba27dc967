"""What the catalogue says to the judge: when the primary's host ends it, and whether a fine-tune is worse than its base."""

import json
from dataclasses import dataclass
from datetime import date, datetime

from evaluations.queries import lifecycle
from evaluations.queries.fine_tunes import regression
from pilots.models import Candidate, Pilot
from pilots.models.candidate import Role
from pilots.queries.facts.rare import Rare


@dataclass(frozen=True)
class ModelFacts:
    """`host_retires_on` as known now; of a decided pilot as known at its signature, which later news does not change.
    `blockers` are sentences of what the primary model itself still lacks."""

    host_retires_on: date | None
    blockers: tuple[str, ...]


def load(pilot: Pilot, known: Rare, *, as_of: datetime) -> ModelFacts:
    """No query for a model of which the catalogue tells nothing more, two where it claims when it ends. A fine-tune must
    have been held against its base, and not be worse on any hard metric."""
    if not (known.model_told_of or pilot.is_settled):
        return ModelFacts(known.retires_on, ())
    primary = _primary(pilot)
    deployment = primary.deployment if primary else None
    if deployment is None:
        return ModelFacts(None, ())
    tuned = regression(deployment.model, until=as_of) if hasattr(deployment.model, "fine_tune") else None
    blockers = (tuned.blocker,) if tuned and tuned.blocker else ()
    if pilot.is_settled:
        return ModelFacts(_as_signed(pilot), blockers)
    return ModelFacts(lifecycle.of_deployments([deployment])[deployment.pk].retires_on, blockers)


def _primary(pilot: Pilot) -> Candidate | None:
    primaries = pilot.candidates.filter(role=Role.PRIMARY)
    return primaries.select_related("deployment__model__fine_tune", "deployment__host").first()


def _as_signed(pilot: Pilot) -> date | None:
    signed = pilot.decisions.select_related("verdict").order_by("signed_at").last()
    stored = json.loads(signed.verdict.evidence)["facts"].get("host_retires_on") if signed else None
    return date.fromisoformat(stored) if stored else None
