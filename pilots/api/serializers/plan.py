"""The parts of a pilot's plan, as they are read."""

from rest_framework import serializers

from pilots.models import Candidate, Goal, Metric, StopTrigger


class MetricSerializer(serializers.ModelSerializer):
    class Meta:
        model = Metric
        fields = [
            "key",
            "name",
            "unit",
            "direction",
            "estimand",
            "quantile",
            "design",
            "link",
            "planned_n",
            "cap",
            "floor",
            "max_age_hours",
            "saving",
        ]
        read_only_fields = fields


class GoalSerializer(serializers.ModelSerializer):
    metric = serializers.CharField(source="metric.key", help_text="Key of the metric.")

    class Meta:
        model = Goal
        fields = ["id", "metric", "margin", "relative", "target"]
        read_only_fields = fields


class StopTriggerSerializer(serializers.ModelSerializer):
    metric = serializers.CharField(source="metric.key", help_text="Key of the metric.")

    class Meta:
        model = StopTrigger
        fields = ["id", "metric", "margin", "relative", "limit", "hard", "action"]
        read_only_fields = fields


class CandidateSerializer(serializers.ModelSerializer):
    deployment = serializers.CharField(
        source="deployment.slug",
        allow_null=True,
        help_text="Its slug in the catalogue; null for people without AI.",
    )

    class Meta:
        model = Candidate
        fields = ["slug", "name", "role", "deployment"]
        read_only_fields = fields
