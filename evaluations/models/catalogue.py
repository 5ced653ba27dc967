from urllib.parse import urlsplit

from django.core.exceptions import ValidationError
from django.core.validators import MinValueValidator, RegexValidator
from django.db import models
from django.urls import reverse

from evaluations.models.checked_at_once import CheckedAtOnce


def plain_http_url(value: str) -> None:
    """Raises unless it is http(s) with a host and no secret in it. A host without a dot (gpu-1) is fine."""
    try:
        parts = urlsplit(value)
        reachable = parts.scheme in {"http", "https"} and bool(parts.hostname) and parts.port != 0
    except ValueError:
        reachable = False
    if not reachable or any(character.isspace() for character in value):
        raise ValidationError("Write it like https://api.example.com/v1 or http://gpu-1:8000/v1.")
    if parts.username or parts.password or parts.query or parts.fragment:
        raise ValidationError(
            "The base URL may not hold a user, a password or a query. Name a credential instead."
        )


SLUG_HELP = "Its short name in addresses and in the API: small letters, digits and hyphens."


class Vendor(models.Model):
    """Who makes a model, or hosts it."""

    slug = models.SlugField(unique=True, help_text=SLUG_HELP)
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
    UNKNOWN = "unknown", "Not known: sources are missing or disagree"


class CommercialUse(models.TextChoices):
    """What the licence says of use in a product. Open weights alone say nothing about it."""

    ALLOWED = "allowed", "Commercial use allowed"
    CONDITIONS = "conditions", "Commercial use under conditions"
    FORBIDDEN = "forbidden", "Non-commercial only"
    UNKNOWN = "unknown", "Not known"


class Kind(models.TextChoices):
    MODEL = "model", "Model"
    FAMILY = "model_family", "Model family"
    SERVICE = "service", "Service"
    TOOL = "tool", "Tool"


class Modality(models.TextChoices):
    LANGUAGE = "language", "Language"
    IMAGE = "image", "Image"
    VIDEO = "video", "Video"
    AUDIO = "audio", "Audio"
    WORKFLOW = "workflow", "Workflow"


class AIModel(CheckedAtOnce):
    """A model as its maker publishes it.

    Open weights, licence and data are separate facts: one does not imply another.
    """

    vendor = models.ForeignKey(Vendor, on_delete=models.PROTECT, related_name="models")
    slug = models.SlugField(unique=True, help_text=SLUG_HELP)
    name = models.CharField(max_length=200)
    kind = models.CharField(max_length=12, choices=Kind, default=Kind.MODEL)
    modality = models.CharField(max_length=10, choices=Modality, blank=True)
    weights = models.CharField(max_length=10, choices=Weights)
    licence = models.CharField(
        max_length=200, blank=True, help_text="SPDX name where there is one, else the licence's own title."
    )
    commercial_use = models.CharField(
        max_length=10,
        choices=CommercialUse,
        default=CommercialUse.UNKNOWN,
        help_text="What the licence says of use in a product, for you to check.",
    )
    training_data = models.CharField(
        max_length=200, blank=True, help_text="What the maker discloses of the training data."
    )
    to_check = models.TextField(
        blank=True, verbose_name="to check", help_text="What a person should verify, one point a line."
    )

    class Meta:
        verbose_name = "AI model"
        ordering = ["name"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(weights__in=Weights.values), name="aimodel_weights_known"
            ),
            models.CheckConstraint(
                condition=models.Q(commercial_use__in=CommercialUse.values), name="aimodel_use_known"
            ),
            models.CheckConstraint(condition=models.Q(kind__in=Kind.values), name="aimodel_kind_known"),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("models:model", args=[self.slug])


class Protocol(models.TextChoices):
    OPENAI = "openai", "OpenAI-compatible (vLLM, Ollama, llama.cpp, gateways, …)"
    AZURE = "azure", "Azure OpenAI (path of the deployment, api-version, api-key)"
    ANTHROPIC = "anthropic", "Anthropic"
    NULL = "null", "Null endpoint (calibration: answers at once)"


