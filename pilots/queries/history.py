"""What happened to a pilot: acts of people and turns of the flag, newest first."""

from dataclasses import dataclass, replace
from datetime import datetime
from itertools import groupby

from django.db.models import F, Q, QuerySet, Window
from django.db.models.functions import Lag

from pilots.models import Event, Pilot, Verdict
from pilots.models.journal import EntryKind

SHOWN = 20
TITLES = {
    **{f"journal.{kind.value}": str(kind.label) for kind in EntryKind},
    "baseline.entered": "Numbers from before entered",
    "baseline.frozen": "The before is frozen",
    "checklist.overridden": "A point of the checklist left open",
    "memo.commented": "Comment on the memo",
    "pilot.ready": "Ready to start",
    "pilot.taken_back": "Back to draft",
    "pilot.decision_due": "Decision due",
    "pilot.decision_overdue": "Decision overdue",
    "pilot.ownerless": "Without an owner",
    "pilot.owned_again": "The owner is back",
    "usability.rated": "Said how usable it is",
    "nudge.overdue": "Reminded that the decision is overdue",
    "nudge.ownerless": "Reminded that nobody owns the pilot",
    "run.planned": "Evaluation run planned",
    "run.absorbed": "Evaluation run counted",
    "run.refused": "Evaluation run refused",
    "source.silent": "A source fell silent",
    "source.heard": "A source posts again",
    "source.expected": "Pace of a source set",
    "quarantine.proposed": "Measurements proposed as faulty",
    "quarantine.applied": "Faulty measurements taken out of the count",
    "quarantine.declined": "Measurements kept in the count",
    "quarantine.released": "Measurements count again",
    "statistics.differ": "Alarm: the running statistics differed from the measurements",
    "creep.grows": "A hidden cost grows",
    "creep.over": "A hidden cost grows no more",
    "drill.planned": "Fallback drill planned",
    "canary.planned": "Canary planned",
    "canary.alarm": "Silent change: the model answers differently",
    "canary.accepted": "Silent change looked into and accepted",
    "statistics.hold": "The running statistics say what the measurements say again",
}
"""Acts whose own label is not plain enough for a manager."""


@dataclass(frozen=True)
class Moment:
    """`by` is empty for a turn of the flag, which nobody makes; `flag` is empty for an act."""

    at: datetime
    title: str
    by: str
    text: str
    flag: str = ""


def told(pilot: Pilot) -> QuerySet[Event]:
    """All that was done to it. How fast somebody judges answers is hers to know: her single judgements are left out."""
    return pilot.events.exclude(verb="review.recorded", token=None)


def moments(pilot: Pilot) -> list[Moment]:
    """The newest ones, in two queries."""
    found = [*_acts(pilot), *_turns(pilot)]
    return _told_together(sorted(found, key=lambda moment: moment.at, reverse=True)[:SHOWN])


def _told_together(found: list[Moment]) -> list[Moment]:
    """What somebody did several times in a row on one day, with nothing more to say about it, is told once."""
    together = groupby(found, key=lambda moment: (moment.at.date(), moment.title, moment.by, moment.text))
    rows = [(next(group), 1 + sum(1 for _ in group)) for _, group in together]
    return [
        moment if times == 1 else replace(moment, title=f"{moment.title}, {times} times")
        for moment, times in rows
    ]


def _acts(pilot: Pilot) -> list[Moment]:
    events = told(pilot).select_related("actor", "token").order_by("-at", "-id")[:SHOWN]
    return [Moment(event.at, title(event), author(event), event.reason) for event in events]


def title(event: Event) -> str:
    return TITLES.get(event.verb, event.label)


def author(event: Event) -> str:
    if event.actor:
        return event.actor.get_full_name() or event.actor.get_username()
    return f"the token {event.token.name}" if event.token else "Pilotage"


def _turns(pilot: Pilot) -> list[Moment]:
    """Verdicts whose flag differs from the one before; the first one counts as a turn."""
    before = Window(Lag("flag"), order_by=F("number").asc())
    turns = (
        Verdict.objects.filter(pilot=pilot)
        .annotate(before=before)
        .filter(Q(before__isnull=True) | ~Q(flag=F("before")))
        .order_by("-number")
        .only("as_of", "flag", "reason")[:SHOWN]
    )
    return [
        Moment(turn.as_of, f"Flag: {turn.get_flag_display()}", "", turn.reason, turn.flag) for turn in turns
    ]
