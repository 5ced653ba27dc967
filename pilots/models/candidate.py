from django.db import models
from django.db.models import Q

from evaluations.models import Deployment, Prompt
from evaluations.models.checked_at_once import CheckedAtOnce
from pilots.models.pilot import Pilot


class Role(models.TextChoices):
    PRIMARY = "primary", "Primary"
    CHALLENGER = "challenger", "Challenger"
    FALLBACK = "fallback", "Fallback"
    NON_AI = "non_ai", "Without AI"


class Candidate(CheckedAtOnce):
    """One way of doing the work that is under trial: a deployment asked with a prompt, or people without AI."""

    pilot = models.ForeignKey(Pilot, on_delete=models.CASCADE, related_name="candidates")
    slug = models.SlugField()
    name = models.CharField(max_length=120)
    role = models.CharField(max_length=12, choices=Role, default=Role.PRIMARY)
    deployment = models.ForeignKey(
        Deployment, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    prompt = models.ForeignKey(
        Prompt,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        help_text="Needed for evaluation runs; leave empty if only scripts measure it.",
    )

    class Meta:
        ordering = ["pilot", "id"]
        constraints = [
            models.UniqueConstraint(fields=["pilot", "slug"], name="candidate_slug_unique"),
            models.UniqueConstraint(
                fields=["pilot"],
                condition=Q(role="primary"),
                name="candidate_one_primary",
                violation_error_message="A pilot has one primary candidate.",
            ),
            models.CheckConstraint(condition=Q(role__in=Role.values), name="candidate_role_known"),
            models.CheckConstraint(
                condition=Q(role="non_ai", deployment__isnull=True)
                | (~Q(role="non_ai") & Q(deployment__isnull=False)),
                name="candidate_has_deployment_unless_non_ai",
                violation_error_message="Choose a deployment from the catalogue, or the role “Without AI”.",
            ),
        ]

    def __str__(self) -> str:
        return self.name