class LimitField(models.TextChoices):
    """How a host calls the limit on an answer's length."""

    MAX_TOKENS = "max_tokens", "max_tokens"
    MAX_COMPLETION_TOKENS = "max_completion_tokens", "max_completion_tokens"


class Deployment(CheckedAtOnce):
    """A model on a host.

    The credential is named, never stored: the secret stays in the environment of the workers.
    """

    slug = models.SlugField(unique=True, help_text=SLUG_HELP)
    model = models.ForeignKey(AIModel, on_delete=models.PROTECT, related_name="deployments")
    host = models.ForeignKey(
        Vendor,
        on_delete=models.PROTECT,
        related_name="hosted",
        help_text="Who runs it: the vendor, a cloud, or you.",
    )
    protocol = models.CharField(max_length=20, choices=Protocol, default=Protocol.OPENAI)
    base_url = models.CharField(
        max_length=300,
        blank=True,
        verbose_name="base URL",
        validators=[plain_http_url],
        help_text="For example http://gpu-1:8000/v1. The host must be on the administrator's list of allowed "
        "hosts. Empty, with an OpenAI-compatible protocol: the local model of this instance.",
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
    temperature = models.FloatField(
        null=True,
        blank=True,
        default=0.0,
        help_text="0 for answers that vary least. Leave empty for models that refuse the setting.",
    )
    seed = models.PositiveIntegerField(
        null=True, blank=True, help_text="Sent with each call where given; not every host knows it."
    )
    timeout_s = models.PositiveSmallIntegerField(
        default=60,
        verbose_name="time limit",
        help_text="Seconds for a whole answer. What takes longer counts as timed out.",
    )
    concurrency = models.PositiveSmallIntegerField(
        default=4,
        help_text="Questions asked at the same time, by all workers and runs together. More than the host can serve "
        "lengthens latency.",
    )
    requests_per_minute = models.PositiveIntegerField(
        null=True,
        blank=True,
        validators=[MinValueValidator(1)],
        help_text="The host's own limit, kept by all workers together. Empty: none is known.",
    )
    streams = models.BooleanField(
        default=False,
        verbose_name="streamed",
        help_text="Ask for the answer piece by piece: the time to its first piece is then measured too.",
    )
    api_version = models.CharField(
        max_length=40,
        blank=True,
        verbose_name="API version",
        help_text="Azure's api-version, for example 2024-10-21. Others need none.",
    )
    limit_field = models.CharField(
        max_length=30,
        choices=LimitField,
        default=LimitField.MAX_TOKENS,
        verbose_name="name of the token limit",
        help_text="OpenAI's own reasoning models want max_completion_tokens.",
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
                violation_error_message="Give the name of an environment variable, never the key itself.",
            ),
            models.CheckConstraint(
                condition=models.Q(protocol__in=Protocol.values), name="deployment_protocol_known"
            ),
            models.CheckConstraint(
                condition=~models.Q(protocol="anthropic", base_url=""),
                name="deployment_anthropic_has_base_url",
                violation_error_message="Give the base URL, for example https://api.anthropic.com.",
            ),
            models.CheckConstraint(
                condition=~models.Q(protocol="azure") | ~(models.Q(base_url="") | models.Q(api_version="")),
                name="deployment_azure_has_address",
                violation_error_message="Azure needs the base URL, for example https://NAME.openai.azure.com, and an API "
                "version.",
            ),
            models.CheckConstraint(
                condition=models.Q(concurrency__gte=1, timeout_s__gte=1),
                name="deployment_limits_positive",
                violation_error_message="Time limit and concurrency must be at least 1.",
            ),
            models.CheckConstraint(
                condition=models.Q(temperature__isnull=True)
                | models.Q(temperature__gte=0, temperature__lte=2),
                name="deployment_temperature_in_range",
                violation_error_message="The temperature lies between 0 and 2.",
            ),
            models.CheckConstraint(
                condition=models.Q(limit_field__in=LimitField.values), name="deployment_limit_field_known"
            ),
        ]

    def __str__(self) -> str:
        return self.slug
