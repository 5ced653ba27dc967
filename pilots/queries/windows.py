"""How long a pilot is tried, where nobody said otherwise."""

from datetime import date, timedelta
from typing import NamedTuple

from django.conf import settings

from pilots.models import Pilot


class Window(NamedTuple):
    """First day of the baseline, of the pilot, of its maintenance phase; last day. A pilot may have no baseline phase."""

    baseline_start: date | None
    window_start: date
    maintenance_start: date
    window_end: date


def default(*, today: date) -> Window:
    """From today, as long as the organisation has it; before it the baseline, its last part the maintenance phase."""
    end = today + timedelta(days=settings.PILOT_WINDOW_DAYS - 1)
    before = today - timedelta(days=settings.PILOT_BASELINE_DAYS)
    return Window(before, today, end - timedelta(days=settings.PILOT_MAINTENANCE_DAYS - 1), end)


def as_long(pilot: Pilot, *, today: date) -> Window:
    """From today, with the phases of this pilot."""
    later = today - pilot.window_start
    before = pilot.baseline_start and pilot.baseline_start + later
    return Window(before, today, pilot.maintenance_start + later, pilot.window_end + later)
