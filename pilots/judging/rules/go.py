"""Rule 5: GO, when nothing at all stands against it."""

from __future__ import annotations

from pilots.judging.case import Case
from pilots.judging.rules.judged import judged_by_a_model
from pilots.judging.sentences import counted
from pilots.judging.verdict import Finding, Flag, MetricResult, ReasonCode, Role, Status


def go(case: Case) -> Finding | None:
    if missing_for_go(case):
        return None
    goals = tuple(goal.reason for goal in case.goals)
    safe = tuple(trigger.reason for trigger in case.triggers)
    return Finding(
        sentence="; ".join(goals),
        flag=Flag.GO,
        code=ReasonCode.PROVEN,
        figures={"goals": len(goals), "triggers": len(safe)},
        reasons=(*goals, *safe, case.payback.sentence),
    )


def missing_for_go(case: Case) -> tuple[str, ...]:
    """Everything that GO still lacks, one sentence each; empty means GO. Inconclusive and missing both count."""
    found = []
    if not case.goals:
        found.append("no goal is set: say what must be proven")
    if not case.triggers:
        found.append("no stop trigger is gated: say what must not get worse")
    found += [_lacking(gate) for gate in case.gates if gate.status not in (Status.PROVEN, Status.SAFE)]
    gated = {gate.key for gate in case.gates}
    found += [result.reason for result in case.unusable if result.key not in gated]
    found += judged_by_a_model(case)
    found += _maintenance(case)
    found += [f"open blocker: {blocker}" for blocker in sorted(case.facts.blockers)]
    if case.payback.met is not True:
        found.append(case.payback.sentence)
    if not case.d_min_reached:
        left = counted(case.plan.d_min, "day")
        found.append(f"at least {left} of data; {counted(int(case.clock.elapsed), 'day')} have passed")
    return tuple(dict.fromkeys(found))


def _lacking(gate: MetricResult) -> str:
    word = "goal" if gate.role is Role.GOAL else "stop trigger"
    return f"{word}: {gate.reason}"


def _maintenance(case: Case) -> list[str]:
    if case.plan.maintenance_from is None:
        return []
    days, items = case.maintenance_seen
    if days >= case.plan.maintenance_min_days and items >= max(case.plan.maintenance_min_items, 1):
        return []
    wanted = f"{counted(case.plan.maintenance_min_days, 'day')} and {counted(case.plan.maintenance_min_items, 'item')}"
    return [
        f"maintenance phase: {counted(days, 'day')} and {counted(items, 'item')} of at least {wanted} seen"
    ]
