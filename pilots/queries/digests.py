"""A person's week in a few lines: her pilots, what they say, what is due."""

from datetime import date, datetime, timedelta

from django.contrib.auth.models import User
from django.db.models import Q

from pilots.judging.sentences import counted
from pilots.models import Decision, Notice, Pilot
from pilots.models.pilot import UNDER_TRIAL
from pilots.queries.freshness import freshness, with_freshness
from pilots.queries.verdicts import newest

WEEK = timedelta(days=7)


def of_person(person: User, *, now: datetime) -> str:
    """Empty for who has no pilot under trial. Stopped, silent and due pilots first."""
    mine = Q(owner=person) | Q(deputy=person) | Q(decider=person)
    pilots = with_freshness(Pilot.objects.filter(mine, state__in=UNDER_TRIAL)).order_by("window_end", "name")
    told = set(
        Notice.objects.filter(pilot__in=pilots, made_at__gte=now - WEEK).values_list("pilot_id", flat=True)
    )
    lines = [_line(pilot, changed=pilot.pk in told, now=now) for pilot in pilots]
    return "\n".join(line for _, line in sorted(lines))


def _line(pilot: Pilot, *, changed: bool, now: datetime) -> tuple[int, str]:
    verdict, left = newest(pilot), pilot.days_left(now.date())
    silent = freshness(pilot, now=now).is_silent
    flag = verdict.flag if verdict else "not judged"
    due = f"overdue by {counted(-left, 'day')}" if left < 0 else f"{counted(left, 'day')} left"
    parts = [
        f"{pilot.name}: {flag}, {due}",
        "silent" if silent else "",
        "changed this week" if changed else "",
    ]
    why = f" {verdict.reason}" if verdict else ""
    order = 0 if left < 0 else 1 if flag == "stop" else 2 if silent else 3
    return order, f"{', '.join(filter(None, parts))}.{why}"


def calendar(person: User, *, today: date) -> list[tuple[str, date, str, str]]:
    """What the calendar of a person holds: an id, the day, a title and the pilot's address."""
    mine = Q(owner=person) | Q(deputy=person) | Q(decider=person)
    due = [
        (f"decision-{pilot.pk}", pilot.window_end, f"Decision due: {pilot.name}", pilot.get_absolute_url())
        for pilot in Pilot.objects.filter(mine, state__in=UNDER_TRIAL)
    ]
    standing = Decision.objects.filter(
        pilot__in=Pilot.objects.filter(mine), review_on__gte=today, superseded_by__isnull=True
    )
    again = [
        (
            f"review-{decision.pk}",
            decision.review_on,
            f"Look at the decision again: {decision.pilot.name}",
            decision.pilot.get_absolute_url(),
        )
        for decision in standing.select_related("pilot")
    ]
    return [*due, *again]
