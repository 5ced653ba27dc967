"""What the day brings: decisions that come near, and on Mondays the week in one mail."""

from datetime import datetime

from pilots import permissions
from pilots.actions.notifications import outbox
from pilots.judging.sentences import counted
from pilots.models import Decision, Notice, Pilot
from pilots.models.notification import Kind
from pilots.models.pilot import SETTLED
from pilots.queries import digests
from pilots.queries.people import name

DAYS_BEFORE = (14, 7, 1)


def tell_of_due(*, now: datetime) -> list[Notice]:
    """Once for each step before the last day, also when a day was missed: the nearest step that has come."""
    told = []
    for pilot in Pilot.objects.under_trial().select_related("owner", "deputy", "decider"):
        left = pilot.days_left(now.date())
        step = min((days for days in DAYS_BEFORE if left <= days), default=None)
        if step is None or left < 0:
            continue
        when = f"in {counted(left, 'day')}" if left else "today"
        notice = outbox.write(
            kind=Kind.DECISION_DUE,
            key=f"due:{pilot.pk}:{pilot.window_end}:{step}",
            pilot=pilot,
            title=f"{pilot.name}: the decision is due {when}",
            text=f"The window ends on {pilot.window_end:%-d %B %Y}. {name(pilot.decider)} signs.",
            now=now,
        )
        told += [notice] if notice else []
    return told


def tell_of_reviews(*, now: datetime) -> list[Notice]:
    """Once for each decision whose day to be looked at again has come (R92)."""
    told = []
    standing = Decision.objects.filter(
        review_on__lte=now.date(), superseded_by__isnull=True, pilot__state__in=SETTLED
    )
    for decision in standing.select_related("pilot__owner", "pilot__deputy", "pilot__decider"):
        notice = outbox.write(
            kind=Kind.DECISION_DUE,
            key=f"review:{decision.pk}",
            pilot=decision.pilot,
            title=f"{decision.pilot.name}: look at the decision again",
            text=f"{decision.get_outcome_display()} was signed on {decision.signed_at:%-d %B %Y}, to be looked at again on "
            f"{decision.review_on:%-d %B %Y}. Correct it with a later day, or with another outcome.",
            now=now,
        )
        told += [notice] if notice else []
    return told


def send_digests(*, now: datetime) -> list[Notice]:
    """One a person and week; nobody gets an empty one."""
    year, week, _ = now.isocalendar()
    made = []
    for person in permissions.people_who("pilots.view_pilot").filter(is_active=True).exclude(email=""):
        text = digests.of_person(person, now=now)
        if not text:
            continue
        notice = outbox.write(
            kind=Kind.DIGEST,
            key=f"digest:{person.pk}:{year}-{week}",
            pilot=None,
            title=f"Your pilots, week {week}",
            text=text,
            people=[person],
            now=now,
        )
        made += [notice] if notice else []
    return made
