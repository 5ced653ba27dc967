"""Rows of the charter that are kept true while the pilot runs: plans and drills, rules, risks, the two profiles."""

from typing import Any

from django.forms import ModelForm
from django.http import HttpRequest
from unfold.admin import StackedInline, TabularInline
from unfold.widgets import UnfoldAdminTextareaWidget

from pilots import permissions
from pilots.admin.charter.parts import PartOfPilot, pilot_of
from pilots.models import (
    ControlScore,
    Drill,
    EcosystemFinding,
    Integration,
    MoveCost,
    OperatingRule,
    PlanStep,
    Risk,
    TradeOff,
)

SENTENCES = {"text", "what", "why", "control", "gain", "hidden_cost", "evidence"}


class Kept(PartOfPilot):
    """No part of the frozen plan: edited by who may run the pilot until it is decided."""

    extra = 0

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        """What may be a sentence is seen whole."""
        if db_field.name in SENTENCES:
            kwargs["widget"] = UnfoldAdminTextareaWidget(attrs={"rows": 2})
        return super().formfield_for_dbfield(db_field, request, **kwargs)  # type: ignore[misc]

    def may_edit(self, request: HttpRequest, obj: Any) -> bool:
        pilot = pilot_of(obj)
        if pilot is None:
            return permissions.may_create(request.user)
        return not pilot.is_settled and permissions.may_run(request.user, pilot)


class KeptTrue(Kept, TabularInline):
    """A line a row."""

    hide_title = True


class KeptAtLength(Kept, StackedInline):
    """Rows with sentences in them, which a line would cut."""


class PlanStepInline(KeptTrue):
    model = PlanStep
    fields = ("plan", "position", "what", "who", "minutes")
    verbose_name = "step of the fallback or the removal"
    verbose_name_plural = "steps of the fallback and the removal"


class DrillInline(KeptTrue):
    model = Drill
    fields = ("plan", "held_on", "minutes", "worked", "notes")


class OperatingRuleInline(KeptTrue):
    model = OperatingRule
    fields = ("text", "stable_since")


class IntegrationInline(KeptTrue):
    model = Integration
    fields = ("name", "added_on", "why")


class RiskForm(ModelForm):
    class Meta:
        model = Risk
        fields = "__all__"  # noqa: DJ007  the fieldsets name the fields
        labels = {"text": "What could go wrong"}


class RiskInline(KeptAtLength):
    model = Risk
    form = RiskForm
    fieldsets = (
        (
            None,
            {
                "fields": (
                    ("text", "control"),
                    ("category", "likelihood", "impact"),
                    ("owner", "state", "accepted_until"),
                )
            },
        ),
    )
    autocomplete_fields = ("owner",)


class TradeOffInline(KeptAtLength):
    model = TradeOff
    verbose_name = "trade-off"
    verbose_name_plural = "trade-offs"
    fieldsets = (
        (None, {"fields": (("area", "owner", "accepted_until"), ("gain", "hidden_cost", "control"))}),
    )


class MoveCostInline(KeptTrue):
    model = MoveCost
    verbose_name = "piece of the move"
    verbose_name_plural = "what the move really costs"
    fields = ("spent_on", "what", "hours", "spend", "is_last")


class ControlScoreInline(KeptTrue):
    model = ControlScore
    fields = ("axis", "score", "evidence", "dated_on")
    verbose_name = "rating of an axis"
    verbose_name_plural = "control over data and runtime"


class EcosystemFindingInline(KeptTrue):
    model = EcosystemFinding
    fields = ("part", "score", "evidence", "source", "dated_on")
    verbose_name = "finding on the ecosystem"
    verbose_name_plural = "findings on the ecosystem"


REGISTERS = (
    PlanStepInline,
    DrillInline,
    OperatingRuleInline,
    IntegrationInline,
    RiskInline,
    TradeOffInline,
    MoveCostInline,
    ControlScoreInline,
    EcosystemFindingInline,
)
