from datetime import UTC, datetime
from functools import partial

from celery import current_app
from django.core.cache import cache
from django.db import transaction

from pilots.judging import evidence
from pilots.judging.canonical import canonical_json
from pilots.judging.judge import judge as judge_facts
from pilots.models import Pilot, PlanVersion, Verdict
from pilots.models.pilot import State
from pilots.queries import facts, plans, verdicts

JUDGED_STATES = [State.RUNNING, State.PAUSED]
GATHER_S = 1.0


def request(*, pilot: Pilot) -> None:
    """Asks for a new look once the transaction is through. Requests within a second become one look.

    Beat looks for facts newer than the last verdict as well, so a lost message costs a minute, not a verdict.
    """
    transaction.on_commit(partial(_enqueue, pilot.pk), robust=True)


def _enqueue(pilot_id: int) -> None:
    if cache.add(f"judge:{pilot_id}", 1, timeout=30):
        current_app.send_task("pilots.judge", kwargs={"pilot_id": pilot_id}, countdown=GATHER_S)


def judge(*, pilot_id: int, now: datetime) -> Verdict | None:
    """Looks at the pilot and appends a record to its chain.

    None for a draft or a decided pilot, and when the newest record of the day rests on the same inputs and says the same.
    Two workers at once take turns on the pilot's row, so the second finds the first one's record.
    """
    cache.delete(f"judge:{pilot_id}")
    with transaction.atomic():
        pilot = Pilot.objects.select_for_update().get(pk=pilot_id)
        if pilot.state not in JUDGED_STATES:
            return None
        return _look(pilot, now=now)


def _look(pilot: Pilot, *, now: datetime) -> Verdict | None:
    frozen, plan = plans.current(pilot)
    known = facts.load(pilot, plan, as_of=now)
    verdict = judge_facts(plan, known, now)
    newest = verdicts.newest(pilot)
    record = evidence.record(plan, known, verdict, previous=newest.evidence_hash if newest else "")
    inputs = evidence.input_digest(plan, known)
    if newest and _says_the_same(
        newest, frozen, inputs=inputs, flag=verdict.flag, reason=verdict.reason, now=now
    ):
        return None
    text = canonical_json(record)
    return Verdict.objects.create(
        pilot=pilot,
        number=newest.number + 1 if newest else 1,
        plan=frozen,
        as_of=now,
        created_at=now,
        flag=verdict.flag,
        code=verdict.code,
        reason=verdict.reason,
        evidence=text.decode(),
        evidence_hash=evidence.digest(text),
        previous_hash=newest.evidence_hash if newest else "",
        input_digest=inputs,
    )


def _says_the_same(
    newest: Verdict, frozen: PlanVersion, *, inputs: str, flag: str, reason: str, now: datetime
) -> bool:
    same_day = newest.as_of.astimezone(UTC).date() == now.astimezone(UTC).date()
    return (
        same_day
        and newest.plan_id == frozen.pk
        and (newest.input_digest, newest.flag, newest.reason) == (inputs, flag, reason)
    )
