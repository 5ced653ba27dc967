"""A stretch of a source that measured wrongly leaves the statistics in the open: with a reason, seconded by somebody
else where it changes a flag, and released the same way. The rows stay.

What judges the pilot passes over its rows, so doors have a worker do it (`weighings`). `told` hears which step begins."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from typing import Any

from django.contrib.auth.models import User
from django.db import transaction

from pilots.actions import audit, quarantine_checks, rollups, verdicts
from pilots.actions.refusals import Refused
from pilots.judging.facts import Correction
from pilots.judging.judge import judge
from pilots.judging.plan import Plan
from pilots.judging.verdict import Verdict as Judged
from pilots.models import FaultyStretch, Pilot, Quarantine, QuarantineAct
from pilots.models.quarantine import QuarantineActKind as Kind
from pilots.queries import facts, plans, rehearsals
from pilots.queries import verdicts as recorded

Told = Callable[[int], None]


def nobody(step: int) -> None:
    """Is told."""


@transaction.atomic
def propose(
    *,
    pilot: Pilot,
    source: str,
    starts_at: datetime,
    ends_at: datetime,
    reason: str,
    by: User,
    now: datetime,
    told: Told = nobody,
) -> Quarantine:
    """Weighs what the verdict would be without these rows. In force at once, unless it changes the flag or takes a
    breach back: then it waits for a second person.

    The pilot is locked only once it is weighed: meanwhile it is judged, paused or stopped as ever.
    Raises NotAllowed, WrongState or Refused; nothing is written then.
    """
    asked: dict[str, Any] = {"source": source, "starts_at": starts_at, "ends_at": ends_at, "reason": reason}
    quarantine_checks.mark(pilot=pilot, **asked, by=by, now=now)
    frozen, plan = plans.current(pilot)
    told(1)
    rows = quarantine_checks.measured(pilot, source, starts_at, ends_at).count()
    draft = Quarantine(
        pilot=pilot,
        number=0,
        source=source,
        starts_at=starts_at,
        ends_at=ends_at,
        reason=reason.strip(),
        rows=rows,
        proposed_by=by,
        proposed_at=now,
    )
    told(2)
    before = _judged_now(pilot, plan, now=now)
    after, lifts = _judged_without(draft, plan, now=now, told=told)
    draft.pilot = pilot = _locked(pilot)
    quarantine_checks.mark(pilot=pilot, **asked, by=by, now=now)
    if plans.current(pilot)[0] != frozen:
        raise Refused("The plan was changed while this was weighed. Mark it again.", code="plan_changed")
    draft.number = Quarantine.objects.filter(pilot=pilot).count() + 1
    draft.before, draft.after, draft.lifts = _said(before), _said(after), lifts
    draft.needs_second = bool(lifts) or after.flag != before.flag or after.breached != before.breached
    draft.save()
    _record("quarantine.proposed", draft, by=by, now=now, reason=draft.reason)
    if not draft.needs_second:
        _apply(draft, kind=Kind.APPLIED, by=by, now=now)
    return draft


@transaction.atomic
def second(*, quarantine: Quarantine, by: User, now: datetime, told: Told = nobody) -> QuarantineAct:
    """Agrees: the rows leave the statistics and the pilot is judged again. Raises NotAllowed, WrongState, Refused."""
    quarantine.pilot = _locked(quarantine.pilot)
    quarantine_checks.second(quarantine=quarantine, by=by)
    return _apply(quarantine, kind=Kind.SECONDED, by=by, now=now, told=told)


@transaction.atomic
def decline(*, quarantine: Quarantine, reason: str, by: User, now: datetime) -> QuarantineAct:
    """The rows go on counting. Who proposed it may take it back so as well. Raises NotAllowed or Refused."""
    quarantine_checks.idle(quarantine.pilot)
    quarantine.pilot = _locked(quarantine.pilot)
    quarantine_checks.decline(quarantine=quarantine, reason=reason, by=by)
    _record("quarantine.declined", quarantine, by=by, now=now, reason=reason.strip())
    return QuarantineAct.objects.create(
        quarantine=quarantine, kind=Kind.DECLINED, by=by, at=now, reason=reason.strip()
    )


@transaction.atomic
def release(
    *, quarantine: Quarantine, reason: str, by: User, now: datetime, told: Told = nobody
) -> QuarantineAct:
    """The rows count again, and what they breach is breached. Raises NotAllowed, WrongState or Refused."""
    quarantine.pilot = pilot = _locked(quarantine.pilot)
    quarantine_checks.release(quarantine=quarantine, reason=reason, by=by)
    told(1)
    rollups.alone(pilot.pk)
    FaultyStretch.objects.filter(quarantine=quarantine).delete()
    rollups.recount_stretch(quarantine)
    act = QuarantineAct.objects.create(
        quarantine=quarantine, kind=Kind.RELEASED, by=by, at=now, reason=reason.strip()
    )
    told(2)
    _judge_again("quarantine.released", quarantine, by=by, now=now, reason=act.reason)
    return act


def _apply(
    quarantine: Quarantine, *, kind: Kind, by: User, now: datetime, told: Told = nobody
) -> QuarantineAct:
    told(1)
    rollups.alone(quarantine.pilot_id)
    act = QuarantineAct.objects.create(quarantine=quarantine, kind=kind, by=by, at=now)
    _put_in_force(quarantine)
    rollups.recount_stretch(quarantine)
    told(2)
    _judge_again("quarantine.applied", quarantine, by=by, now=now, reason=quarantine.reason)
    return act


def _put_in_force(quarantine: Quarantine) -> None:
    FaultyStretch.objects.create(
        quarantine=quarantine,
        pilot=quarantine.pilot,
        source=quarantine.source,
        starts_at=quarantine.starts_at,
        ends_at=quarantine.ends_at,
    )


def _judge_again(verb: str, quarantine: Quarantine, *, by: User, now: datetime, reason: str) -> None:
    """A look of record: what changed is in the audit log beside the act."""
    before = recorded.newest(quarantine.pilot)
    after = verdicts.judge(pilot_id=quarantine.pilot_id, now=now, of_record=True) or before
    _record(
        verb,
        quarantine,
        by=by,
        now=now,
        reason=reason,
        before={"flag": before.flag, "reason": before.reason} if before else {},
        after={"flag": after.flag, "reason": after.reason} if after else {},
    )


def _judged_now(pilot: Pilot, plan: Plan, *, now: datetime) -> Judged:
    return judge(plan, facts.load(pilot, plan, as_of=now), now, forecasts=False)


def _judged_without(draft: Quarantine, plan: Plan, *, now: datetime, told: Told) -> tuple[Judged, list[str]]:
    """The verdict from the remaining rows, and the breaches that they would never have shown: made and taken back."""
    pilot = draft.pilot
    point = transaction.savepoint()
    try:
        trial = Quarantine.objects.create(
            **{
                field.attname: getattr(draft, field.attname)
                for field in Quarantine._meta.concrete_fields
                if not field.primary_key
            }
            | {"before": {}, "after": {}, "needs_second": True}
        )
        _put_in_force(trial)
        told(3)
        known = facts.from_rows(pilot, plan, as_of=now)
        told(4)
        latched = {latch.trigger for latch in known.latched}
        lifts = sorted(
            trigger.key
            for trigger in plan.triggers
            if trigger.key in latched and not rehearsals.fires(pilot, plan, trigger, known=known, now=now)
        )
    finally:
        transaction.savepoint_rollback(point)
    remaining = tuple(latch for latch in known.latched if latch.trigger not in lifts)
    corrections = tuple(Correction(trigger=key, at=now, approved_by="", reason=draft.reason) for key in lifts)
    return judge(
        plan, replace(known, latched=remaining, corrections=corrections), now, forecasts=False
    ), lifts


def _said(judged: Judged) -> dict[str, str]:
    return {"flag": judged.flag.value, "code": judged.code.value, "reason": judged.reason}


def _locked(pilot: Pilot) -> Pilot:
    return Pilot.objects.select_for_update(no_key=True).get(pk=pilot.pk)


def _record(
    verb: str,
    quarantine: Quarantine,
    *,
    by: User,
    now: datetime,
    reason: str,
    before: dict[str, str] | None = None,
    after: dict[str, str] | None = None,
) -> None:
    stretch = {
        "number": quarantine.number,
        "source": quarantine.source,
        "starts_at": quarantine.starts_at.isoformat(),
        "ends_at": quarantine.ends_at.isoformat(),
        "rows": quarantine.rows,
        "lifts": quarantine.lifts,
    }
    audit.record(
        verb=verb,
        pilot=quarantine.pilot,
        by=by,
        now=now,
        reason=reason,
        before=before if before is not None else quarantine.before,
        after={**(after if after is not None else quarantine.after), **stretch},
    )
