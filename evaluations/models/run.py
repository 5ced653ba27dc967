import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Q

from evaluations.models.catalogue import Deployment
from evaluations.models.price import PriceSnapshot
from evaluations.models.suite import Case, Prompt, SuiteVersion


class RunState(models.TextChoices):
    QUEUED = "queued", "Queued"
    RUNNING = "running", "Running"
    DONE = "done", "Done"
    FAILED = "failed", "Failed"
    CANCELLED = "cancelled", "Cancelled"


class Texts(models.TextChoices):
    """What is stored of the texts of a run."""

    AS_IS = "as_is", "As they come"
    REDACTED = "redacted", "Without what looks like personal data"
    HASH = "hash", "Their hashes alone"


class RunQuerySet(models.QuerySet["Run"]):
    def unfinished(self) -> "RunQuerySet":
        return self.filter(state__in=[RunState.QUEUED, RunState.RUNNING])


class Run(models.Model):
    """One pass of a suite version against its targets. Frozen when planned; workers take it batch by batch."""

    suite_version = models.ForeignKey(SuiteVersion, on_delete=models.PROTECT, related_name="runs")
    repeats = models.PositiveSmallIntegerField(default=1)
    state = models.CharField(max_length=10, choices=RunState, default=RunState.QUEUED)
    planned_results = models.PositiveIntegerField(help_text="Cases × targets × repeats.")
    created_at = models.DateTimeField()
    started_at = models.DateTimeField(
        null=True, blank=True, help_text="When a worker first took a part of it."
    )
    finished_at = models.DateTimeField(null=True, blank=True)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    failure = models.TextField(
        blank=True, help_text="Why it ended without all results, in words for the owner."
    )

    fingerprint = models.CharField(
        max_length=64, blank=True, help_text="Covers all that shapes its answers: equal ones may be compared."
    )
    spend_limit = models.DecimalField(
        max_digits=14,
        decimal_places=4,
        null=True,
        blank=True,
        help_text="Nothing more is asked once its calls cost this much.",
    )
    spend_currency = models.CharField(max_length=3, blank=True)
    texts = models.CharField(
        max_length=8,
        choices=Texts,
        default=Texts.AS_IS,
        db_default=Texts.AS_IS,
        help_text="What is stored of its answers: settled when it is planned.",
    )
    time_limit_s = models.PositiveIntegerField(
        null=True, blank=True, help_text="Nothing more is asked this many seconds after its start."
    )

    objects = RunQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at", "-id"]
        constraints = [
            models.CheckConstraint(condition=Q(state__in=RunState.values), name="run_state_known"),
            models.CheckConstraint(condition=Q(texts__in=Texts.values), name="run_texts_known"),
            models.CheckConstraint(
                condition=~Q(state="running") | Q(started_at__isnull=False), name="run_running_has_start"
            ),
            models.CheckConstraint(
                condition=Q(spend_limit__isnull=True, spend_currency="")
                | (Q(spend_limit__gt=0) & Q(spend_currency__regex=r"^[A-Z]{3}$")),
                name="run_spend_limit_has_currency",
            ),
            models.CheckConstraint(
                condition=Q(state__in=["done", "failed", "cancelled"], finished_at__isnull=False)
                | Q(state__in=["queued", "running"], finished_at__isnull=True),
                name="run_finished_has_time",
            ),
        ]

    def __str__(self) -> str:
        return f"Run {self.pk} of {self.suite_version}"


class RunTarget(models.Model):
    """One deployment asked in one way.

    The fingerprint covers all that shapes an answer: model, prompt, scorer, cases.
    """

    run = models.ForeignKey(Run, on_delete=models.CASCADE, related_name="targets")
    key = models.SlugField(help_text="The caller's own name for it, such as a candidate's slug.")
    deployment = models.ForeignKey(Deployment, on_delete=models.PROTECT, related_name="+")
    prompt = models.ForeignKey(Prompt, on_delete=models.PROTECT, related_name="+")
    plan = models.JSONField(
        default=dict, help_text="Everything the fingerprint covers, as it was when the run was planned."
    )
    fingerprint = models.CharField(max_length=64)

    class Meta:
        ordering = ["run", "id"]
        constraints = [models.UniqueConstraint(fields=["run", "key"], name="runtarget_key_unique")]

    def __str__(self) -> str:
        return f"{self.key}: {self.deployment}"


