"""Rows that are plain facts: vendors, models, deployments, suites."""

from django.core.exceptions import ValidationError
from django.db import transaction

from evaluations.formats.text import storable_json
from evaluations.models import AIModel, Deployment, Suite, Vendor


def save(row: Vendor | AIModel | Deployment | Suite) -> None:
    """Stores the row as it is now, new or changed. Raises ValidationError by field, constraints included."""
    if isinstance(row, Suite) and not storable_json(row.scorer_options):
        raise ValidationError({"scorer_options": "This holds NaN or a character that is no text. Remove it."})
    with transaction.atomic():
        row.full_clean()
        row.save()
