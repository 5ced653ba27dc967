from django.core.validators import URLValidator
from django.db import models


class Operation(models.Model):
    """Who runs it afterwards, what people do when it is gone, and how it is taken out again."""

    operator = models.CharField(
        max_length=200, blank=True, help_text="Who runs it in six months. Missing, it blocks go."
    )
    on_call = models.CharField(max_length=200, blank=True, help_text="Who is called when it breaks.")
    monitoring_link = models.CharField(
        max_length=300,
        blank=True,
        validators=[URLValidator(["http", "https"])],
        help_text="The address where its health is watched.",
    )
    upgrade_path = models.TextField(
        blank=True, help_text="What happens when the model or the host ends or changes."
    )
    support_contract = models.CharField(
        max_length=200, blank=True, help_text="Who owes you help, and how fast."
    )
    fallback_plan = models.TextField(blank=True, help_text="What people do when the model is gone tomorrow.")
    fallback_cost_per_day = models.DecimalField(
        max_digits=10,
        decimal_places=2,
        null=True,
        blank=True,
        help_text="What a day on the fallback costs, all people together.",
    )
    removal_plan = models.TextField(blank=True, help_text="How it is taken out of production again.")
    data_return = models.TextField(
        blank=True, help_text="Which data comes back or is deleted when it is taken out."
    )

    class Meta:
        abstract = True
