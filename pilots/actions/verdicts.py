import logging
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from celery import current_app
from django.core.cache import cache
from django.db import transaction

from pilots.actions import rollups
from pilots.actions.notifications import outbox
from pilots.actions.redis_link import LINK, Unreachable
from pilots.judging import evidence
from pilots.judging.facts import Facts
from pilots.judging.headline import headline_of
from pilots.judging.judge import judge as judge_facts
from pilots.judging.ledger import ledger_of
from pilots.judging.plan import Plan
from pilots.judging.verdict import Flag, ReasonCode
from pilots.judging.verdict import Verdict as Judged
from pilots.models import Decision, Pilot, PlanVersion, Verdict
from pilots.queries import facts, ledger, plans, verdicts

BREACHES = (ReasonCode.HARD, ReasonCode.HARM)
GATHER_S = 1.0

logger = logging.getLogger(__name__)


def request(*, pilot: Pilot) -> None:
    """Asks for a new look once the transaction is through. Requests within a second become one look.

    Beat looks for facts newer than the last verdict as well, so a lost message costs a minute, not a verdict.
    """
    # A function, not a partial: Django logs its name when it fails, and what failed here must fail nobody's request.
    transaction.on_commit(lambda: _enqueue(pilot.pk), robust=True)


def _enqueue(pilot_id: int) -> None:
    with suppress(Unreachable):
        if LINK.command("SET", _mark(pilot_id), 1, "NX", "EX", 30):
            current_app.send_task("pilots.judge", kwargs={"pilot_id": pilot_id}, countdown=GATHER_S)


def _mark(pilot_id: int) -> str:
    """There from the request to the beginning of the look: what is stored meanwhile asks for no other one."""
    return cache.make_key(f"judge:{pilot_id}")


def judge(*, pilot_id: int, now: datetime, of_record: bool = False) -> Verdict | None:
    """Looks at the pilot and appends a record to its chain, or returns None when there is nothing new to record.

    The first look of a UTC day is of record, as is one asked for with `of_record` (before a signature). A look between
    may breach, take a flag back to collecting, or bring new figures for the same flag; it settles nothing else (docs/adr).
    A decided pilot is judged as of its signature: late rows make a new record, never another one of the old.
    Two workers at once take turns on the pilot's row, so the second finds the first one's record; posting goes on meanwhile.
    """
    with suppress(Unreachable):
        LINK.command("DEL", _mark(pilot_id))
    with transaction.atomic():
        pilot = Pilot.objects.select_for_update(no_key=True).get(pk=pilot_id)
        if pilot.is_under_trial:
            return _look(pilot, now=now, of_record=of_record)
        if pilot.is_settled:
            return _look_back(pilot, now=now)
        return None


def _look(pilot: Pilot, *, now: datetime, of_record: bool) -> Verdict | None:
    frozen, plan = plans.current(pilot)
    newest = verdicts.newest(pilot)
    rollups.pair_up(pilot=pilot, plan=plan)
    known = facts.from_statistics(pilot, plan, as_of=now, past=facts.carried(pilot, newest))
    if known is None:
        rollups.refresh(pilot=pilot, plan=plan, now=now)
        rollups.pair_up(pilot=pilot, plan=plan)
        known = facts.load(pilot, plan, as_of=now)
    judged = judge_facts(plan, known, now)
    digest = evidence.input_digest(plan, known)
    if newest and _same_day(newest, now):
        said = (newest.plan_id, newest.flag, newest.reason, newest.input_digest)
        if said == (frozen.pk, judged.flag, judged.reason, digest):
            return None
        if not (of_record or _may_be_said_between(newest, judged)):
            return None
    return _append(pilot, frozen, plan, known, judged, newest=newest, digest=digest, now=now)


def _look_back(pilot: Pilot, *, now: datetime) -> Verdict | None:
    """What the evidence up to the signature says today; None while it is what was signed, and once rows of it were
    retired: then it stays as it was signed."""
    if rollups.is_sealed(pilot):
        return None
    signed = Decision.objects.filter(pilot=pilot).latest().verdict
    frozen = signed.plan
    plan = plans.read(frozen)
    known = facts.load(pilot, plan, as_of=signed.as_of)
    newest = verdicts.newest(pilot)
    digest = evidence.input_digest(plan, known)
    if newest is None or newest.input_digest == digest:
        return None
    judged = judge_facts(plan, known, signed.as_of)
    return _append(pilot, frozen, plan, known, judged, newest=newest, digest=digest, now=now)


def _append(
    pilot: Pilot,
    frozen: PlanVersion,
    plan: Plan,
    known: Facts,
    judged: Judged,
    *,
    newest: Verdict | None,
    digest: str,
    now: datetime,
) -> Verdict:
    previous = newest.evidence_hash if newest else ""
    record = evidence.record(plan, known, judged, previous=previous, known_digest=digest)
    text = evidence.encoded_json(record)
    made = Verdict.objects.create(
        pilot=pilot,
        number=newest.number + 1 if newest else 1,
        plan=frozen,
        as_of=judged.as_of,
        created_at=now,
        flag=judged.flag,
        code=judged.code,
        reason=judged.reason,
        evidence=text.decode(),
        headline=_headline(pilot, plan, known, judged),
        evidence_hash=evidence.digest(text),
        previous_hash=previous,
        input_digest=digest,
    )
    outbox.of_verdict(made, judged, newest)
    return made


def _headline(pilot: Pilot, plan: Plan, known: Facts, judged: Judged) -> dict[str, Any]:
    """Whatever is wrong with it, a verdict is not lost for a figure that nothing rests on."""
    try:
        found = headline_of(plan, known, ledger_of(plan, known, ledger.prices(pilot)))
        return replace(found, needed=judged.still_needed).to_json()
    except Exception:
        logger.exception("No headline for %s", pilot.slug)
        return {}


def _same_day(newest: Verdict, now: datetime) -> bool:
    return newest.as_of.astimezone(UTC).date() == now.astimezone(UTC).date()


def _may_be_said_between(newest: Verdict, judged: Judged) -> bool:
    same = (newest.flag, newest.code) == (judged.flag, judged.code)
    return same or judged.code in BREACHES or judged.flag is Flag.COLLECTING
