"""What is said of a model: every value is a claim with a source; which one counts is chosen by a person."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from evaluations.models.catalogue import AIModel, Deployment
from evaluations.models.write_once import WriteOnce, append_only


class Trust(models.TextChoices):
    VENDOR = "vendor", "The maker's own page"
    SECONDARY = "secondary", "A third party"
    MIRROR = "mirror", "A copy of the maker's text"
    SEED = "seed", "An introductory article"
    PERSON = "person", "Somebody here"


class Source(models.Model):
    """Where a claim was read, and when."""

    key = models.CharField(max_length=80, unique=True)
    kind = models.CharField(max_length=20, blank=True, help_text="page, repo, package, issue, …")
    what = models.CharField(max_length=300)
    where = models.CharField(max_length=500, blank=True, help_text="Address, or how it can be found.")
    trust = models.CharField(max_length=10, choices=Trust)
    read_on = models.DateField()

    class Meta:
        ordering = ["key"]
        constraints = [models.CheckConstraint(condition=Q(trust__in=Trust.values), name="source_trust_known")]

    def __str__(self) -> str:
        return self.what

    @property
    def address(self) -> str:
        """The page to read it on, where there is one."""
        if self.where.startswith("https://"):
            return self.where.split()[0]
        if self.where.startswith("github:"):
            return f"https://github.com/{self.where.removeprefix('github:').split()[0]}"
        return ""


class Claim(WriteOnce):
    """One value of one field as one source has it. Another value is another claim; both stay."""

    model = models.ForeignKey(AIModel, on_delete=models.PROTECT, related_name="claims")
    deployment = models.ForeignKey(
        Deployment,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="claims",
        help_text="Where it is said of one host's deployment only.",
    )
    field = models.CharField(max_length=60)
    value = models.JSONField()
    unit = models.CharField(max_length=40, blank=True)
    scope = models.CharField(
        max_length=200,
        blank=True,
        help_text="The version, model id or host/model id it is said of; empty: all.",
    )
    statement = models.TextField(blank=True, help_text="What the source says, in its words.")
    source = models.ForeignKey(Source, on_delete=models.PROTECT, related_name="claims")
    created_at = models.DateTimeField()
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )

    class Meta:
        ordering = ["field", "scope", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["model", "deployment", "field", "scope", "source", "value"],
                nulls_distinct=False,
                name="claim_once",
            )
        ]
        triggers = append_only("claim")

    def __str__(self) -> str:
        return f"{self.field}: {self.value}"


class Choice(WriteOnce):
    """Who decided which claim counts for a field, when and why. The newest choice of a field counts."""

    claim = models.ForeignKey(Claim, on_delete=models.PROTECT, related_name="choices")
    reason = models.TextField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering = ["-at", "-id"]
        constraints = [models.CheckConstraint(condition=~Q(reason=""), name="choice_says_why")]
        triggers = append_only("choice")

    def __str__(self) -> str:
        return f"{self.claim} chosen by {self.by}"


class CorrectionState(models.TextChoices):
    OPEN = "open", "Waits for a curator"
    ACCEPTED = "accepted", "Accepted"
    DECLINED = "declined", "Declined"


class Correction(models.Model):
    """What somebody proposes to put right. A curator accepts it, and it becomes a claim; or declines it, saying why."""

    model = models.ForeignKey(AIModel, on_delete=models.PROTECT, related_name="corrections")
    field = models.CharField(max_length=60)
    scope = models.CharField(max_length=200, blank=True)
    value = models.JSONField()
    where = models.CharField(max_length=500, help_text="Where you read it: an address or a document.")
    reason = models.TextField()
    proposed_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    proposed_at = models.DateTimeField()
    state = models.CharField(max_length=10, choices=CorrectionState, default=CorrectionState.OPEN)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    answered_at = models.DateTimeField(null=True, blank=True)
    answer = models.TextField(blank=True)

    class Meta:
        ordering = ["-proposed_at", "-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=CorrectionState.values), name="correction_state_known"
            ),
            models.CheckConstraint(
                condition=Q(state="open", answered_by__isnull=True, answered_at__isnull=True)
                | (~Q(state="open") & Q(answered_by__isnull=False, answered_at__isnull=False)),
                name="correction_answered_at_and_by",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.field} of {self.model}: {self.value}"
