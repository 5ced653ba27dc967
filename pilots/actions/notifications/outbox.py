"""Notices are written in the transaction of the change they tell of, with a delivery for each who is to know."""

import json
from collections.abc import Iterable
from datetime import datetime

from celery import current_app
from django.contrib.auth.models import User
from django.db import transaction

from pilots import permissions
from pilots.judging.verdict import Verdict as Judged
from pilots.models import Delivery, Event, MailChoice, Notice, Pilot, Route, Verdict
from pilots.models.notification import Channel, Kind
from pilots.notices.turns import Turn, turns
from pilots.queries import responses

OF_EVENTS = {
    "source.silent": (Kind.SILENT, "A source is silent"),
    "source.heard": (Kind.SILENT, "A source posts again"),
    "pilot.decision_due": (Kind.DECISION_DUE, "The decision is due"),
    "pilot.decision_overdue": (Kind.DECISION_DUE, "The decision is overdue"),
    "pilot.ownerless": (Kind.OWNER_MISSING, "Nobody owns the pilot"),
    "nudge.overdue": (Kind.DECISION_DUE, "A reminder, the decision is overdue"),
    "nudge.ownerless": (Kind.OWNER_MISSING, "A reminder, nobody owns the pilot"),
    "creep.grows": (Kind.CREEP, "A hidden cost grows"),
    "creep.over": (Kind.CREEP, "A hidden cost grows no more"),
    "risk.lapsed": (Kind.RISK_LAPSED, "An accepted risk is open again"),
    "memo.proposed": (Kind.MEMO_WAITING, "A memo waits for your decision"),
    "decision.first_signed": (Kind.MEMO_WAITING, "A decision waits for a second signer"),
    "decision.signed": (Kind.DECISION_SIGNED, "The decision is signed"),
    "decision.corrected": (Kind.DECISION_SIGNED, "The decision was corrected"),
    "run.failed": (Kind.RUN_FAILED, "An evaluation run failed"),
    "run.refused": (Kind.RUN_FAILED, "An evaluation run could not start"),
    "canary.alarm": (Kind.MODEL_CHANGED, "A model answers differently"),
}
"""Events of the log that people are told of as they happen."""


def of_event(event: Event) -> Notice | None:
    """Called for every event of the log, in its transaction. None for one that nobody is told of."""
    found = OF_EVENTS.get(event.verb)
    if found is None or event.pilot is None:
        return None
    kind, title = found
    return write(
        kind=kind,
        key=f"event:{event.pk}",
        pilot=event.pilot,
        title=f"{event.pilot.name}: {title}"[:200],
        text=event.reason or title,
        event=event,
        now=event.at,
    )


def of_verdict(verdict: Verdict, judged: Judged, before: Verdict | None) -> list[Notice]:
    """Called for every new record, in its transaction: a turn of the flag, and of each stop trigger."""
    pilot, made = verdict.pilot, []
    if before is None or before.flag != verdict.flag:
        told = f" It was {before.get_flag_display()}." if before else ""
        made.append(
            (Kind.FLAG_CHANGED, "flag", f"The flag is {verdict.get_flag_display()}", verdict.reason + told)
        )
    for turn in _turns(judged, before):
        kind = Kind.TRIGGER_FIRED if turn.fired else Kind.TRIGGER_NEAR
        agreed = responses.agreed(pilot, turn.metric) if turn.fired else ""
        made.append((kind, turn.key, turn.title, f"{turn.sentence} {agreed}".rstrip()))
    return [
        notice
        for kind, what, title, text in made
        if (
            notice := write(
                kind=kind,
                key=f"verdict:{verdict.pk}:{what}",
                pilot=pilot,
                title=f"{pilot.name}: {title}"[:200],
                text=text,
                verdict=verdict,
                now=verdict.created_at,
            )
        )
    ]


def _turns(judged: Judged, before: Verdict | None) -> tuple[Turn, ...]:
    """The record before is read only where a trigger is near or has fired at all."""
    found = turns(judged, None)
    if not found or before is None:
        return found
    return turns(judged, Judged.from_json(json.loads(before.evidence)["verdict"]))


def write(
    *,
    kind: Kind,
    key: str,
    pilot: Pilot | None,
    title: str,
    text: str,
    now: datetime,
    verdict: Verdict | None = None,
    event: Event | None = None,
    people: Iterable[User] | None = None,
) -> Notice | None:
    """None when the change was told already. `people` are the pilot's own where none are named."""
    with transaction.atomic():
        Notice.objects.bulk_create(
            [
                Notice(
                    kind=kind,
                    key=key,
                    pilot=pilot,
                    title=title,
                    text=text,
                    verdict=verdict,
                    event=event,
                    made_at=now,
                )
            ],
            ignore_conflicts=True,
        )
        notice = Notice.objects.select_for_update().get(key=key)
        if notice.deliveries.exists() or notice.made_at != now:
            return None
        deliveries = [*_mails(notice, people, now=now), *_routed(notice, now=now)]
        Delivery.objects.bulk_create(deliveries, ignore_conflicts=True)
    if deliveries:
        transaction.on_commit(lambda: current_app.send_task("pilots.deliver", expires=60), robust=True)
    return notice


def _mails(notice: Notice, people: Iterable[User] | None, *, now: datetime) -> list[Delivery]:
    """To the people of the pilot who want this kind; nobody twice, and nobody who left. What is told in somebody's quiet
    hours is sent when they are over. The people of a demo are made up, and so are their addresses."""
    if notice.pilot is not None and notice.pilot.is_demo:
        return []
    told = list(people) if people is not None else _people(notice)
    chosen = {choice.person_id: choice for choice in MailChoice.objects.filter(person__in=told)}
    wanted = {each.email: each for each in told if each.is_active and each.email}
    mails = []
    for address, person in wanted.items():
        choice = chosen.get(person.pk) or MailChoice()
        if notice.kind not in choice.muted:
            at = choice.quiet.over(now) if choice.quiet else now
            mails.append(
                Delivery(notice=notice, person=person, channel=Channel.MAIL, address=address, next_at=at)
            )
    return mails


def _people(notice: Notice) -> list[User]:
    """A memo waits for the decider alone, or for whoever may sign second; a reminder is for who runs the pilot, or can hand
    it over; the rest concerns all who run or decide."""
    pilot = notice.pilot
    if pilot is None:
        return []
    if notice.event and notice.event.verb == "memo.proposed":
        return [pilot.decider]
    if notice.event and notice.event.verb == "decision.first_signed":
        signers = permissions.people_who("pilots.sign_pilot", include_superusers=False)
        return list(signers.exclude(pk__in=[pilot.owner_id, pilot.deputy_id, notice.event.actor_id]))
    if notice.event and notice.event.verb.startswith("nudge."):
        run = [person for person in (pilot.owner, pilot.deputy) if person and person.is_active]
        return run if pilot.owner.is_active else [*run, *User.objects.filter(is_superuser=True)]
    return [person for person in (pilot.owner, pilot.deputy, pilot.decider) if person]


def _routed(notice: Notice, *, now: datetime) -> list[Delivery]:
    if notice.pilot is None:
        return []
    routes = Route.objects.filter(pilot=notice.pilot) | Route.objects.filter(pilot__isnull=True)
    return [
        Delivery(notice=notice, route=route, channel=route.channel, address=route.address, next_at=now)
        for route in routes
        if route.wants(notice.kind)
    ]
