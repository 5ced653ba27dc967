"""A running pilot's plan is changed in the open: proposed with a reason, seconded by somebody else where it loosens."""

from collections.abc import Sequence
from datetime import datetime

from django.contrib.auth.models import User
from django.db import transaction

from pilots import permissions
from pilots.actions import audit, plans, row_differences, rules, verdicts
from pilots.actions.changes import Changes
from pilots.actions.refusals import NotAllowed, Refused, WrongState
from pilots.judging.codec import encode
from pilots.judging.differences import Difference, differences
from pilots.models import Amendment, AmendmentAnswer, Pilot, PlanVersion, Token
from pilots.models.amendment import AnswerKind
from pilots.queries.amendments import breached_rules
from pilots.queries.plans import current


@transaction.atomic
def propose(
    *, pilot: Pilot, changes: Changes, reason: str, by: User, now: datetime, token: Token | None = None
) -> Amendment:
    """Keeps what is wanted and why. What only tightens the plan is applied at once, the rest waits for a second person.

    With a `token`, `by` is who answers for it, and so no second person. Raises NotAllowed, WrongState or Refused: no
    reason, nothing that differs, a rule that cannot be judged, or one that has been breached. Nothing is written then.
    """
    pilot = _locked(pilot)
    if not permissions.may_change(by, pilot, token):
        raise NotAllowed("Only the owner or the deputy proposes to change the plan.")
    _check_open(pilot)
    if not reason.strip():
        raise Refused(
            "Say why the plan is to change: the reason is shown beside every later verdict.",
            code="reason_missing",
        )
    frozen, _ = current(pilot)
    found = _weighed(pilot, changes, now=now)
    amendment = Amendment.objects.create(
        pilot=pilot,
        number=Amendment.objects.filter(pilot=pilot).count() + 1,
        against=frozen,
        changes=changes.to_json(),
        differences=encode(found),
        needs_second=any(difference.loosens for difference in found),
        looks=pilot.verdicts.count(),
        reason=reason.strip(),
        proposed_by=by,
        token=token,
        proposed_at=now,
    )
    _record("plan.amendment_proposed", amendment, by=by, now=now, reason=amendment.reason, token=token)
    if not amendment.needs_second:
        _apply(amendment, pilot, kind=AnswerKind.APPLIED, by=by, now=now)
    return amendment


@transaction.atomic
def second(*, amendment: Amendment, by: User, now: datetime) -> PlanVersion:
    """Agrees to what somebody else proposed: the plan gets its next version, and what was loosened starts anew.

    Raises NotAllowed, WrongState, or Refused when it was answered already or does not change the plan any more as it
    says.
    """
    pilot = _locked(amendment.pilot)
    if by.pk == amendment.proposed_by_id:
        raise NotAllowed(
            "You proposed this, so somebody else must agree: the decider, the owner or the deputy.",
            code="proposer_cannot_second",
        )
    if not permissions.may_second(by, pilot, amendment.proposed_by):
        raise NotAllowed("Only somebody who runs this pilot or signs its decision can agree.")
    _check_open(pilot)
    _check_unanswered(amendment)
    return _apply(amendment, pilot, kind=AnswerKind.SECONDED, by=by, now=now)


@transaction.atomic
def decline(*, amendment: Amendment, reason: str, by: User, now: datetime) -> AmendmentAnswer:
    """The plan stays as it is. Who proposed it withdraws it, with or without a reason; anybody else says why.

    Raises NotAllowed or Refused.
    """
    pilot = _locked(amendment.pilot)
    own = by.pk == amendment.proposed_by_id
    if not own and not permissions.may_second(by, pilot, amendment.proposed_by):
        raise NotAllowed("Only somebody who runs this pilot or signs its decision can decline.")
    _check_unanswered(amendment)
    if not own and not reason.strip():
        raise Refused("Say why you decline; who proposed it will read it.", code="decline_reason_missing")
    kind = AnswerKind.WITHDRAWN if own else AnswerKind.DECLINED
    verb = "plan.amendment_withdrawn" if own else "plan.amendment_declined"
    _record(verb, amendment, by=by, now=now, reason=reason.strip())
    return AmendmentAnswer.objects.create(
        amendment=amendment, kind=kind, by=by, at=now, reason=reason.strip()
    )


