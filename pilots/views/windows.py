"""The window of a pilot as a bar."""

from datetime import date, timedelta

from pilots.charts.window_bar import Phase, window_bar
from pilots.models import Pilot


def phases(pilot: Pilot) -> list[Phase]:
    """The baseline, where one is planned, first use and maintenance; the last day belongs to the window."""
    before = pilot.baseline_start or pilot.window_start
    return [
        Phase(name="Baseline", start=before, end=pilot.window_start),
        Phase(name="First use", start=pilot.window_start, end=pilot.maintenance_start),
        Phase(name="Maintenance", start=pilot.maintenance_start, end=pilot.window_end + timedelta(days=1)),
    ]


def bar(pilot: Pilot, *, today: date, width: float = 120, labels: bool = False) -> str:
    """The phases, with today marked."""
    return window_bar(
        phases(pilot),
        today=today,
        title=f"Evaluation window of {pilot.name}",
        width=width,
        labels=labels,
    )
