"""The parts of a pilot's plan: as they are read, and as an edit of them asks for."""

from typing import Any

from django.core.exceptions import ObjectDoesNotExist
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers
from rest_framework.reverse import reverse

from config.api_strict import FiniteFloat, NameOf, Strict
from evaluations.models import Deployment, Prompt, Suite
from evaluations.queries.suites import prompt_named
from pilots.actions.changes import Act, CandidateChange, Changes, Kind, MetricChange, RuleChange
from pilots.models import Amendment, Candidate, Goal, Metric, StopTrigger


class PartSerializer(Strict, serializers.ModelSerializer):
    """A row of the plan. `changes` is the edit that what was sent asks for; the name of a row never changes."""

    reason = serializers.CharField(
        write_only=True, required=False, help_text="Why; needed once the pilot runs, kept in the log."
    )

    def changes(self) -> Changes:
        """Of valid data."""
        raise NotImplementedError

    @property
    def act(self) -> Act:
        return Act.ADD if self.instance is None else Act.CHANGE

    def _as_it_shall_be(self) -> dict[str, Any]:
        """What was sent, over the row or over the defaults of a new one."""
        row: Any = self.instance or self.Meta.model()  # type: ignore[misc]
        kept = {field.name: field.value_from_object(row) for field in row._meta.concrete_fields}
        return {**kept, **self.validated_data}


class MetricSerializer(PartSerializer):
    quantile = FiniteFloat(
        required=False, allow_null=True, help_text="0.95 for p95; only with the estimand quantile."
    )

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
            "expected_value",
            "expected_sd",
            "expected_before",
            "max_age_hours",
            "saving",
            "reason",
        ]

    def changes(self) -> Changes:
        values = self._as_it_shall_be()
        names = MetricEditSerializer.Meta.fields[:-1]
        change = MetricChange(act=self.act, key=values["key"], **{name: values[name] for name in names})
        return Changes(metrics=(change,))


class MetricEditSerializer(MetricSerializer):
    class Meta(MetricSerializer.Meta):
        fields = MetricSerializer.Meta.fields[1:]


class RuleSerializer(PartSerializer):
    """`level` is the field that holds a number to reach or to keep. Given one, the margin makes room, and back."""

    level = ""
    kind: Kind

    def validate_metric(self, key: str) -> str:
        if not Metric.objects.filter(pilot=self.context["pilot"], key=key).exists():
            raise serializers.ValidationError(
                f"This pilot has no metric {key}. Add it first, or correct the key.", code="unknown_metric"
            )
        return key

    def changes(self) -> Changes:
        sent, values = self.validated_data, self._as_it_shall_be()
        if sent.get("margin") is not None and self.level not in sent:
            values[self.level] = None
        if sent.get(self.level) is not None and "margin" not in sent:
            values |= {"margin": None, "relative": sent.get("relative", False)}
        change = RuleChange(
            kind=self.kind,
            act=self.act,
            metric=self.instance.metric.key if self.instance else sent["metric"]["key"],
            margin=values["margin"],
            level=values[self.level],
            relative=values["relative"],
            hard=values.get("hard", False),
            response=values.get("response"),
            action=values.get("action"),
        )
        return Changes(rules=(change,))


class GoalSerializer(RuleSerializer):
    metric = serializers.CharField(source="metric.key", help_text="Key of the metric.")
    level = "target"
    kind = Kind.GOAL

    class Meta:
        model = Goal
        fields = ["id", "metric", "margin", "relative", "target", "reason"]


class GoalEditSerializer(GoalSerializer):
    class Meta(GoalSerializer.Meta):
        fields = ["margin", "relative", "target", "reason"]


class StopTriggerSerializer(RuleSerializer):
    metric = serializers.CharField(source="metric.key", help_text="Key of the metric.")
    level = "limit"
    kind = Kind.STOP_TRIGGER

    class Meta:
        model = StopTrigger
        fields = ["id", "metric", "margin", "relative", "limit", "hard", "response", "action", "reason"]


class StopTriggerEditSerializer(StopTriggerSerializer):
    class Meta(StopTriggerSerializer.Meta):
        fields = ["margin", "relative", "limit", "hard", "response", "action", "reason"]


@extend_schema_field(OpenApiTypes.STR)
class PromptName(serializers.Field):
    """suite/prompt for the newest version, suite/prompt@2 for the second."""

    default_error_messages = {
        "unknown": "There is no prompt {value}. Write suite/prompt, or suite/prompt@2 for its second version.",
    }

    def to_internal_value(self, data: Any) -> Prompt:
        suite_slug, _, name = data.partition("/") if isinstance(data, str) else ("", "", "")
        found: Prompt | None = None
        if (suite_slug + name).isprintable() and (suite := Suite.objects.filter(slug=suite_slug).first()):
            found = prompt_named(suite, name)
        if found is None:
            self.fail("unknown", value=str(data)[:100])
        return found

    def to_representation(self, value: Prompt) -> str:
        return f"{value.suite.slug}/{value.slug}@{value.version}"


class CandidateSerializer(PartSerializer):
    deployment = NameOf(
        queryset=Deployment.objects.all(),
        required=False,
        allow_null=True,
        help_text="Its slug in the catalogue; null for people without AI.",
    )
    prompt = PromptName(
        required=False, allow_null=True, help_text="Needed for evaluation runs: suite/prompt@version."
    )

    class Meta:
        model = Candidate
        fields = ["slug", "name", "role", "deployment", "prompt", "reason"]

    def changes(self) -> Changes:
        row, sent = self.instance or Candidate(), self.validated_data
        deployment = sent.get("deployment", row.deployment)
        prompt = sent.get("prompt", row.prompt)
        change = CandidateChange(
            act=self.act,
            slug=sent.get("slug", row.slug),
            name=sent.get("name", row.name),
            role=sent.get("role", row.role),
            deployment=deployment.slug if deployment else None,
            prompt=prompt.pk if prompt else None,
        )
        return Changes(candidates=(change,))


class CandidateEditSerializer(CandidateSerializer):
    class Meta(CandidateSerializer.Meta):
        fields = CandidateSerializer.Meta.fields[1:]


class DifferenceSerializer(serializers.Serializer):
    subject = serializers.CharField()
    was = serializers.CharField(help_text="Empty for what is added.")
    now = serializers.CharField(help_text="Empty for what is removed.")
    loosens = serializers.BooleanField(help_text="Whether a second person must agree.")
    restarts = serializers.CharField(help_text="Label of the metric that would count from the amendment on.")


class AmendmentSerializer(serializers.ModelSerializer):
    """A change of the plan that waits for a second person. `page` is where she agrees or declines."""

    state = serializers.SerializerMethodField(help_text="open, or what became of it.")
    differences = DifferenceSerializer(many=True)
    proposed_by = serializers.CharField(source="proposed_by.username", help_text="Who answers for it.")
    page = serializers.SerializerMethodField()

    class Meta:
        model = Amendment
        fields = [
            "number",
            "state",
            "needs_second",
            "differences",
            "reason",
            "proposed_by",
            "proposed_at",
            "page",
        ]
        read_only_fields = fields

    def get_state(self, amendment: Amendment) -> str:
        try:
            return str(amendment.answer.kind)
        except ObjectDoesNotExist:
            return "open"

    @extend_schema_field(OpenApiTypes.URI)
    def get_page(self, amendment: Amendment) -> str:
        return reverse("pilots:plan", [amendment.pilot.slug], request=self.context["request"])
