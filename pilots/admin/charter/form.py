from typing import Any

from django.contrib.auth.models import User
from django.forms import CharField, JSONField, ModelForm, MultipleChoiceField, Textarea
from unfold.widgets import UnfoldAdminCheckboxSelectMultipleWidget, UnfoldAdminTextInputWidget

from pilots.actions import charters
from pilots.admin.charter import keys
from pilots.models import Pilot, StopTrigger
from pilots.models.kit import Kit

ROWS = 4
PEOPLE = {"owner", "deputy", "decider"}


class JsonOrNothing(JSONField):
    """Nothing given is an empty field, and no word `null`."""

    def prepare_value(self, value: Any) -> Any:
        return "" if value is None else super().prepare_value(value)


class PilotForm(ModelForm):
    change_reason = CharField(
        label="Why this change",
        required=False,
        max_length=500,
        widget=UnfoldAdminTextInputWidget(),
        help_text="The charter of a started pilot is kept version by version, each with its reason.",
    )

    kit = MultipleChoiceField(
        label="Metric kit",
        required=False,
        choices=Kit.choices,
        widget=UnfoldAdminCheckboxSelectMultipleWidget(),
        help_text="What every pilot should know of itself. The first four come from the charter, its registers and its log; "
        "the others are metrics with the keys latency, review_minutes, context_cost, quality and exceptions.",
    )

    class Meta:
        model = Pilot
        exclude = ("state", "is_demo", "started_at", "started_by")  # noqa: DJ006  the fieldsets name the fields
        field_classes = {"contract_output_schema": JsonOrNothing}
        labels = {
            "friction_kind": "Kind of friction",
            "friction": "Friction",
            "volume_per_month": "Items a month",
            "minutes_per_item": "Minutes per item",
            "scope_in": "What belongs to it",
            "scope_out": "What does not",
            "people_affected": "People affected",
            "baseline_start": "Baseline from",
            "window_start": "First day",
            "maintenance_start": "Maintenance from",
            "window_end": "Last day",
            "maintenance_min_items": "Items in maintenance",
            "seeks_saving": "Is meant to save",
            "migration_cost": "Cost of the move",
            "wage_per_hour": "Wage per hour",
            "payback_months": "Pays back within (months)",
            "operator": "Operator",
            "real_problem": "Which real problem does it solve?",
            "extra_control": "Where does it begin to need extra control?",
            "silent_failure": "How could it first fail without announcing it?",
            "silent_failure_trigger": "The trigger that would notice",
            "autonomy": "How much it does by itself",
            "context_budget_tokens": "Context per item (tokens)",
            "spend_cap": "Cap on spend",
            "volume_cap": "Cap on items",
            "hours_cap": "Cap on people's hours",
            "observability_hours": "Hours for watching it",
            "contract_inputs": "Inputs",
            "contract_output_schema": "Output schema",
            "contract_must_define": "Always given",
            "contract_may_infer": "May be deduced",
            "contract_errors": "Errors",
            "contract_idempotent": "May be sent twice",
            "fallback_cost_per_day": "Fallback, cost a day",
        }
        help_texts = {
            "name": "Short and plain, as people will say it: “Ticket triage”.",
            "slug": f"Its place in addresses and scripts; fixed once the pilot starts. {keys.MADE_FROM_THE_NAME}",
            "friction": "What hurts today, in a sentence or two. A promise is not a friction.",
            "volume_per_month": "How many there are today.",
            "minutes_per_item": "How much work one is today.",
            "scope_in": "Which items, teams and languages. Narrow wins: one workflow, one queue.",
            "scope_out": "Said openly, so that nobody stretches the pilot into a rollout.",
            "currency": "Three letters, such as EUR.",
            "real_problem": "And for whom.",
            "extra_control": "Control that you do not need today.",
            "silent_failure": "Wrong, late or missing, and nobody is told.",
            "silent_failure_trigger": "One of the stop triggers of this pilot. Save a new one first.",
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        keys.optional(self, "slug")
        for field in self.fields.values():
            if isinstance(field.widget, Textarea):
                field.widget.attrs["rows"] = ROWS
        if "silent_failure_trigger" in self.fields:
            own = StopTrigger.objects.filter(metric__pilot_id=self.instance.pk).select_related("metric")
            self.fields["silent_failure_trigger"].queryset = own  # type: ignore[attr-defined]
        if self.instance.is_frozen:
            self.fields["change_reason"].required = True
        else:
            self.fields.pop("change_reason", None)

    def clean_slug(self) -> str:
        return keys.filled(self, "slug")

    def clean_owner(self) -> User:
        owner: User = self.cleaned_data["owner"]
        charters.check_owner(owner)
        return owner

    def _get_validation_exclusions(self) -> set[str]:
        """A person who cannot be changed here still takes part in the rules about who may be who."""
        return super()._get_validation_exclusions() - (PEOPLE - set(self.fields))  # type: ignore[misc,no-any-return]
