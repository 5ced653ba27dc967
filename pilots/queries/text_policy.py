"""What the organisation asks of the texts of a pilot, by its data class."""

from datetime import datetime, timedelta

from django.conf import settings

from evaluations.models.run import Texts
from pilots.models import Pilot

NONE = "none"
"""The class of what has none."""


def stored_as(pilot: Pilot) -> Texts:
    return Texts(settings.TEXTS_STORED.get(pilot.data_class or NONE, Texts.AS_IS))


def kept_since(data_class: str, *, now: datetime) -> datetime | None:
    """Texts from before this are not kept. None: they are kept for good."""
    days = settings.TEXTS_KEPT_DAYS.get(data_class or NONE, 0)
    return now - timedelta(days=days) if days else None
