from datetime import datetime

from django.contrib.auth.models import User
from django.db import transaction

from pilots import permissions
from pilots.actions import audit, verdicts
from pilots.actions.refusals import NotAllowed, Refused, WrongState
from pilots.judging.plan import plan_hash
from pilots.models import Decision, Pilot, PlanVersion
from pilots.models.decision import DecisionOutcome
from pilots.models.pilot import State
from pilots.queries import plans


def freeze(*, pilot: Pilot, reason: str, by: User, now: datetime) -> PlanVersion:
    """Writes the plan as the rows say now as the next version. The caller holds the pilot's lock."""
    first = PlanVersion.objects.filter(pilot=pilot).order_by("number").first()
    newest = PlanVersion.objects.filter(pilot=pilot).order_by("-number").first()
    plan = plans.of_pilot(
        pilot,
        version=newest.number + 1 if newest else 1,
        extensions_used=Decision.objects.filter(pilot=pilot, outcome=DecisionOutcome.EXTEND).count(),
        first_window_days=first.plan["extensions"]["first_window_days"] if first else None,
    )
    return PlanVersion.objects.create(
        pilot=pilot,
        number=plan.version,
        plan=plan.to_json(),
        plan_hash=plan_hash(plan),
        reason=reason,
        frozen_by=by,
        frozen_at=now,
    )


@transaction.atomic
def amend(*, pilot: Pilot, reason: str, by: User, now: datetime) -> PlanVersion:
    """Freezes the changed rows of a running pilot as a new, visible version of its plan, and judges it again.

    Raises NotAllowed, WrongState (a draft has no plan to amend) and Refused (no reason given).
    """
    pilot = Pilot.objects.select_for_update().get(pk=pilot.pk)
    if not permissions.may_run(by, pilot):
        raise NotAllowed("Only the owner or the deputy amends the plan.")
    if pilot.state == State.DRAFT:
        raise WrongState("A draft is simply edited; its plan is frozen when it starts.")
    if not reason.strip():
        raise Refused(
            "Say why the plan is amended: the reason is shown beside every later verdict.",
            code="reason_missing",
        )
    version = freeze(pilot=pilot, reason=reason, by=by, now=now)
    audit.record(
        verb="plan.amended",
        pilot=pilot,
        by=by,
        now=now,
        reason=reason,
        after={"version": version.number, "plan_hash": version.plan_hash},
    )
    verdicts.request(pilot=pilot)
    return version
