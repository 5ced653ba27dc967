from rest_framework import serializers

from evaluations.api.serializers.strict import CatalogueSerializer, NameOf
from evaluations.models import AIModel, Deployment, Vendor


class VendorSerializer(CatalogueSerializer):
    class Meta:
        model = Vendor
        fields = ["slug", "name", "website"]


class ModelSerializer(CatalogueSerializer):
    """A model as its maker publishes it."""

    vendor = NameOf(queryset=Vendor.objects.all(), help_text="Slug of the vendor.")

    class Meta:
        model = AIModel
        fields = ["slug", "name", "vendor", "weights", "licence", "training_data"]


class DeploymentSerializer(CatalogueSerializer):
    """A model on a host. `credential` is the name of an environment variable, never a secret."""

    model = NameOf(queryset=AIModel.objects.all(), help_text="Slug of the model.")
    host = NameOf(queryset=Vendor.objects.all(), help_text="Slug of the vendor who runs it.")
    temperature = serializers.FloatField(required=False, allow_null=True, min_value=0, max_value=2)

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
            "limit_field",
            "retires_on",
            "created_at",
        ]
        read_only_fields = ["created_at"]
