"""What was agreed to be done at once when a stop trigger fires (R36)."""

from pilots.judging.sentences import opening
from pilots.models import Pilot, StopTrigger


def agreed(pilot: Pilot, metric: str) -> str:
    """In a sentence or two; empty for a trigger that is no row of the pilot, such as a cap of its charter. One query."""
    found = StopTrigger.objects.filter(metric__pilot=pilot, metric__key=metric).first()
    if found is None:
        return ""
    how = f" {opening(found.action.rstrip('.'))}." if found.action else ""
    return f"At once: {found.get_response_display().partition(':')[2].strip()}.{how}"
