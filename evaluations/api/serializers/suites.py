from rest_framework import serializers

from evaluations.api.serializers.strict import CatalogueSerializer, Strict
from evaluations.models import Case, Prompt, Suite, SuiteVersion


class SuiteVersionSerializer(serializers.ModelSerializer):
    """The cases of a suite at one moment."""

    version = serializers.IntegerField(source="number")

    class Meta:
        model = SuiteVersion
        fields = ["version", "content_hash", "case_count", "created_at"]
        read_only_fields = fields


class SuiteSerializer(CatalogueSerializer):
    versions = SuiteVersionSerializer(many=True, read_only=True, help_text="Newest first.")

    class Meta:
        model = Suite
        fields = ["slug", "name", "description", "scorer", "scorer_options", "created_at", "versions"]
        read_only_fields = ["created_at"]


class CaseSerializer(serializers.ModelSerializer):
    """One task. `expected` is a text, texts of which any will do, or an object of fields."""

    id = serializers.CharField(source="key")
    expected = serializers.JSONField()

    class Meta:
        model = Case
        fields = ["id", "input", "expected", "scenario", "must_abstain", "provenance"]
        read_only_fields = fields


class ImportedSerializer(SuiteVersionSerializer):
    """What became of the cases sent: `created` is false when this very content was there already."""

    created = serializers.SerializerMethodField()

    class Meta(SuiteVersionSerializer.Meta):
        fields = [*SuiteVersionSerializer.Meta.fields, "created"]
        read_only_fields = fields

    def get_created(self, version: SuiteVersion) -> bool:
        return bool(self.context["created"])


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
