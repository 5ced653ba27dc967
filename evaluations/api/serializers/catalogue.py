from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from config.api_strict import FiniteFloat
from evaluations.api.serializers.written import CatalogueSerializer, NameOf
from evaluations.models import AIModel, Claim, Deployment, Vendor
from evaluations.queries import lifecycle, openness


class VendorSerializer(CatalogueSerializer):
    class Meta:
        model = Vendor
        fields = ["slug", "name", "website"]


class ClaimSerializer(serializers.ModelSerializer):
    """One value of one field as one source has it."""

    source = serializers.CharField(source="source.what")  # type: ignore[assignment]
    where = serializers.CharField(source="source.where")
    trust = serializers.CharField(source="source.trust")
    read_on = serializers.DateField(source="source.read_on")

    class Meta:
        model = Claim
        fields = ["field", "value", "unit", "scope", "statement", "source", "where", "trust", "read_on"]
        read_only_fields = fields


class ModelSerializer(CatalogueSerializer):
    """A model as its maker publishes it."""

    vendor = NameOf(queryset=Vendor.objects.all(), help_text="Slug of the vendor.")
    how_open = serializers.SerializerMethodField(help_text="Weights, licence and data in one line.")
    claims = ClaimSerializer(many=True, read_only=True)

    def get_how_open(self, model: AIModel) -> str:
        return openness.line(model)

    class Meta:
        model = AIModel
        fields = [
            *("slug", "name", "vendor", "kind", "modality"),
            *("weights", "licence", "commercial_use", "training_data", "how_open", "to_check", "claims"),
        ]
        read_only_fields = ["to_check"]


class LifecycleSerializer(serializers.Serializer):
    """What is known of its end: entered by a person, or read out of the claims of sources."""

    announced_on = serializers.DateField(allow_null=True)
    deprecated_on = serializers.DateField(allow_null=True)
    retires_on = serializers.DateField(allow_null=True, help_text="The day that counts; null: none is known.")
    not_before = serializers.DateField(allow_null=True, help_text="The host keeps it at least so long.")
    replacement = serializers.CharField()
    basis = serializers.CharField(
        help_text="Why this end counts: `entered`, `chosen` by a person, `agreed` by all sources, or `earliest` of "
        "several; empty without one."
    )
    other_ends = serializers.ListField(
        child=serializers.DateField(), help_text="Days that other sources name."
    )


class DeploymentSerializer(CatalogueSerializer):
    """A model on a host. `credential` is the name of an environment variable, never a secret."""

    model = NameOf(queryset=AIModel.objects.all(), help_text="Slug of the model.")
    host = NameOf(queryset=Vendor.objects.all(), help_text="Slug of the vendor who runs it.")
    temperature = FiniteFloat(required=False, allow_null=True, min_value=0, max_value=2)
    lifecycle = serializers.SerializerMethodField()

    @extend_schema_field(LifecycleSerializer)
    def get_lifecycle(self, deployment: Deployment) -> Any:
        """Read for a whole page at once, by the view."""
        read = self.context.get("lifecycles") or lifecycle.of_deployments([deployment])
        return LifecycleSerializer(read[deployment.pk]).data

    class Meta:
        model = Deployment
        fields = [
            "slug",
            "model",
            "host",
            "protocol",
            "base_url",
            "served_model",
            "credential",
            "temperature",
            "seed",
            "timeout_s",
            "concurrency",
            "requests_per_minute",
            "streams",
            "api_version",
            "limit_field",
            "retires_on",
            "lifecycle",
            "created_at",
        ]
        read_only_fields = ["created_at"]
