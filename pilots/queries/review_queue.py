"""Answers of a pilot's runs that wait for a person: for a first look, for a second check, and anchors to judge again."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

from django.contrib.auth.models import User
from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet, Subquery, Sum, TextField
from django.db.models.functions import MD5, Cast

from evaluations.models import Result
from evaluations.models.run import Outcome
from pilots import permissions
from pilots.models import Anchor, Pilot, PilotRun, Review, ReviewPlan, Sitting
from pilots.models.review import ReviewSource
from pilots.models.schedule import Purpose
from pilots.models.sitting import SittingState, Turn

SKIPPED_FOR = timedelta(hours=12)
"""What somebody left to others comes back to her after that, when nobody took it."""
ANSWERED = (Outcome.OK, Outcome.ABSTAINED, Outcome.ESCALATED, Outcome.REFUSED)
READABLE = ~Q(answer="") | Q(answer_hash="")
"""Nobody judges an answer of which the hash alone is kept."""
TAKEN = (SittingState.OPEN, SittingState.DONE)


@dataclass(frozen=True)
class Day:
    """What one person did today, for her alone."""

    items: int
    minutes: Decimal


def of_person(person: User) -> list[tuple[Pilot, int]]:
    """Pilots under trial that she may judge answers of, with how many nobody has looked at. The fullest first."""
    runs = PilotRun.objects.filter(
        pilot__in=Pilot.objects.visible_to(person).under_trial(), schedule__purpose=Purpose.MEASURE
    )
    looked_at = Review.objects.filter(result=OuterRef("pk"), source=ReviewSource.PERSON)
    counted = (
        Result.objects.filter(target__run__in=runs.values("run"), outcome__in=ANSWERED)
        .filter(READABLE, ~Exists(looked_at))
        .annotate(of_pilot=Subquery(runs.filter(run=OuterRef("target__run")).values("pilot")[:1]))
        .order_by()
        .values_list("of_pilot")
        .annotate(n=Count("pk"))
        .order_by("-n", "of_pilot")
    )
    waiting = dict(counted)
    found = Pilot.objects.in_bulk(waiting)
    return [(found[pk], n) for pk, n in waiting.items() if permissions.may_report(person, found[pk])]


def plan_of(pilot: Pilot) -> ReviewPlan:
    return ReviewPlan.objects.filter(pilot=pilot).first() or ReviewPlan(pilot=pilot)


def answers(pilot: Pilot) -> QuerySet[Result]:
    """All that a person could look at. A drill and a canary say nothing of the work."""
    runs = PilotRun.objects.filter(pilot=pilot, schedule__purpose=Purpose.MEASURE).values("run")
    return Result.objects.filter(READABLE, target__run__in=runs, outcome__in=ANSWERED)


def firsts(pilot: Pilot, person: User, plan: ReviewPlan, *, now: datetime) -> QuerySet[Result]:
    """Nobody has looked at them, and nobody does. The newest run first, its answers in no order that says anything."""
    of_answer = {"pilot": pilot, "result": OuterRef("pk")}
    looked_at = Review.objects.filter(**of_answer, source=ReviewSource.PERSON, anchor=False)
    taken = Sitting.objects.filter(**of_answer, turn=Turn.FIRST, state__in=TAKEN)
    found = (
        answers(pilot)
        .alias(lot=MD5(Cast("pk", TextField())))
        .filter(~Exists(looked_at), ~Exists(taken), ~Exists(_skipped(pilot, person, OuterRef("pk"), now)))
    )
    if plan.share < 100:
        found = found.filter(lot__lt=f"{plan.share * 0x10000 // 100:04x}")
    return found.order_by(F("target__run_id").desc(), "lot")


def seconds(pilot: Pilot, person: User, *, now: datetime) -> QuerySet[Sitting]:
    """First looks of others, to be checked by somebody else. The oldest first."""
    taken = Sitting.objects.filter(pilot=pilot, result=OuterRef("result"), turn=Turn.SECOND, state__in=TAKEN)
    return (
        Sitting.objects.filter(pilot=pilot, turn=Turn.FIRST, state=SittingState.DONE, wants_second=True)
        .exclude(person=person)
        .filter(~Exists(taken), ~Exists(_skipped(pilot, person, OuterRef("result"), now)))
        .order_by("id")
    )


def anchors(pilot: Pilot, person: User, plan: ReviewPlan, *, now: datetime) -> QuerySet[Anchor]:
    """Those that she has not judged within the interval. Those she has never judged as an anchor come first."""
    judged = Review.objects.filter(
        pilot=pilot,
        result=OuterRef("result"),
        reviewer=person,
        anchor=True,
        reviewed_at__gt=now - timedelta(days=plan.anchor_days),
    )
    return (
        Anchor.objects.filter(pilot=pilot, ended_at__isnull=True)
        .alias(lot=MD5(Cast("pk", TextField())))
        .filter(~Exists(judged), ~Exists(_skipped(pilot, person, OuterRef("result"), now)))
        .order_by("lot")
    )


def waiting(pilot: Pilot, person: User, *, now: datetime) -> int:
    """Of all three kinds together: which are which is not told."""
    plan = plan_of(pilot)
    return (
        firsts(pilot, person, plan, now=now).order_by().count()
        + seconds(pilot, person, now=now).order_by().count()
        + anchors(pilot, person, plan, now=now).order_by().count()
    )


def today(pilot: Pilot, person: User, *, now: datetime) -> Day:
    found = Sitting.objects.filter(
        pilot=pilot,
        person=person,
        state=SittingState.DONE,
        review__reviewed_at__gte=now.replace(hour=0, minute=0, second=0, microsecond=0),
    ).aggregate(n=Count("id"), seconds=Sum("active_seconds"))
    return Day(items=found["n"], minutes=(found["seconds"] or Decimal(0)) / 60)


def open_sitting(pilot: Pilot, person: User) -> Sitting | None:
    mine = Sitting.objects.filter(pilot=pilot, person=person, state=SittingState.OPEN)
    return mine.select_related("result__case").first()


def _skipped(pilot: Pilot, person: User, result: OuterRef, now: datetime) -> QuerySet[Sitting]:
    return Sitting.objects.filter(
        pilot=pilot,
        result=result,
        person=person,
        state=SittingState.SKIPPED,
        seen_at__gt=now - SKIPPED_FOR,
    )
