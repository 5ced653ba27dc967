from django.conf import settings
from django.db import models


class Identity(models.Model):
    """Whom an issuer of the company means by a subject. The pair is the person for good: e-mail addresses change hands."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="identities")
    issuer = models.CharField(max_length=500)
    subject = models.CharField(max_length=255)
    joined_at = models.DateTimeField()
    seen_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["issuer", "subject"], name="identity_is_one_person")]

    def __str__(self) -> str:
        return f"{self.user} at {self.issuer}"
