"""A stretch of a source that measured wrongly leaves the statistics in the open: with a reason, seconded by somebody
else where it changes a flag, and released the same way. The rows stay."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import QuerySet

from pilots import permissions
from pilots.actions import audit, rollups, verdicts
from pilots.actions.refusals import NotAllowed, Refused, WrongState
from pilots.judging.facts import Correction
from pilots.judging.judge import judge
from pilots.judging.verdict import Verdict as Judged
from pilots.models import FaultyStretch, Measurement, Pilot, Quarantine, QuarantineAct
from pilots.models.quarantine import QuarantineActKind as Kind
from pilots.queries import facts, plans, rehearsals
from pilots.queries import verdicts as recorded


def check(
    *,
    pilot: Pilot,
    source: str,
    starts_at: datetime,
    ends_at: datetime,
    reason: str,
    by: User,
    now: datetime,
) -> None:
    """Whether this person may mark this stretch now. Raises NotAllowed, WrongState or Refused."""
    if not permissions.may_run(by, pilot):
        raise NotAllowed("Only the owner or the deputy marks measurements as faulty.")
    _check_open(pilot)
    _check_stretch(starts_at, ends_at, reason, now=now)
    if not _measured(pilot, source, starts_at, ends_at).exists():
        raise Refused(
            "No measurement of this source lies in that time. Check the source and the dates.", code="no_rows"
        )


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
    told: Callable[[int], None] = lambda step: None,
) -> Quarantine:
    """Weighs what the verdict would be without these rows. In force at once, unless it changes the flag or takes a
    breach back: then it waits for a second person. Costs passes over the pilot's rows, so pages have it done by a worker
    (`weighings`); `told` hears which of its four steps begins.

    Raises NotAllowed, WrongState or Refused; nothing is written then.
    """
    pilot = _locked(pilot)
    check(pilot=pilot, source=source, starts_at=starts_at, ends_at=ends_at, reason=reason, by=by, now=now)
    told(1)
    rows = _measured(pilot, source, starts_at, ends_at).count()
    draft = Quarantine(
        pilot=pilot,
        number=Quarantine.objects.filter(pilot=pilot).count() + 1,
        source=source,
        starts_at=starts_at,
        ends_at=ends_at,
        reason=reason.strip(),
        rows=rows,
        proposed_by=by,
        proposed_at=now,
    )
    told(2)
    before = _judged_now(pilot, now=now)
    after, lifts = _judged_without(draft, now=now, told=told)
    draft.before, draft.after, draft.lifts = _said(before), _said(after), lifts
    draft.needs_second = bool(lifts) or after.flag != before.flag or after.breached != before.breached
    draft.save()
    _record("quarantine.proposed", draft, by=by, now=now, reason=draft.reason)
    if not draft.needs_second:
        _apply(draft, kind=Kind.APPLIED, by=by, now=now)
    return draft


@transaction.atomic
def second(*, quarantine: Quarantine, by: User, now: datetime) -> QuarantineAct:
    """Agrees: the rows leave the statistics and the pilot is judged again. Raises NotAllowed, WrongState, Refused."""
    pilot = _locked(quarantine.pilot)
    if by.pk == quarantine.proposed_by_id:
        raise NotAllowed(
            "You proposed this, so somebody else must agree: the decider, the owner or the deputy.",
            code="proposer_cannot_second",
        )
    if not permissions.may_second(by, pilot, quarantine.proposed_by):
        raise NotAllowed("Only somebody who runs this pilot or signs its decision can agree.")
    _check_open(pilot)
    _check_unanswered(quarantine)
    return _apply(quarantine, kind=Kind.SECONDED, by=by, now=now)


@transaction.atomic
def decline(*, quarantine: Quarantine, reason: str, by: User, now: datetime) -> QuarantineAct:
    """The rows go on counting. Who proposed it may take it back so as well. Raises NotAllowed or Refused."""
    pilot = _locked(quarantine.pilot)
    if by.pk != quarantine.proposed_by_id and not permissions.may_second(by, pilot, quarantine.proposed_by):
        raise NotAllowed("Only somebody who runs this pilot or signs its decision can decline.")
    _check_unanswered(quarantine)
    if not reason.strip():
        raise Refused("Say why you decline; who proposed it will read it.", code="reason_missing")
    _record("quarantine.declined", quarantine, by=by, now=now, reason=reason.strip())
    return QuarantineAct.objects.create(
        quarantine=quarantine, kind=Kind.DECLINED, by=by, at=now, reason=reason.strip()
    )


@transaction.atomic
def release(*, quarantine: Quarantine, reason: str, by: User, now: datetime) -> QuarantineAct:
    """The rows count again, and what they breach is breached. Raises NotAllowed, WrongState or Refused."""
    pilot = _locked(quarantine.pilot)
    if not (permissions.may_run(by, pilot) or permissions.may_sign(by, pilot)):
        raise NotAllowed("Only somebody who runs this pilot or signs its decision can release a quarantine.")
    if quarantine.needs_second and by.pk == quarantine.proposed_by_id:
        raise NotAllowed("You proposed this and it changed the flag, so somebody else must release it.")
    _check_open(pilot)
    if not FaultyStretch.objects.filter(quarantine=quarantine).exists():
        raise Refused("This quarantine is not in force.", code="not_in_force")
    if not reason.strip():
        raise Refused("Say why these measurements are sound after all.", code="reason_missing")
    rollups.alone(pilot.pk)
    FaultyStretch.objects.filter(quarantine=quarantine).delete()
    rollups.recount_stretch(quarantine)
    act = QuarantineAct.objects.create(
        quarantine=quarantine, kind=Kind.RELEASED, by=by, at=now, reason=reason.strip()
    )
    _judge_again("quarantine.released", quarantine, by=by, now=now, reason=act.reason)
    return act


def _apply(quarantine: Quarantine, *, kind: Kind, by: User, now: datetime) -> QuarantineAct:
    rollups.alone(quarantine.pilot_id)
    act = QuarantineAct.objects.create(quarantine=quarantine, kind=kind, by=by, at=now)
    _put_in_force(quarantine)
    rollups.recount_stretch(quarantine)
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


def _judged_now(pilot: Pilot, *, now: datetime) -> Judged:
    _, plan = plans.current(pilot)
    return judge(plan, facts.load(pilot, plan, as_of=now), now, forecasts=False)


def _judged_without(
    draft: Quarantine, *, now: datetime, told: Callable[[int], None]
) -> tuple[Judged, list[str]]:
    """The verdict from the remaining rows, and the breaches that they would never have shown: made and taken back."""
    pilot = draft.pilot
    _, plan = plans.current(pilot)
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


def _measured(pilot: Pilot, source: str, starts_at: datetime, ends_at: datetime) -> QuerySet[Measurement]:
    """In no order."""
    return Measurement.objects.filter(
        pilot=pilot, source=source, observed_at__gte=starts_at, observed_at__lt=ends_at
    ).order_by()


def _locked(pilot: Pilot) -> Pilot:
    return Pilot.objects.select_for_update(no_key=True).get(pk=pilot.pk)


def _check_open(pilot: Pilot) -> None:
    if not pilot.is_under_trial:
        raise WrongState(
            f"{pilot.name} is {pilot.get_state_display().lower()}: its statistics are not kept now."
        )
    if rollups.is_sealed(pilot):
        raise Refused(
            f"Months of measurements of {pilot.name} were retired: its statistics cannot be counted again without some"
            " of them. Say what was wrong in the reason of the decision instead.",
            code="retired",
        )


def _check_stretch(starts_at: datetime, ends_at: datetime, reason: str, *, now: datetime) -> None:
    if not reason.strip():
        raise Refused(
            "Say what was wrong with the source; it is kept beside every later verdict.",
            code="reason_missing",
        )
    if starts_at >= ends_at:
        raise Refused("The faulty time must begin before it ends.", code="stretch_not_in_order")
    if ends_at > now:
        raise Refused(
            "The faulty time must lie in the past: mend the source first.", code="stretch_in_future"
        )


def _check_unanswered(quarantine: Quarantine) -> None:
    if QuarantineAct.objects.filter(quarantine=quarantine).exists():
        raise Refused("This was answered already.", code="answered")


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
