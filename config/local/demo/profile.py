"""How much control there is over a small open model on one's own machine, and what stands behind it (R21, R23)."""

from datetime import date, timedelta

from pilots.models import Pilot
from pilots.models.profile import ControlAxis, EcosystemPart

CONTROL = (
    (ControlAxis.PACE, 3, "We choose when other weights are loaded."),
    (ControlAxis.RISK_SURFACE, 2, "It reads tickets and writes a label; it calls no tool."),
)
ECOSYSTEM = (
    (EcosystemPart.RELEASES, 2, "Two releases of the family in a year."),
    (EcosystemPart.ISSUES, 1, "Questions are answered within weeks."),
    (EcosystemPart.DOCS, 2, "A model card and a paper."),
    (EcosystemPart.ADAPTERS, 2, "Fine-tunes and quantised weights are published by others."),
    (EcosystemPart.SUPPORT, 0, "Nobody can be called."),
)
LOOKED_AT = timedelta(days=8)


def describe(pilot: Pilot, *, today: date) -> None:
    """Weights and data path are left to what the catalogue says."""
    dated_on = today - LOOKED_AT
    for axis, score, evidence in CONTROL:
        pilot.control_scores.create(axis=axis, score=score, evidence=evidence, dated_on=dated_on)
    for part, score, evidence in ECOSYSTEM:
        pilot.ecosystem_findings.create(part=part, score=score, evidence=evidence, dated_on=dated_on)
