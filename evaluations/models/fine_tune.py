from django.db import models
from django.db.models import F, Q

from evaluations.models.catalogue import AIModel


class FineTune(models.Model):
    """How a model was made out of another: what it must not be worse than, and what that took."""

    model = models.OneToOneField(AIModel, on_delete=models.CASCADE, related_name="fine_tune")
    base = models.ForeignKey(AIModel, on_delete=models.PROTECT, related_name="fine_tunes")
    data_set = models.CharField(max_length=200, help_text="Its name and version.")
    label_source = models.CharField(max_length=200, help_text="Who or what gave the labels.")
    examples = models.PositiveIntegerField(help_text="Labelled examples it was trained on.")
    cost = models.DecimalField(
        max_digits=12, decimal_places=2, null=True, blank=True, help_text="Of training and labelling, once."
    )
    currency = models.CharField(max_length=3, default="EUR")
    trained_on = models.DateField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=~Q(model=F("base")),
                name="finetune_base_is_another",
                violation_error_message="A fine-tune has another model as its base.",
            ),
            models.CheckConstraint(condition=Q(examples__gte=1), name="finetune_has_examples"),
        ]

    def __str__(self) -> str:
        return f"{self.model}, tuned from {self.base}"
