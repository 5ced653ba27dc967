"""How long a pilot is tried, where nobody said otherwise."""

from datetime import date, timedelta
from typing import NamedTuple

from django.conf import settings

from pilots.models import Pilot


class Window(NamedTuple):
    """First day, first day of the maintenance phase, last day."""

    window_start: date
    maintenance_start: date
    window_end: date


def default(*, today: date) -> Window:
    """From today, as long as the organisation has it; its last part is the maintenance phase."""
    end = today + timedelta(days=settings.PILOT_WINDOW_DAYS - 1)
    return Window(today, end - timedelta(days=settings.PILOT_MAINTENANCE_DAYS - 1), end)


def as_long(pilot: Pilot, *, today: date) -> Window:
    """From today, with the phases of this pilot."""
    later = today - pilot.window_start
    return Window(today, pilot.maintenance_start + later, pilot.window_end + later)
