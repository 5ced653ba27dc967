"""Two of the four minimum metrics that no script can measure: control over data and runtime, quality of the ecosystem.

Rows are dated and kept: the newest of an axis counts, the earlier ones are its history."""

from django.conf import settings
from django.core.validators import URLValidator
from django.db import models
from django.db.models import Q

from evaluations.models.checked_at_once import CheckedAtOnce
from pilots.models.pilot import Pilot


class ControlAxis(models.TextChoices):
    WEIGHTS = "weights", "Weights: can the model be kept?"
    DATA_PATH = "data_path", "Data path: where does the data go?"
    PACE = "pace", "Pace of change: who decides when it changes?"
    RISK_SURFACE = "risk_surface", "Risk surface: what can reach what?"


class ControlScore(CheckedAtOnce):
    """How much control there is on one axis: 0 none, 3 full; with the evidence for it."""

    pilot = models.ForeignKey(Pilot, on_delete=models.CASCADE, related_name="control_scores")
    axis = models.CharField(max_length=12, choices=ControlAxis)
    score = models.PositiveSmallIntegerField(help_text="0 no control, 3 full control.")
    evidence = models.CharField(max_length=300)
    dated_on = models.DateField()

    class Meta:
        ordering = ["axis", "-dated_on", "-id"]
        constraints = [
            models.CheckConstraint(condition=Q(axis__in=ControlAxis.values), name="controlscore_axis_known"),
            models.CheckConstraint(
                condition=Q(score__lte=3),
                name="controlscore_to_three",
                violation_error_message="Control goes from 0 (none) to 3 (full).",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_axis_display()} {self.score}"


class EcosystemPart(models.TextChoices):
    RELEASES = "releases", "Releases: how often is it updated?"
    ISSUES = "issues", "Issues: how fast are they answered?"
    DOCS = "docs", "Documentation"
    ADAPTERS = "adapters", "Adapters, fine-tunes and tools"
    SUPPORT = "support", "Support: who can be called?"


class EcosystemFinding(CheckedAtOnce):
    """One part of the ecosystem behind the model, 0 to 3, with dated evidence; old evidence goes grey."""

    pilot = models.ForeignKey(Pilot, on_delete=models.CASCADE, related_name="ecosystem_findings")
    part = models.CharField(max_length=8, choices=EcosystemPart)
    score = models.PositiveSmallIntegerField(help_text="0 poor, 3 good.")
    evidence = models.CharField(max_length=300)
    source = models.CharField(
        max_length=300, blank=True, validators=[URLValidator(["http", "https"])], help_text="Its address."
    )
    dated_on = models.DateField()
    found_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )

    class Meta:
        ordering = ["part", "-dated_on", "-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(part__in=EcosystemPart.values), name="ecosystemfinding_part_known"
            ),
            models.CheckConstraint(
                condition=Q(score__lte=3),
                name="ecosystemfinding_to_three",
                violation_error_message="A part of the ecosystem goes from 0 (poor) to 3 (good).",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_part_display()} {self.score}"