class Outcome(models.TextChoices):
    """What became of a question. All but the last are the model's, and stay in the denominator."""

    OK = "ok", "Answered"
    ABSTAINED = "abstained", "Abstained"
    ESCALATED = "escalated", "Escalated"
    REFUSED = "refused", "Refused"
    BLOCKED = "blocked", "Blocked by policy"
    TIMEOUT = "timeout", "Timed out"
    ERROR = "error", "Error"
    INFRA_ERROR = "infra_error", "Our error"


class JudgedBy(models.TextChoices):
    """Whose word a score is. A model's alone proves nothing to be correct."""

    CHECK = "check", "Check"
    MODEL = "model", "Model judge"


class Result(models.Model):
    """What one target answered to one case, once. A repeat has its own number.

    Never edited; but where a fault of ours stands, an answer may take its place while the run goes on.
    """

    target = models.ForeignKey(RunTarget, on_delete=models.CASCADE, related_name="results")
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="+")
    repeat = models.PositiveSmallIntegerField(default=0)
    outcome = models.CharField(max_length=12, choices=Outcome)
    answer = models.TextField(blank=True, help_text="Empty where its hash alone is kept, or none came.")
    answer_hash = models.CharField(
        max_length=64,
        blank=True,
        default="",
        db_default="",
        help_text="SHA-256 of the answer as it came, its white space made single. Stays when the text goes.",
    )
    score = models.FloatField(null=True, blank=True, help_text="0 to 1; empty only for our own errors.")
    passed = models.BooleanField(default=False)
    detail = models.TextField(blank=True)
    judged_by = models.CharField(max_length=5, choices=JudgedBy, default=JudgedBy.CHECK)
    judgements = models.JSONField(
        default=list,
        blank=True,
        help_text="Each verdict of a model judge: deployment, model, prompt hash, reason.",
    )
    violations = models.PositiveSmallIntegerField(
        null=True,
        blank=True,
        help_text="Broken clauses of the contract; empty where none was held against it.",
    )
    model_returned = models.CharField(
        max_length=200, blank=True, help_text="The model id as the host returned it."
    )
    input_tokens = models.PositiveIntegerField(null=True, blank=True)
    output_tokens = models.PositiveIntegerField(null=True, blank=True)
    latency_s = models.FloatField(null=True, blank=True, help_text="Seconds around the raw call.")
    first_token_s = models.FloatField(
        null=True, blank=True, help_text="Seconds to the first piece of a streamed answer."
    )
    cached_tokens = models.PositiveIntegerField(null=True, blank=True)
    cache_write_tokens = models.PositiveIntegerField(null=True, blank=True)
    reasoning_tokens = models.PositiveIntegerField(null=True, blank=True)
    attempts = models.PositiveSmallIntegerField(default=1)
    cost = models.DecimalField(
        max_digits=20,
        decimal_places=10,
        null=True,
        blank=True,
        help_text="Of all its attempts. Empty: unpriced, which is not 0.",
    )
    currency = models.CharField(max_length=3, blank=True)
    price = models.ForeignKey(
        PriceSnapshot, on_delete=models.PROTECT, null=True, blank=True, related_name="+", db_index=False
    )
    asked_at = models.DateTimeField()

    class Meta:
        ordering = ["target", "case", "repeat"]
        constraints = [
            models.UniqueConstraint(fields=["target", "case", "repeat"], name="result_once"),
            models.CheckConstraint(condition=Q(outcome__in=Outcome.values), name="result_outcome_known"),
            models.CheckConstraint(
                condition=Q(outcome="infra_error", score__isnull=True)
                | (~Q(outcome="infra_error") & Q(score__gte=0, score__lte=1)),
                name="result_scored_unless_ours",
            ),
            models.CheckConstraint(condition=Q(judged_by__in=JudgedBy.values), name="result_judge_known"),
            models.CheckConstraint(
                condition=Q(cost__isnull=True) | (Q(cost__gte=0) & ~Q(currency="")),
                name="result_cost_has_currency",
            ),
        ]
        triggers = [
            pgtrigger.Protect(
                name="result_kept",
                operation=pgtrigger.Update,
                condition=~pgtrigger.Q(old__outcome="infra_error"),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.target.key}/{self.case.key}: {self.outcome}"

    @property
    def words(self) -> str:
        """The answer, or why there is none to read."""
        if self.answer_hash and not self.answer:
            return f"The text is not kept. Its hash begins with {self.answer_hash[:12]}."
        return self.answer or self.detail
