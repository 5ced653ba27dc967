from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from config.api_strict import Strict
from evaluations.api.serializers.interop import QualitySerializer
from evaluations.api.serializers.written import NameOf
from evaluations.models import Deployment, Result, Run, Suite
from evaluations.queries.costs import judging_cost_of
from evaluations.queries.quality import quality
from evaluations.queries.runs import Progress, TargetSummary


class TargetRequestSerializer(Strict):
    """One deployment asked in one way."""

    key = serializers.SlugField(
        required=False, help_text="Your own name for it; the deployment's by default."
    )
    deployment = NameOf(queryset=Deployment.objects.all(), help_text="Slug of the deployment.")
    prompt = serializers.CharField(
        help_text="Slug of a prompt of the suite; `slug@2` for its second version."
    )


class RunRequestSerializer(Strict):
    suite = NameOf(queryset=Suite.objects.all(), help_text="Slug of the suite.")
    version = serializers.IntegerField(required=False, min_value=1, help_text="The newest by default.")
    repeats = serializers.IntegerField(default=1, help_text="How often each case is asked, up to 100.")
    targets = TargetRequestSerializer(many=True, allow_empty=False)
    spend_limit = serializers.DecimalField(
        max_digits=14,
        decimal_places=4,
        required=False,
        help_text="Nothing more is asked once its calls cost this much.",
    )
    spend_currency = serializers.CharField(
        required=False, max_length=3, help_text="Of the spend limit, such as EUR."
    )
    time_limit_s = serializers.IntegerField(
        required=False, min_value=1, help_text="Nothing more is asked this many seconds after its start."
    )


class RunSerializer(serializers.ModelSerializer):
    """Where a run stands. Our own errors are in `by_outcome` and count neither for nor against a model."""

    suite = serializers.CharField(source="suite_version.suite.slug")
    version = serializers.IntegerField(source="suite_version.number")
    done = serializers.SerializerMethodField(help_text="Results so far, of `planned_results`.")
    by_outcome = serializers.SerializerMethodField()
    status_url = serializers.HyperlinkedIdentityField(view_name="api:run")

    class Meta:
        model = Run
        fields = [
            "id",
            "suite",
            "version",
            "state",
            "failure",
            "repeats",
            "planned_results",
            "done",
            "by_outcome",
            "fingerprint",
            "spend_limit",
            "spend_currency",
            "time_limit_s",
            "created_at",
            "started_at",
            "finished_at",
            "status_url",
        ]
        read_only_fields = fields

    def get_done(self, run: Run) -> int:
        return self._progress(run).done

    @extend_schema_field(serializers.DictField(child=serializers.IntegerField()))
    def get_by_outcome(self, run: Run) -> dict[str, int]:
        return dict(self._progress(run).by_outcome)

    def _progress(self, run: Run) -> Progress:
        """Counted for the whole page at once, by the view."""
        found: Progress = self.context["progress"][run.pk]
        return found


class TargetSerializer(serializers.Serializer):
    """What came of one target. `share` is passed of n; latencies are seconds around the raw call."""

    key = serializers.CharField(source="target.key")
    deployment = serializers.CharField(source="target.deployment.slug")
    prompt = serializers.SerializerMethodField()
    fingerprint = serializers.CharField(source="target.fingerprint")
    plan = serializers.DictField(source="target.plan", help_text="Everything the fingerprint covers.")
    n = serializers.IntegerField()
    passed = serializers.IntegerField()
    share = serializers.FloatField(allow_null=True)
    outcomes = serializers.DictField(child=serializers.IntegerField())
    latency_p50_s = serializers.FloatField(allow_null=True)
    latency_p95_s = serializers.FloatField(allow_null=True)
    overhead_p50_s = serializers.FloatField(
        allow_null=True, help_text="What our own harness added to a latency, by null calls made beside."
    )
    first_token_p50_s = serializers.FloatField(allow_null=True, help_text="Of streamed answers.")
    input_tokens = serializers.IntegerField(allow_null=True)
    output_tokens = serializers.IntegerField(allow_null=True)
    cost = serializers.DecimalField(
        max_digits=24,
        decimal_places=10,
        allow_null=True,
        source="cost.total",
        default=None,
        help_text="Of all calls, retries included; null: at least one is unpriced.",
    )
    currency = serializers.CharField(source="cost.currency", default="")
    unpriced_calls = serializers.IntegerField(source="cost.unpriced", default=0)
    cost_per_accepted = serializers.DecimalField(
        max_digits=24,
        decimal_places=10,
        allow_null=True,
        source="cost.per_accepted",
        default=None,
        help_text="Of all calls, for each result that passed.",
    )
    retried = serializers.IntegerField(help_text="Results that took more than one attempt.")
    quality = serializers.SerializerMethodField()

    @extend_schema_field(QualitySerializer)
    def get_quality(self, summary: TargetSummary) -> Any:
        return QualitySerializer(self.context["quality"][summary.target.pk]).data

    def get_prompt(self, summary: TargetSummary) -> str:
        prompt = summary.target.prompt
        return f"{prompt.slug}@{prompt.version}"


class JudgeCostSerializer(serializers.Serializer):
    """What a judging model's calls cost: part of the run's spend, and of no target's cost."""

    calls = serializers.IntegerField()
    unpriced_calls = serializers.IntegerField(source="unpriced")
    cost = serializers.DecimalField(
        max_digits=24, decimal_places=10, allow_null=True, source="total", help_text="Null: unpriced."
    )
    currency = serializers.CharField()


class RunDetailSerializer(RunSerializer):
    targets = serializers.SerializerMethodField()
    judging = serializers.SerializerMethodField(help_text="Null where no judging model was asked.")

    class Meta(RunSerializer.Meta):
        fields = [*RunSerializer.Meta.fields, "targets", "judging"]
        read_only_fields = fields

    @extend_schema_field(JudgeCostSerializer(allow_null=True))
    def get_judging(self, run: Run) -> Any:
        found = judging_cost_of(run)
        return JudgeCostSerializer(found).data if found else None

    @extend_schema_field(TargetSerializer(many=True))
    def get_targets(self, run: Run) -> Any:
        context = {"quality": quality(run)}
        return TargetSerializer(self.context["comparison"], many=True, context=context).data


class ResultSerializer(serializers.ModelSerializer):
    """What one target answered to one case, once."""

    target = serializers.CharField(source="target.key")
    case = serializers.CharField(source="case.key")
    scenario = serializers.CharField(source="case.scenario")

    class Meta:
        model = Result
        fields = [
            "target",
            "case",
            "scenario",
            "repeat",
            "outcome",
            "passed",
            "score",
            "answer",
            "detail",
            "judged_by",
            "judgements",
            "violations",
            "model_returned",
            "input_tokens",
            "output_tokens",
            "cached_tokens",
            "cache_write_tokens",
            "reasoning_tokens",
            "latency_s",
            "first_token_s",
            "attempts",
            "cost",
            "currency",
            "asked_at",
        ]
        read_only_fields = fields
