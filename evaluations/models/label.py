from django.conf import settings
from django.db import models

from evaluations.models.run import Result


class Label(models.Model):
    """A person's word on one answer, given without seeing what a model judge said. What a judge is held against."""

    result = models.ForeignKey(Result, on_delete=models.CASCADE, related_name="labels")
    passed = models.BooleanField()
    note = models.TextField(blank=True)
    labelled_at = models.DateTimeField()
    labelled_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["result", "id"]
        constraints = [
            models.UniqueConstraint(fields=["result", "labelled_by"], name="label_once_a_person"),
        ]

    def __str__(self) -> str:
        return f"{self.result}: {'right' if self.passed else 'wrong'}"
