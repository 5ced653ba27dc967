"""Events that stop a pilot at once, as the judge reads them."""

from datetime import datetime

from pilots.judging.facts import HardEvents
from pilots.models import Incident, Pilot
from pilots.models.incident import IncidentKind


def load(pilot: Pilot, *, as_of: datetime) -> HardEvents:
    """What was reported, and not withdrawn, of the time up to `as_of`. One query.

    Who it was is kept with the incident: no record names people. Spend is a running total among the metrics: its fence is
    a hard stop trigger there, so it is not counted here again.
    """
    standing = Incident.objects.filter(
        pilot=pilot, happened_at__lte=as_of, withdraws__isnull=True, withdrawn_by__isnull=True
    )
    rows = list(standing.order_by("happened_at", "id").values_list("kind", "reported_by"))
    kinds = [kind for kind, _ in rows]
    pulled_by = next(
        ("a person" if who else "a script" for kind, who in rows if kind == IncidentKind.KILL_SWITCH), ""
    )
    return HardEvents(
        critical_incidents=kinds.count(IncidentKind.CRITICAL),
        data_leaks=kinds.count(IncidentKind.DATA_LEAK),
        kill_switch=bool(pulled_by),
        kill_switch_by=pulled_by,
    )
