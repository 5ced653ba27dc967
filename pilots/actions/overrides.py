from datetime import datetime

from django.contrib.auth.models import User
from django.db import transaction

from pilots import permissions
from pilots.actions import audit
from pilots.actions.refusals import NotAllowed, Refused, WrongState
from pilots.models import Override, Pilot
from pilots.queries.readiness import checklist


@transaction.atomic
def override(*, pilot: Pilot, code: str, reason: str, by: User, now: datetime) -> Override:
    """Leaves a point of the checklist open, for a reason that is kept. Raises NotAllowed, WrongState, Refused."""
    pilot = Pilot.objects.select_for_update(no_key=True).get(pk=pilot.pk)
    if not permissions.may_run(by, pilot):
        raise NotAllowed("Only the owner, the deputy or an administrator may do that.")
    if pilot.is_frozen:
        raise WrongState(f"{pilot.name} has been started already.")
    if not reason.strip():
        raise Refused("Give a reason; it is kept in the pilot's log.", code="reason_missing")
    point = next((each for each in checklist(pilot).open if each.code == code), None)
    if point is None:
        raise Refused("This point is not open.", code="not_open")
    if not point.overridable:
        raise Refused(f"This cannot be left open. {point.fix}", code="not_overridable")
    audit.record(
        verb="checklist.overridden",
        pilot=pilot,
        by=by,
        now=now,
        reason=reason,
        after={"code": code, "point": point.reason},
    )
    return Override.objects.create(
        pilot=pilot, code=code, reason=reason.strip(), overridden_by=by, overridden_at=now
    )
