from typing import Any

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from config.api_strict import Strict
from evaluations.api.serializers.written import CatalogueSerializer
from evaluations.models import Case, Prompt, Suite, SuiteVersion


class SuiteVersionSerializer(serializers.ModelSerializer):
    """The cases of a suite at one moment."""

    version = serializers.IntegerField(source="number")

    class Meta:
        model = SuiteVersion
        fields = ["version", "content_hash", "case_count", "origin", "created_at"]
        read_only_fields = fields


class SuiteSerializer(CatalogueSerializer):
    versions = SuiteVersionSerializer(many=True, read_only=True, help_text="Newest first.")

    class Meta:
        model = Suite
        fields = [
            "slug",
            "name",
            "description",
            "adverse",
            "scorer",
            "scorer_options",
            "created_at",
            "versions",
        ]
        read_only_fields = ["created_at"]


class CaseSerializer(serializers.ModelSerializer):
    """One task. `input` is a text or a list of chat messages; `expected` a text, texts of which any will do, or an
    object."""

    id = serializers.CharField(source="key")
    input = serializers.SerializerMethodField()
    expected = serializers.JSONField()

    class Meta:
        model = Case
        fields = [
            "id",
            "input",
            "expected",
            "scenario",
            "must_abstain",
            "provenance",
            "tags",
            "unit_id",
            "variables",
        ]
        read_only_fields = fields

    @extend_schema_field(OpenApiTypes.ANY)
    def get_input(self, case: Case) -> Any:
        return case.messages or case.input


class RefusalSerializer(serializers.Serializer):
    row = serializers.IntegerField()
    what = serializers.CharField()
    reason = serializers.CharField()


class CoverageSerializer(serializers.Serializer):
    """How many assertions became checks, and the first of those that could not."""

    assertions = serializers.IntegerField()
    taken = serializers.IntegerField()
    share = serializers.FloatField(allow_null=True)
    refused = RefusalSerializer(many=True, source="refusals")


class ImportedSerializer(serializers.Serializer):
    """What became of the cases sent: `created` is false when this very content was there already. `version` is null
    after a dry run of new content."""

    version = serializers.IntegerField(source="version.number", default=None, allow_null=True)
    content_hash = serializers.CharField(source="version.content_hash", default=None, allow_null=True)
    created_at = serializers.DateTimeField(source="version.created_at", default=None, allow_null=True)
    case_count = serializers.IntegerField(source="count")
    created = serializers.BooleanField()
    format = serializers.CharField()
    coverage = CoverageSerializer()


class ExampleSerializer(Strict):
    input = serializers.CharField(trim_whitespace=False)
    answer = serializers.CharField(trim_whitespace=False)


class PromptSerializer(Strict, serializers.ModelSerializer):
    """How a case is put to a model. Never edited: other content under the same slug is the next version."""

    user = serializers.CharField(
        default="{{ input }}", trim_whitespace=False, help_text="{{ input }} stands for the case's text."
    )
    system = serializers.CharField(default="", allow_blank=True, trim_whitespace=False)
    examples = ExampleSerializer(many=True, default=list)
    output_schema = serializers.JSONField(
        default=None, allow_null=True, help_text="JSON Schema the answer must follow."
    )
    max_tokens = serializers.IntegerField(default=64)

    class Meta:
        model = Prompt
        fields = [
            "slug",
            "version",
            "system",
            "user",
            "examples",
            "output_schema",
            "max_tokens",
            "content_hash",
            "created_at",
        ]
        read_only_fields = ["version", "content_hash", "created_at"]
