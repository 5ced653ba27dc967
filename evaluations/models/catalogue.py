from django.core.validators import RegexValidator
from django.db import models


class Vendor(models.Model):
    """Who makes a model, or hosts it."""

    slug = models.SlugField(unique=True)
    name = models.CharField(max_length=200)
    website = models.URLField(blank=True)

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class Weights(models.TextChoices):
    CLOSED = "closed", "Closed: reached by API only"
    GATED = "gated", "Gated: download after an agreement"
    OPEN = "open", "Open weights: free to download"


class AIModel(models.Model):
    """A model as its maker publishes it. Open weights, licence and data are separate facts: one does not imply another."""

    vendor = models.ForeignKey(Vendor, on_delete=models.PROTECT, related_name="models")
    slug = models.SlugField(unique=True)
    name = models.CharField(max_length=200)
    weights = models.CharField(max_length=10, choices=Weights)
    licence = models.CharField(
        max_length=200, blank=True, help_text="SPDX name where there is one, else the licence's own title."
    )
    training_data = models.CharField(
        max_length=200, blank=True, help_text="What the maker discloses of the training data."
    )

    class Meta:
        verbose_name = "AI model"
        ordering = ["name"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(weights__in=Weights.values), name="aimodel_weights_known"
            )
        ]

    def __str__(self) -> str:
        return self.name


class Protocol(models.TextChoices):
    OPENAI = "openai", "OpenAI-compatible (vLLM, Ollama, llama.cpp, gateways, …)"
    ANTHROPIC = "anthropic", "Anthropic"
    NULL = "null", "Null endpoint (calibration: answers at once)"


class Deployment(models.Model):
    """A model on a host. The credential is named, never stored: the secret stays in the environment of the workers."""

    slug = models.SlugField(unique=True)
    model = models.ForeignKey(AIModel, on_delete=models.PROTECT, related_name="deployments")
    host = models.ForeignKey(
        Vendor,
        on_delete=models.PROTECT,
        related_name="hosted",
        help_text="Who runs it: the vendor, a cloud, or you.",
    )
    protocol = models.CharField(max_length=20, choices=Protocol, default=Protocol.OPENAI)
    base_url = models.URLField(
        blank=True,
        help_text="For example http://gpu-1:8000/v1. The host must be on the administrator's list of allowed hosts.",
    )
    served_model = models.CharField(
        max_length=200,
        verbose_name="model id",
        help_text="The id sent with each call, for example gpt-4o-mini-2024-07-18.",
    )
    credential = models.CharField(
        max_length=100,
        blank=True,
        validators=[
            RegexValidator(
                r"^[A-Z][A-Z0-9_]*$",
                "Give the name of an environment variable, such as OPENAI_API_KEY, not the secret itself.",
            )
        ],
        help_text="Name of the environment variable that holds the key. Never the key itself.",
    )
    retires_on = models.DateField(
        null=True, blank=True, help_text="The day the host switches it off, if announced."
    )
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["slug"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(credential="") | models.Q(credential__regex=r"^[A-Z][A-Z0-9_]*$"),
                name="deployment_credential_is_a_name",
                violation_error_message="The credential must be the name of an environment variable, never the key itself.",
            ),
            models.CheckConstraint(
                condition=models.Q(protocol__in=Protocol.values), name="deployment_protocol_known"
            ),
        ]

    def __str__(self) -> str:
        return self.slug
