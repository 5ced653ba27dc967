from datetime import datetime

from pilots.actions import overrides
from pilots.models import Pilot, StopTrigger
from pilots.queries.readiness import checklist


def make_startable(pilot: Pilot, *, now: datetime) -> None:
    """What the checklist asks for beyond the charter: the trigger that would notice the silent failure, and a reason
    for each point that is left open."""
    pilot.silent_failure_trigger = StopTrigger.objects.filter(metric__pilot=pilot).order_by("-id").first()
    pilot.save(update_fields=["silent_failure_trigger"])
    for point in checklist(pilot).overridable:
        overrides.override(
            pilot=pilot,
            code=point.code,
            reason="A demo: one model is enough to see how it works.",
            by=pilot.owner,
            now=now,
        )
