"""How people get on without the model: steps of the fallback and of the removal, and drills that prove them."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from pilots.models.pilot import Pilot


class SafetyPlan(models.TextChoices):
    FALLBACK = "fallback", "Fallback: going on without the model"
    REMOVAL = "removal", "Removal: taking it out of production"


class PlanStep(models.Model):
    """One step, who does it and how many minutes it takes."""

    pilot = models.ForeignKey(Pilot, on_delete=models.CASCADE, related_name="plan_steps")
    plan = models.CharField(max_length=8, choices=SafetyPlan, default=SafetyPlan.FALLBACK)
    position = models.PositiveSmallIntegerField(default=1)
    what = models.CharField(max_length=200)
    who = models.CharField(max_length=120, blank=True)
    minutes = models.PositiveIntegerField(null=True, blank=True)

    class Meta:
        ordering = ["plan", "position", "id"]
        constraints = [
            models.CheckConstraint(condition=Q(plan__in=SafetyPlan.values), name="planstep_plan_known")
        ]

    def __str__(self) -> str:
        return self.what


class Drill(models.Model):
    """The plan tried on a day: how long it took and whether it worked. A plan never drilled is a hope."""

    pilot = models.ForeignKey(Pilot, on_delete=models.CASCADE, related_name="drills")
    plan = models.CharField(max_length=8, choices=SafetyPlan, default=SafetyPlan.FALLBACK)
    held_on = models.DateField()
    minutes = models.PositiveIntegerField(
        help_text="From the decision until people worked without the model."
    )
    worked = models.BooleanField(default=True)
    notes = models.TextField(blank=True)
    held_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )

    class Meta:
        ordering = ["-held_on", "-id"]
        constraints = [
            models.CheckConstraint(condition=Q(plan__in=SafetyPlan.values), name="drill_plan_known")
        ]

    def __str__(self) -> str:
        return f"{self.get_plan_display()}, {self.held_on}"
