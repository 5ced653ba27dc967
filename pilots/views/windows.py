"""The window of a pilot as a bar."""

from datetime import date, timedelta

from pilots.charts.window_bar import Phase, window_bar
from pilots.models import Pilot


def bar(pilot: Pilot, *, today: date, width: float = 120, labels: bool = False) -> str:
    """First use and maintenance, with today marked; the last day belongs to the window."""
    phases = [
        Phase(name="First use", start=pilot.window_start, end=pilot.maintenance_start),
        Phase(name="Maintenance", start=pilot.maintenance_start, end=pilot.window_end + timedelta(days=1)),
    ]
    return window_bar(
        phases, today=today, title=f"Evaluation window of {pilot.name}", width=width, labels=labels
    )
