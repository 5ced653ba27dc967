"""What the clock does to pilots: a window that is over, a decision nobody signs, an owner who is gone."""

from datetime import date, datetime, timedelta

from django.conf import settings
from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import QuerySet

from pilots import permissions
from pilots.actions import audit, verdicts
from pilots.models import Pilot
from pilots.models.pilot import State


def watch(*, now: datetime) -> None:
    """One event a change, however often and by however many workers it is called."""
    today = now.date()
    for pilot in over(today=today):
        _fall_due(pilot, today=today, now=now)
    for pilot in long_due(today=today):
        _become_overdue(pilot, now=now)
    for pilot in _without_owner(Pilot.objects.filter(ownerless_since__isnull=True)):
        _lose_owner(pilot, now=now)
    owned = Pilot.objects.filter(ownerless_since__isnull=False, owner__in=_may_own())
    for pilot in owned.select_related("owner"):
        _find_owner(pilot, now=now)


def over(*, today: date) -> QuerySet[Pilot]:
    """Pilots at work or paused whose last day has passed."""
    return Pilot.objects.filter(state__in=(State.RUNNING, State.PAUSED), window_end__lt=today)


def long_due(*, today: date) -> QuerySet[Pilot]:
    """Pilots whose decision has been due for longer than the organisation allows, and of whom nobody was told."""
    last = today - timedelta(days=settings.PILOT_OVERDUE_DAYS)
    return Pilot.objects.filter(
        state=State.DECISION_DUE, overdue_since__isnull=True, window_end__lt=last
    ).select_related("decider")


def _may_own() -> QuerySet[User]:
    return permissions.people_who("pilots.run_pilot")


def _without_owner(pilots: QuerySet[Pilot]) -> QuerySet[Pilot]:
    """An owner who left, or runs no pilots any more, owns nothing that still needs one."""
    return pilots.exclude(state=State.CLOSED).exclude(owner__in=_may_own()).select_related("owner")


@transaction.atomic
def _fall_due(pilot: Pilot, *, today: date, now: datetime) -> None:
    if not over(today=today).filter(pk=pilot.pk).update(state=State.DECISION_DUE):
        return
    audit.record(
        verb="pilot.decision_due",
        pilot=pilot,
        now=now,
        reason=f"The window ended on {pilot.window_end:%-d %B %Y}. The decision is due.",
        before={"state": pilot.state},
        after={"state": State.DECISION_DUE},
    )
    verdicts.request(pilot=pilot)


@transaction.atomic
def _become_overdue(pilot: Pilot, *, now: datetime) -> None:
    claimed = Pilot.objects.filter(pk=pilot.pk, state=State.DECISION_DUE, overdue_since__isnull=True)
    if not claimed.update(overdue_since=now):
        return
    days = (now.date() - pilot.window_end).days
    audit.record(
        verb="pilot.decision_overdue",
        pilot=pilot,
        now=now,
        reason=f"The decision has been due for {days} days. {_name(pilot.decider)} signs.",
        after={"overdue_since": now.isoformat()},
    )


@transaction.atomic
def _lose_owner(pilot: Pilot, *, now: datetime) -> None:
    claimed = Pilot.objects.filter(pk=pilot.pk, owner=pilot.owner_id, ownerless_since__isnull=True)
    if not claimed.update(ownerless_since=now):
        return
    why = "runs no pilots any more" if pilot.owner.is_active else "is no longer active"
    audit.record(
        verb="pilot.ownerless",
        pilot=pilot,
        now=now,
        reason=f"{_name(pilot.owner)} {why}. The deputy or an administrator hands the pilot over.",
        after={"owner": pilot.owner.get_username()},
    )


@transaction.atomic
def _find_owner(pilot: Pilot, *, now: datetime) -> None:
    claimed = Pilot.objects.filter(pk=pilot.pk, ownerless_since__isnull=False)
    if claimed.update(ownerless_since=None):
        audit.record(
            verb="pilot.owned_again", pilot=pilot, now=now, reason=f"{_name(pilot.owner)} runs pilots again."
        )


def _name(person: User) -> str:
    return person.get_full_name() or person.get_username()
