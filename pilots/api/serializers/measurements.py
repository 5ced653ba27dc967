"""What a measurement looks like on its way in and out.

The classes for the way in only describe, in the OpenAPI document; rows are checked by
`pilots.actions.measurement_rows`, without a serializer a row.
"""

from datetime import UTC
from typing import Any

from django.db.models import F, QuerySet
from rest_framework import serializers

from evaluations.models.run import Outcome
from evaluations.models.suite import Provenance
from pilots.models import Measurement
from pilots.models.measurement import Phase


class PostedMeasurementSerializer(serializers.Serializer):
    metric = serializers.CharField(help_text="Key of one of the pilot's metrics.")
    value = serializers.FloatField(
        required=False,
        allow_null=True,
        help_text="Required unless outcome is not ok. Text that is a number is taken too.",
    )
    observed_at = serializers.DateTimeField(
        required=False, help_text="Default: now. At most 5 minutes ahead."
    )
    phase = serializers.ChoiceField(choices=Phase.choices, required=False, help_text="Default: by the date.")
    candidate = serializers.CharField(required=False, help_text="Slug; default: the primary candidate.")
    unit_id = serializers.CharField(
        required=False, max_length=200, help_text="The item or task; repeats of a unit are averaged."
    )
    segment = serializers.CharField(required=False, max_length=100, help_text="Scenario or subgroup.")
    load = serializers.CharField(required=False, max_length=50)
    fingerprint = serializers.CharField(
        required=False, max_length=64, help_text="Model, prompt and tool versions; a new one opens an epoch."
    )
    context = serializers.DictField(  # type: ignore[assignment]
        required=False, help_text="References with hashes, kept as evidence."
    )
    outcome = serializers.ChoiceField(choices=Outcome.choices, required=False, default=Outcome.OK)
    attempts = serializers.IntegerField(required=False, default=1, min_value=1, max_value=1000)
    provenance = serializers.ChoiceField(
        choices=Provenance.choices,
        required=False,
        default=Provenance.REAL,
        help_text="Only real and replayed decide.",
    )
    external_id = serializers.CharField(
        required=False,
        max_length=200,
        help_text="Unique per pilot and source; a repeat is not counted twice.",
    )
    source = serializers.CharField(required=False, max_length=100)  # type: ignore[assignment]


class ReportItemSerializer(serializers.Serializer):
    external_id = serializers.CharField()
    status = serializers.ChoiceField(
        choices=["created", "duplicate", "replaced", "conflicting_duplicate", "rejected"]
    )
    errors = serializers.ListField(  # type: ignore[assignment]
        child=serializers.DictField(child=serializers.CharField()),
        required=False,
        help_text="Only where there are any: pointer into the body, code, message.",
    )


class ReportSerializer(serializers.Serializer):
    """Counts, and one item for each row in the order sent."""

    created = serializers.IntegerField()
    duplicates = serializers.IntegerField()
    rejected = serializers.IntegerField(help_text="Faulty rows and conflicting duplicates.")
    replaced = serializers.IntegerField(required=False, help_text="Only with on_conflict=replace.")
    dry_run = serializers.BooleanField(
        required=False, help_text="Only with dry_run=true: nothing was stored."
    )
    items = ReportItemSerializer(many=True, required=False, help_text="With items=none, faulty rows only.")


class MeasurementSerializer(serializers.Serializer):
    """A stored measurement; the value is a number with every digit that was stored."""

    id = serializers.IntegerField()
    metric = serializers.CharField()
    value = serializers.FloatField(allow_null=True, help_text="null where the outcome stands for it.")
    observed_at = serializers.DateTimeField()
    recorded_at = serializers.DateTimeField()
    phase = serializers.CharField()
    candidate = serializers.CharField(allow_null=True, help_text="null in the baseline.")
    unit_id = serializers.CharField()
    segment = serializers.CharField()
    load = serializers.CharField()
    fingerprint = serializers.CharField()
    context = serializers.DictField()  # type: ignore[assignment]
    outcome = serializers.CharField()
    attempts = serializers.IntegerField()
    provenance = serializers.CharField()
    external_id = serializers.CharField()
    source = serializers.CharField()  # type: ignore[assignment]

    @staticmethod
    def rows(measurements: QuerySet[Measurement]) -> Any:
        """What `to_representation` takes: dictionaries, no objects."""
        return measurements.annotate(metric_key=F("metric__key"), candidate_slug=F("candidate__slug")).values(
            *(
                "id",
                "value",
                "observed_at",
                "recorded_at",
                "phase",
                "unit_id",
                "segment",
                "load",
                "fingerprint",
            ),
            *(
                "context",
                "outcome",
                "attempts",
                "provenance",
                "external_id",
                "source",
                "metric_key",
                "candidate_slug",
            ),
        )

    def to_representation(self, instance: dict[str, Any]) -> dict[str, Any]:
        """In the order of the fields above; the renderer keeps decimals as they are."""
        value = instance["value"]
        return {
            "id": instance["id"],
            "metric": instance["metric_key"],
            "value": None if value is None else value.normalize(),
            "observed_at": instance["observed_at"].astimezone(UTC),
            "recorded_at": instance["recorded_at"].astimezone(UTC),
            "phase": instance["phase"],
            "candidate": instance["candidate_slug"],
            **{name: instance[name] for name in SHOWN},
        }


SHOWN = (
    *(
        "unit_id",
        "segment",
        "load",
        "fingerprint",
        "context",
        "outcome",
        "attempts",
        "provenance",
        "external_id",
    ),
    "source",
)
