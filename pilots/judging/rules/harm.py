"""Rule 2: a stop trigger is breached, even when goals are proven; the conflict is shown."""

from __future__ import annotations

from pilots.judging.case import Case
from pilots.judging.verdict import Finding, Flag, ReasonCode, Status


def harm(case: Case) -> Finding | None:
    breached = [trigger for trigger in case.triggers if trigger.status is Status.BREACHED]
    if not breached:
        return None
    proven = tuple(goal.reason for goal in case.goals if goal.status is Status.PROVEN)
    return Finding(
        sentence="; ".join(trigger.reason for trigger in breached),
        flag=Flag.STOP,
        code=ReasonCode.HARM,
        figures={"breached": len(breached), "goals_proven": len(proven)},
        reasons=tuple(trigger.reason for trigger in breached),
        against=proven,
    )
