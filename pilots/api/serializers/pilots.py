from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from pilots.models import Pilot
from pilots.models.pilot import State
from pilots.models.verdict import MachineFlag


class FlagSerializer(serializers.Serializer):
    """What the machine said last. Advice; people decide."""

    flag = serializers.ChoiceField(choices=MachineFlag.choices)
    reason = serializers.CharField()
    as_of = serializers.DateTimeField()


class PilotSerializer(serializers.ModelSerializer):
    """The charter, where the pilot stands, and the newest flag. Money is in the pilot's currency."""

    # Reads pilots from `filters.with_newest_verdict`, so that a list costs one query.
    # A pattern, not an enum: runs have a state of their own words, and OpenAPI names enums by their field.
    state = serializers.RegexField(f"^({'|'.join(State.values)})$", help_text=f"{', '.join(State.values)}.")
    demo = serializers.BooleanField(source="is_demo", help_text="Made by the demo; its numbers are not real.")
    owner = serializers.CharField(source="owner.username", help_text="User name; the one person accountable.")
    deputy = serializers.CharField(source="deputy.username", allow_null=True, help_text="User name.")
    decider = serializers.CharField(source="decider.username", help_text="User name; the one who signs.")
    wage_per_hour = serializers.DecimalField(
        max_digits=8, decimal_places=2, allow_null=True, help_text="In the pilot's currency."
    )
    migration_cost = serializers.DecimalField(
        max_digits=12, decimal_places=2, allow_null=True, help_text="In the pilot's currency."
    )
    verdict = serializers.SerializerMethodField(help_text="null until the first look.")

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
            "scope_in",
            "scope_out",
            "owner",
            "deputy",
            "decider",
            "window_start",
            "maintenance_start",
            "window_end",
            "maintenance_min_items",
            "currency",
            "wage_per_hour",
            "migration_cost",
            "payback_months",
            "seeks_saving",
            "operator",
            "fallback_plan",
            "removal_plan",
            "created_at",
            "started_at",
        ]
        read_only_fields = fields

    @extend_schema_field(FlagSerializer(allow_null=True))
    def get_verdict(self, pilot: Any) -> dict[str, Any] | None:
        if pilot.verdict_flag is None:
            return None
        return FlagSerializer(
            {"flag": pilot.verdict_flag, "reason": pilot.verdict_reason, "as_of": pilot.verdict_as_of}
        ).data