def _locked(pilot: Pilot) -> Pilot:
    """Measurements are posted meanwhile: they refer to the pilot, which this lock allows."""
    return Pilot.objects.select_for_update(no_key=True).get(pk=pilot.pk)


def _check_open(pilot: Pilot) -> None:
    if not pilot.is_frozen:
        raise WrongState("A draft is simply edited; its plan is frozen when it starts.")
    if not pilot.is_under_trial:
        raise WrongState(f"{pilot.name} has been decided: its plan is closed.")


def _check_unanswered(amendment: Amendment) -> None:
    answer = AmendmentAnswer.objects.filter(amendment=amendment).select_related("by").first()
    if answer:
        said = f"{answer.get_kind_display().lower()} by {answer.by.get_full_name() or answer.by}"
        raise Refused(f"This was {said} already.", code="answered")


def _weighed(pilot: Pilot, changes: Changes, *, now: datetime) -> tuple[Difference, ...]:
    """What the changes would do to the plan: they are made and taken back, so what was weighed is what is applied."""
    _, old = current(pilot)
    beside = row_differences.beside_the_plan(pilot, changes)
    point = transaction.savepoint()
    try:
        rules.write(pilot=Pilot.objects.get(pk=pilot.pk), changes=changes)
        new = plans.drafted(Pilot.objects.get(pk=pilot.pk), now=now)
    finally:
        transaction.savepoint_rollback(point)
    found = (*differences(old, new), *beside)
    if not found:
        raise Refused("This changes nothing: the plan says so already.", code="nothing_changes")
    touched = {difference.key for difference in found if difference.key}
    rules.check(new, keys=touched, metrics={change.key for change in changes.metrics})
    _check_breaches(pilot, found, changes)
    return found


def _check_breaches(pilot: Pilot, found: Sequence[Difference], changes: Changes) -> None:
    """A breach stays. A rule that could be removed or moved after it would take the breach back by another door."""
    touched = {difference.key: difference.subject for difference in found if difference.key}
    touched |= {f"stop:{change.key}": f"The stop trigger on {change.name}" for change in changes.metrics}
    for key in sorted(breached_rules(pilot) & touched.keys()):
        raise Refused(
            f"{touched[key]} has been breached, and a breach stays: its rule cannot be changed any more.",
            code="rule_breached",
        )


def _apply(amendment: Amendment, pilot: Pilot, *, kind: AnswerKind, by: User, now: datetime) -> PlanVersion:
    """The plan in force is looked at once more before it goes, so that no harm it has seen is forgotten."""
    verdicts.judge(pilot_id=pilot.pk, now=now)
    changes = Changes.from_json(amendment.changes)
    if encode(_weighed(pilot, changes, now=now)) != amendment.differences:
        raise Refused(
            "The plan has changed since this was proposed, so it would not do what it says. Decline it, and propose it anew.",
            code="plan_moved",
        )
    before = pilot.plans.latest("number")
    rules.write(pilot=pilot, changes=changes)
    version = plans.freeze(pilot=pilot, reason=amendment.reason, by=amendment.proposed_by, now=now)
    AmendmentAnswer.objects.create(amendment=amendment, kind=kind, by=by, at=now, version=version)
    audit.record(
        verb="plan.amended",
        pilot=pilot,
        by=None if kind == AnswerKind.APPLIED and amendment.token else by,
        token=amendment.token if kind == AnswerKind.APPLIED else None,
        now=now,
        reason=amendment.reason,
        before={"version": before.number, "plan_hash": before.plan_hash},
        after={
            "version": version.number,
            "plan_hash": version.plan_hash,
            "amendment": amendment.number,
            "looks": pilot.verdicts.count(),
        },
    )
    verdicts.request(pilot=pilot)
    return version


def _record(
    verb: str, amendment: Amendment, *, by: User, now: datetime, reason: str, token: Token | None = None
) -> None:
    audit.record(
        verb=verb,
        pilot=amendment.pilot,
        by=None if token else by,
        token=token,
        now=now,
        reason=reason,
        after={"amendment": amendment.number, "differences": amendment.differences},
    )
