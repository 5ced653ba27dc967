from django.core.exceptions import ValidationError
from django.db import models


class Contract(models.Model):
    """What goes in, what must come out, what the model may deduce, and what happens when it cannot."""

    contract_inputs = models.TextField(
        blank=True, help_text="What an item consists of when it reaches the model."
    )
    contract_output_schema = models.JSONField(
        null=True,
        blank=True,
        help_text="JSON Schema of a valid answer. An evaluation answer that breaks it counts as a violation.",
    )
    contract_must_define = models.TextField(
        blank=True, help_text="What is always given and never guessed, one a line."
    )
    contract_may_infer = models.TextField(blank=True, help_text="What the model may deduce, one a line.")
    contract_errors = models.TextField(
        blank=True, help_text="What happens on each error, one a line: “no due date: leave it to a person”."
    )
    contract_idempotent = models.BooleanField(
        null=True, blank=True, help_text="Whether the same item may be sent twice without a second effect."
    )

    class Meta:
        abstract = True

    def clean(self) -> None:
        super().clean()
        if self.contract_output_schema is None:
            return
        # Imported here: every process loads this model, and the library's 3 MiB are for whoever writes a charter.
        from evaluations.scoring.schemas import fault  # noqa: PLC0415

        if reason := fault(self.contract_output_schema):
            raise ValidationError({"contract_output_schema": f"This is no JSON Schema: {reason}."})
