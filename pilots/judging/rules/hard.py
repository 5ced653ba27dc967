"""Rule 1: events that stop a pilot at once."""

from __future__ import annotations

from pilots.judging.case import Case
from pilots.judging.sentences import amount, counted
from pilots.judging.verdict import Finding, Flag, ReasonCode, Status


def hard_trigger(case: Case) -> Finding | None:
    """Incidents over the limit, a data leak, spend over the cap, the kill switch, or a breached hard trigger."""
    fired = [*_events(case), *_breached(case)]
    if not fired:
        return None
    events = case.facts.hard
    return Finding(
        sentence="; ".join(fired),
        flag=Flag.STOP,
        code=ReasonCode.HARD,
        figures={
            "critical_incidents": events.critical_incidents,
            "data_leaks": events.data_leaks,
            "spend": float(events.spend),
        },
        reasons=tuple(fired),
    )


def _events(case: Case) -> list[str]:
    events, limits, found = case.facts.hard, case.plan.hard_limits, []
    if events.kill_switch:
        found.append(
            f"the kill switch was pulled{' by ' + events.kill_switch_by if events.kill_switch_by else ''}"
        )
    if events.data_leaks:
        found.append(f"{counted(events.data_leaks, 'data leak')} reported")
    if events.critical_incidents > limits.critical_incidents:
        incidents = counted(events.critical_incidents, "critical incident")
        found.append(f"{incidents} (limit {limits.critical_incidents})")
    if limits.spend_cap is not None and events.spend > limits.spend_cap:
        spend = amount(float(events.spend), limits.currency)
        found.append(f"{spend} spent, above the cap of {amount(float(limits.spend_cap), limits.currency)}")
    return found


def _breached(case: Case) -> list[str]:
    return [trigger.reason for trigger in case.triggers if trigger.hard and trigger.status is Status.BREACHED]
