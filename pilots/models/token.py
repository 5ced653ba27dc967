from datetime import datetime

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from pilots.models.pilot import Pilot


class Scope(models.TextChoices):
    INGEST = "ingest", "Post measurements"
    READ = "read", "Read pilots, verdicts and measurements"
    EVALUATE = "evaluate", "Start evaluation runs"
    ADMIN = "admin", "Change pilots and catalogue"


class Token(models.Model):
    """What a script signs in with. Shown once, kept as a hash. A token never signs a decision."""

    prefix = models.CharField(
        max_length=12, unique=True, help_text="The readable start, to tell tokens apart."
    )
    secret_hash = models.CharField(max_length=64, unique=True, editable=False)
    name = models.CharField(max_length=120)
    scopes = ArrayField(models.CharField(max_length=10, choices=Scope))
    pilots = models.ManyToManyField(Pilot, blank=True, related_name="tokens")
    all_pilots = models.BooleanField(default=False, help_text="Good for every pilot, also later ones.")
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)
    last_used_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-created_at"]
        constraints = [
            models.CheckConstraint(
                condition=Q(scopes__contained_by=Scope.values) & Q(scopes__len__gt=0),
                name="token_scopes_known",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} ({self.prefix}…)"

    def is_valid(self, *, now: datetime) -> bool:
        """Neither revoked nor expired."""
        return self.revoked_at is None and (self.expires_at is None or self.expires_at > now)


class IdempotentAnswer(models.Model):
    """The first answer to a request that carried an Idempotency-Key; a repeat gets it again."""

    token = models.ForeignKey(Token, on_delete=models.CASCADE, related_name="+")
    key = models.CharField(max_length=255)
    body_hash = models.CharField(max_length=64)
    status = models.PositiveSmallIntegerField()
    answer = models.JSONField()
    created_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["token", "key"], name="idempotentanswer_once")]

    def __str__(self) -> str:
        return self.key
