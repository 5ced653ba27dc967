from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.utils import timezone

from evaluations.models.catalogue import SLUG_HELP
from evaluations.scoring import scorer
from evaluations.scoring.score import ScorerMisused


class Suite(models.Model):
    """The team's own tasks for one workflow. What is asked lives in versions; a run names one of them."""

    slug = models.SlugField(unique=True, help_text=SLUG_HELP)
    name = models.CharField(max_length=200)
    description = models.TextField(blank=True)
    scorer = models.CharField(
        max_length=40,
        help_text="How an answer is held against the expected one: exact, normalised, label_in_set, …",
    )
    scorer_options = models.JSONField(default=dict, blank=True)
    adverse = models.BooleanField(
        default=False, help_text="Its cases try to make the model fail: hostile, broken and misleading input."
    )
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["slug"]

    def __str__(self) -> str:
        return self.name

    def clean(self) -> None:
        """An unknown scorer is refused here; options that do not fit the cases, when cases are imported."""
        try:
            scorer(self.scorer)
        except ScorerMisused as reason:
            raise ValidationError({"scorer": str(reason)}) from reason
        if not isinstance(self.scorer_options, dict):
            raise ValidationError(
                {"scorer_options": 'Give an object, such as {"labels": ["a", "b"]}, or {}.'}
            )


class SuiteVersion(models.Model):
    """The cases of a suite at one moment, named by the hash of their content; never edited."""

    suite = models.ForeignKey(Suite, on_delete=models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField()
    content_hash = models.CharField(
        max_length=64, help_text="SHA-256 of the cases in canonical JSON, in order of their keys."
    )
    case_count = models.PositiveIntegerField()
    origin = models.JSONField(
        default=dict,
        blank=True,
        help_text="The file it came from: format, name, and what could not be taken over.",
    )
    texts_erased_at = models.DateTimeField(
        null=True,
        blank=True,
        help_text="When the texts of its cases were erased: nothing can be asked from it any more.",
    )
    created_at = models.DateTimeField(default=timezone.now)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )

    class Meta:
        ordering = ["suite", "-number"]
        constraints = [
            models.UniqueConstraint(fields=["suite", "number"], name="suiteversion_number_unique"),
            models.UniqueConstraint(fields=["suite", "content_hash"], name="suiteversion_content_unique"),
        ]

    def __str__(self) -> str:
        return f"{self.suite.slug} v{self.number} ({self.content_hash[:8]})"


class Provenance(models.TextChoices):
    """Where a task or a number comes from. Only real and replayed ones decide."""

    REAL = "real", "Real"
    REPLAYED = "replayed", "Replayed"
    SYNTHETIC = "synthetic", "Synthetic"
    DEMO = "demo", "Demo"


class Case(models.Model):
    """One task: what is asked, and what a right answer is."""

    version = models.ForeignKey(SuiteVersion, on_delete=models.PROTECT, related_name="cases")
    key = models.CharField(max_length=200)
    input = models.TextField()
    expected = models.JSONField(
        default=str,
        blank=True,
        help_text="A text, a list of texts of which any will do, or an object of fields.",
    )
    scenario = models.CharField(
        max_length=100,
        blank=True,
        help_text="Which kind of situation: plain, partial data, ambiguous user, …",
    )
    tags = models.JSONField(
        default=list, blank=True, help_text="Further situations, and whatever tells cases apart."
    )
    unit_id = models.CharField(
        max_length=200,
        blank=True,
        help_text="The item of work it is about, where several cases are about one.",
    )
    messages = models.JSONField(
        default=list, blank=True, help_text="The whole conversation, where there is more than one question."
    )
    variables = models.JSONField(
        default=dict, blank=True, help_text="What prompts may use beside {{ input }}."
    )
    must_abstain = models.BooleanField(
        default=False, help_text="The right answer is to say so when it does not know."
    )
    provenance = models.CharField(max_length=10, choices=Provenance, default=Provenance.REAL)

    class Meta:
        ordering = ["version", "key"]
        constraints = [
            models.UniqueConstraint(fields=["version", "key"], name="case_key_unique"),
            models.CheckConstraint(
                condition=models.Q(provenance__in=Provenance.values), name="case_provenance_known"
            ),
        ]

    def __str__(self) -> str:
        return self.key


class Prompt(models.Model):
    """How a case is put to a model: one immutable version; an edit is a new one, named by its hash."""

    suite = models.ForeignKey(Suite, on_delete=models.PROTECT, related_name="prompts")
    slug = models.SlugField(
        help_text="Its short name in runs and in the API. Versions of one prompt share it."
    )
    version = models.PositiveIntegerField(default=1)
    system = models.TextField(blank=True)
    user = models.TextField(default="{{ input }}", help_text="{{ input }} stands for the case's text.")
    examples = models.JSONField(
        default=list, blank=True, help_text='Shown before the question: [{"input": "…", "answer": "…"}].'
    )
    output_schema = models.JSONField(null=True, blank=True, help_text="JSON Schema the answer must follow.")
    max_tokens = models.PositiveIntegerField(default=64)
    content_hash = models.CharField(max_length=64, editable=False)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["suite", "slug", "-version"]
        constraints = [
            models.UniqueConstraint(fields=["suite", "slug", "version"], name="prompt_version_unique")
        ]

    def __str__(self) -> str:
        return f"{self.suite.slug}/{self.slug} v{self.version}"
