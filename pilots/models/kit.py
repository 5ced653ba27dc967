"""The metric kit: what every pilot should know of itself. Each says what it speaks of; activity is none of them."""

from django.db import models

from pilots.models.metric import Link


class Kit(models.TextChoices):
    """The first four are computed from the charter, its registers and its log; the others are metrics of this key."""

    MIGRATION_COST = "migration_cost", "Cost of the move"
    ECOSYSTEM = "ecosystem", "Quality of the ecosystem"
    ITERATION_SPEED = "iteration_speed", "Iteration speed"
    CONTROL = "control", "Control over data and runtime"
    LATENCY = "latency", "Latency"
    REVIEW_MINUTES = "review_minutes", "Review minutes"
    CONTEXT_COST = "context_cost", "Cost of context"
    QUALITY = "quality", "Quality"
    EXCEPTIONS = "exceptions", "Exceptions"


LINKS = {
    Kit.MIGRATION_COST: Link.COST,
    Kit.ECOSYSTEM: Link.SAFETY,
    Kit.ITERATION_SPEED: Link.CLARITY,
    Kit.CONTROL: Link.SAFETY,
    Kit.LATENCY: Link.CLARITY,
    Kit.REVIEW_MINUTES: Link.COST,
    Kit.CONTEXT_COST: Link.COST,
    Kit.QUALITY: Link.RESULT,
    Kit.EXCEPTIONS: Link.SAFETY,
}
