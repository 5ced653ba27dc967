from dataclasses import replace
from datetime import datetime

from django.contrib.auth.models import User

from pilots.judging.amendments import restarted
from pilots.judging.plan import Plan, plan_hash
from pilots.models import Decision, Pilot, PlanVersion
from pilots.models.decision import DecisionOutcome
from pilots.queries import plans


def freeze(*, pilot: Pilot, reason: str, by: User, now: datetime) -> PlanVersion:
    """Writes the plan as the rows say now as the next version. The caller holds the pilot's lock.

    What earlier amendments fixed goes on: metrics that started anew, triggers that came late, shares of the budgets.
    """
    plan = drafted(pilot, now=now)
    return PlanVersion.objects.create(
        pilot=pilot,
        number=plan.version,
        plan=plan.to_json(),
        plan_hash=plan_hash(plan),
        reason=reason,
        frozen_by=by,
        frozen_at=now,
    )


def drafted(pilot: Pilot, *, now: datetime) -> Plan:
    """The next version as the rows say now, unwritten."""
    first = PlanVersion.objects.filter(pilot=pilot).order_by("number").first()
    newest = PlanVersion.objects.filter(pilot=pilot).order_by("-number").first()
    plan = plans.of_pilot(
        pilot,
        version=newest.number + 1 if newest else 1,
        extensions_used=Decision.objects.filter(pilot=pilot, outcome=DecisionOutcome.EXTEND).count(),
        first_window_days=first.plan["extensions"]["first_window_days"] if first else None,
    )
    return _carried(Plan.from_json(newest.plan), plan, at=now) if newest else plan


def _carried(old: Plan, rows: Plan, *, at: datetime) -> Plan:
    """Rows know nothing of earlier versions. A pay-back waived at the start stays waived by who agreed to it then."""
    late = {trigger.key for trigger in old.triggers if trigger.late}
    waived = not old.payback.applicable and not rows.payback.applicable
    new = replace(
        rows,
        triggers=tuple(replace(trigger, late=trigger.key in late) for trigger in rows.triggers),
        trigger_count=old.trigger_count,
        payback=old.payback if waived else rows.payback,
    )
    return restarted(old, new, at=at)
