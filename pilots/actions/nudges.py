"""A reminder from who decides to who runs the pilot: one a day at most, and kept in the log."""

from datetime import datetime, timedelta

from django.contrib.auth.models import User
from django.db import transaction

from pilots import permissions
from pilots.actions import audit
from pilots.actions.refusals import NotAllowed, Refused
from pilots.models import Event, Pilot
from pilots.queries import nudges
from pilots.queries.people import name

AT_MOST_EVERY = timedelta(hours=24)


@transaction.atomic
def nudge(*, pilot: Pilot, by: User, now: datetime) -> Event:
    """Tells who runs the pilot that its decision is overdue; of one that nobody runs, who can hand it over.

    Raises NotAllowed, or Refused where nothing is overdue, and within a day of the last reminder, whoever sent it."""
    pilot = Pilot.objects.select_for_update(no_key=True).get(pk=pilot.pk)
    if not permissions.may_nudge(by, pilot):
        raise NotAllowed(f"{name(pilot.decider)}, who decides, or an administrator sends reminders.")
    due = nudges.due(pilot, today=now.date())
    if due is None:
        raise Refused(
            f"{pilot.name} has an owner and is not overdue: there is nothing to remind of.", code="not_due"
        )
    sent = Event.objects.filter(pilot=pilot, verb=due.verb, at__gt=now - AT_MOST_EVERY).first()
    if sent:
        raise Refused(
            f"A reminder went out on {sent.at:%-d %B at %H:%M} UTC. Another can follow a day after it.",
            code="nudged_already",
        )
    return audit.record(
        verb=due.verb, pilot=pilot, by=by, now=now, reason=f"{name(by)} reminds you: {due.text}"
    )
