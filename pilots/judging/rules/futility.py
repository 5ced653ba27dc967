"""Rule 6: a goal is out of reach, or the move cannot pay."""

from __future__ import annotations

from pilots.judging.case import Case
from pilots.judging.verdict import Finding, Flag, ReasonCode, Status


def futility(case: Case) -> Finding | None:
    if not case.d_min_reached:
        return None
    refuted = [goal.reason for goal in case.goals if goal.required and goal.status is Status.REFUTED]
    if case.payback.proven_negative:
        refuted.append(case.payback.sentence)
    if not refuted:
        return None
    return Finding(
        sentence="; ".join(refuted),
        flag=Flag.STOP,
        code=ReasonCode.FUTILITY,
        figures={"refuted": len(refuted)},
        reasons=tuple(refuted),
        against=tuple(goal.reason for goal in case.goals if goal.status is Status.PROVEN),
    )
