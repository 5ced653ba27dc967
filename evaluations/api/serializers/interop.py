from rest_framework import serializers

from evaluations.models import ImportedRun
from evaluations.queries.recounts import recount


class ImportedRunSerializer(serializers.ModelSerializer):
    """Another tool's results as a run: its own figures, and sentences with both counts."""

    run = serializers.IntegerField(source="run_id")
    state = serializers.CharField(source="run.state")
    counts = serializers.SerializerMethodField()

    class Meta:
        model = ImportedRun
        fields = ["run", "state", "tool", "tool_version", "task", "model", "figures", "counts"]
        read_only_fields = fields

    def get_counts(self, imported: ImportedRun) -> list[str]:
        return recount(imported.run)


class ShareSerializer(serializers.Serializer):
    """Cases that pass of n, with the ends of the 95 % confidence sequence."""

    n = serializers.IntegerField()
    share = serializers.FloatField(allow_null=True)
    low = serializers.FloatField()
    high = serializers.FloatField()


class QualitySerializer(serializers.Serializer):
    """Three figures: errors as wrong (the one that counts), excluded as many tools do, and the worst case."""

    errors_as_wrong = ShareSerializer()
    errors_excluded = ShareSerializer()
    worst_case = ShareSerializer()
    failed = serializers.IntegerField(help_text="Errors and time-outs of the model.")
    ours = serializers.IntegerField(help_text="Failed on our side.")
    missing = serializers.IntegerField(help_text="Planned, without a result.")
    violations = serializers.IntegerField(allow_null=True, help_text="Broken clauses of a contract.")
    by_model = serializers.IntegerField(help_text="Results that rest on a judging model's word.")


class CoverageRowSerializer(serializers.Serializer):
    """One situation. `tested` is false where no case asks about it."""

    name = serializers.CharField()
    label = serializers.CharField()  # type: ignore[assignment]
    cases = serializers.IntegerField()
    must_abstain = serializers.IntegerField()
    tested = serializers.BooleanField()
