from typing import Any

from django.contrib.auth.models import User
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from config.api_strict import NameOf, Strict
from pilots.models import Pilot, StopTrigger
from pilots.models.pilot import State
from pilots.models.verdict import MachineFlag

READ_ONLY = ("state", "demo", "verdict", "created_at", "started_at")


class FlagSerializer(serializers.Serializer):
    """What the machine said last. Advice; people decide."""

    flag = serializers.ChoiceField(choices=MachineFlag.choices)
    reason = serializers.CharField()
    as_of = serializers.DateTimeField()


class PersonField(NameOf):
    default_error_messages = {
        "does_not_exist": "Nobody who may sign in is called {value}. Correct the user name.",
        "invalid": "Give the user name as a text.",
    }

    def __init__(self, **options: Any) -> None:
        super().__init__(slug_field="username", queryset=User.objects.filter(is_active=True), **options)


class OwnTrigger(serializers.PrimaryKeyRelatedField):
    """A stop trigger of the pilot that is edited. A new pilot has none yet."""

    default_error_messages = {
        "does_not_exist": "This pilot has no stop trigger {pk_value}. Add it first, or correct the id."
    }

    def get_queryset(self) -> Any:
        pilot = getattr(self.parent, "instance", None)
        return StopTrigger.objects.filter(metric__pilot=pilot) if pilot else StopTrigger.objects.none()

    def to_internal_value(self, data: Any) -> Any:
        try:
            return super().to_internal_value(data)
        except OverflowError:
            self.fail("does_not_exist", pk_value=str(data)[:100])


class PilotSerializer(Strict, serializers.ModelSerializer):
    """The charter, where the pilot stands, and the newest flag. Money is in the pilot's currency."""

    # Reads pilots from `filters.with_newest_verdict`, so that a list costs one query.
    # A pattern, not an enum: runs have a state of their own words, and OpenAPI names enums by their field.
    state = serializers.RegexField(
        f"^({'|'.join(State.values)})$", read_only=True, help_text=f"{', '.join(State.values)}."
    )
    demo = serializers.BooleanField(
        source="is_demo", read_only=True, help_text="Made by the demo; its numbers are not real."
    )
    owner = PersonField(
        required=False,
        help_text="User name; the one person accountable. Default: who sends it; a token has to name one.",
    )
    deputy = PersonField(required=False, allow_null=True, help_text="User name.")
    decider = PersonField(help_text="User name; the one who signs.")
    readers = PersonField(
        many=True,
        required=False,
        help_text="User names of who may read a pilot of restricted data beside owner, deputy, decider and auditors.",
    )
    wage_per_hour = serializers.DecimalField(
        max_digits=8, decimal_places=2, required=False, allow_null=True, help_text="In the pilot's currency."
    )
    migration_cost = serializers.DecimalField(
        max_digits=12, decimal_places=2, required=False, allow_null=True, help_text="In the pilot's currency."
    )
    silent_failure_trigger = OwnTrigger(
        queryset=StopTrigger.objects.all(),
        required=False,
        allow_null=True,
        help_text="Id of the pilot's stop trigger that would notice the silent failure.",
    )
    verdict = serializers.SerializerMethodField(help_text="null until the first look.")
    reason = serializers.CharField(
        write_only=True,
        required=False,
        help_text="Why; needed once the pilot has started, kept in the log in any case.",
    )

    class Meta:
        model = Pilot
        fields = [
            "slug",
            "name",
            "state",
            "demo",
            "verdict",
            "workflow",
            "friction_kind",
            "friction",
            "volume_per_month",
            "minutes_per_item",
            "people_affected",
            "scope_in",
            "scope_out",
            "objective",
            "real_problem",
            "extra_control",
            "silent_failure",
            "silent_failure_trigger",
            "owner",
            "deputy",
            "decider",
            "readers",
            "team",
            "baseline_start",
            "window_start",
            "maintenance_start",
            "window_end",
            "maintenance_min_items",
            "currency",
            "wage_per_hour",
            "migration_cost",
            "payback_months",
            "seeks_saving",
            "data_class",
            "sector",
            "autonomy",
            "context_budget_tokens",
            "spend_cap",
            "volume_cap",
            "hours_cap",
            "observability_hours",
            "contract_inputs",
            "contract_output_schema",
            "contract_must_define",
            "contract_may_infer",
            "contract_errors",
            "contract_idempotent",
            "operator",
            "on_call",
            "monitoring_link",
            "upgrade_path",
            "support_contract",
            "fallback_plan",
            "fallback_cost_per_day",
            "removal_plan",
            "data_return",
            "created_at",
            "started_at",
            "reason",
        ]
        read_only_fields = READ_ONLY

    @extend_schema_field(FlagSerializer(allow_null=True))
    def get_verdict(self, pilot: Any) -> dict[str, Any] | None:
        if pilot.verdict_flag is None:
            return None
        return FlagSerializer(
            {"flag": pilot.verdict_flag, "reason": pilot.verdict_reason, "as_of": pilot.verdict_as_of}
        ).data


class TransitionSerializer(Strict):
    """From draft to ready and back, from there or from paused to running, from running to paused, from decided to closed.
    To decided leads a signature alone."""

    to = serializers.RegexField(
        f"^({'|'.join(State.values)})$", help_text="ready, draft, running, paused or closed."
    )
    reason = serializers.CharField(
        required=False, default="", help_text="Needed for all but ready and the start; kept in the log."
    )


def plain(values: dict[str, Any]) -> dict[str, Any]:
    """Values of a charter as the audit log keeps them."""
    return {name: _plain(value) for name, value in values.items()}


def _plain(value: Any) -> Any:
    if isinstance(value, list) and all(isinstance(each, User) for each in value):
        return ", ".join(sorted(str(each) for each in value))
    return value if value is None or isinstance(value, bool | int | dict | list) else str(value)
