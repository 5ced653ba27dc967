from datetime import datetime

from django.conf import settings
from django.db import models


class SecondFactor(models.Model):
    """An authenticator of a person: it counts once she has shown a code of it. The secret lies here encrypted."""

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="second_factor"
    )
    sealed_secret = models.TextField(editable=False)
    made_at = models.DateTimeField()
    confirmed_at = models.DateTimeField(null=True, blank=True)
    last_step = models.BigIntegerField(
        default=0, help_text="Of the last code that counted. None counts twice."
    )
    failures = models.PositiveSmallIntegerField(default=0)
    locked_until = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return f"second factor of {self.user}"

    def is_locked(self, *, now: datetime) -> bool:
        return self.locked_until is not None and self.locked_until > now


class RecoveryCode(models.Model):
    """Good once, in place of the authenticator. Shown once, kept as a hash."""

    factor = models.ForeignKey(SecondFactor, on_delete=models.CASCADE, related_name="recovery_codes")
    code_hash = models.CharField(max_length=64, editable=False)
    used_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["factor", "code_hash"], name="recovery_code_is_one")]

    def __str__(self) -> str:
        return f"recovery code of {self.factor.user}"
