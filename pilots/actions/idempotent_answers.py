"""How long the first answer to a request is given again."""

from datetime import datetime, timedelta

from pilots.models import IdempotentAnswer

KEPT = timedelta(days=7)
"""Longer than any client goes on trying. External ids go on to hold after that."""


def forget(*, now: datetime) -> int:
    """Deletes older answers; returns how many."""
    deleted, _ = IdempotentAnswer.objects.filter(created_at__lt=now - KEPT).delete()
    return deleted
