"""Verdicts of the machine, decisions of people, and the gate between them and a rollout."""

import json
from typing import Any

from rest_framework import serializers

from pilots.models import Decision, Verdict
from pilots.models.decision import DecisionOutcome
from pilots.models.verdict import MachineFlag


class VerdictSerializer(serializers.ModelSerializer):
    """`evidence_hash` is the SHA-256 of the evidence in canonical JSON; `previous_hash` chains it to the record before."""

    evidence = serializers.SerializerMethodField()

    class Meta:
        model = Verdict
        fields = [
            "number",
            "flag",
            "code",
            "reason",
            "as_of",
            "created_at",
            "evidence",
            "evidence_hash",
            "previous_hash",
        ]
        read_only_fields = fields

    def get_evidence(self, verdict: Verdict) -> dict[str, Any]:
        evidence: dict[str, Any] = json.loads(verdict.evidence)
        return evidence


class GateSerializer(serializers.Serializer):
    """`pass` is whether a rollout may go on."""

    flag = serializers.ChoiceField(choices=MachineFlag.choices)
    reason = serializers.CharField()

    def get_fields(self) -> dict[str, serializers.Field]:
        passed = serializers.BooleanField(source="passed")
        return {"pass": passed, **super().get_fields()}  # `pass` cannot be written as an attribute


class DecisionSerializer(serializers.ModelSerializer):
    # A pattern, not an enum: measurements have an outcome of other words, and OpenAPI names enums by their field.
    outcome = serializers.RegexField(
        f"^({'|'.join(DecisionOutcome.values)})$", help_text=f"{', '.join(DecisionOutcome.values)}."
    )
    signed_by = serializers.CharField(source="signed_by.username", help_text="User name.")
    verdict = serializers.IntegerField(
        source="verdict.number", help_text="Number of the verdict it was signed on."
    )
    machine_flag = serializers.CharField(
        source="verdict.flag", help_text="What the machine had said; a person may differ."
    )

    class Meta:
        model = Decision
        fields = [
            "id",
            "outcome",
            "reason",
            "signed_by",
            "signed_at",
            "verdict",
            "machine_flag",
            "evidence_hash",
            "extend_until",
            "removed_parts",
            "review_on",
        ]
        read_only_fields = fields
