"""Events that stop a pilot at once: reported by anybody with a part in it, taken back by a second person only."""

from datetime import datetime

from django.contrib.auth.models import User
from django.db import transaction

from pilots import permissions
from pilots.actions import audit, verdicts
from pilots.actions.refusals import NotAllowed, Refused, WrongState
from pilots.models import Incident, Pilot
from pilots.models.incident import IncidentKind


@transaction.atomic
def report(
    *, pilot: Pilot, kind: str, text: str, by: User, now: datetime, happened_at: datetime | None = None
) -> Incident:
    """Keeps the event and asks for a new verdict, which will be stop. Raises NotAllowed, WrongState, Refused."""
    pilot = Pilot.objects.select_for_update(no_key=True).get(pk=pilot.pk)
    if not permissions.may_report(by, pilot):
        raise NotAllowed("Only people with a part in this pilot, and reviewers, report incidents.")
    if not pilot.is_under_trial:
        raise WrongState(f"{pilot.name} is {pilot.get_state_display().lower()}: there is nothing to stop.")
    if kind not in IncidentKind.values:
        raise Refused("Choose what happened.", code="kind_missing")
    if not text.strip():
        raise Refused("Say what happened; it is kept with the report.", code="text_missing")
    if happened_at is not None and happened_at > now:
        raise Refused("An incident lies in the past. Check the date.", code="in_the_future")
    incident = Incident.objects.create(
        pilot=pilot,
        kind=kind,
        text=text.strip(),
        happened_at=happened_at or now,
        reported_at=now,
        reported_by=by,
    )
    audit.record(
        verb="incident.reported", pilot=pilot, by=by, now=now, reason=incident.text, after={"kind": kind}
    )
    verdicts.request(pilot=pilot)
    return incident


@transaction.atomic
def withdraw(*, incident: Incident, reason: str, by: User, now: datetime) -> Incident:
    """Takes a wrong report back, visibly: the rows stay, the judge no longer counts it. Raises NotAllowed, Refused."""
    pilot = Pilot.objects.select_for_update(no_key=True).get(pk=incident.pilot_id)
    if by.pk == incident.reported_by_id:
        raise NotAllowed("You reported it, so somebody else has to take it back.")
    if not (permissions.may_run(by, pilot) or permissions.may_sign(by, pilot)):
        raise NotAllowed("Only who runs or signs this pilot takes a report back.")
    if not reason.strip():
        raise Refused("Say why the report was wrong; both are kept.", code="reason_missing")
    if incident.withdraws_id or Incident.objects.filter(withdraws=incident).exists():
        raise Refused("This report has been taken back already.", code="withdrawn_already")
    withdrawal = Incident.objects.create(
        pilot=pilot,
        kind=incident.kind,
        text=reason.strip(),
        happened_at=incident.happened_at,
        reported_at=now,
        reported_by=by,
        withdraws=incident,
    )
    audit.record(
        verb="incident.withdrawn",
        pilot=pilot,
        by=by,
        now=now,
        reason=reason,
        before={"kind": incident.kind, "text": incident.text},
    )
    verdicts.request(pilot=pilot)
    return withdrawal
