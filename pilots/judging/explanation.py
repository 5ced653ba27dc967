"""Why not otherwise: reasons against the flag, and what would change it."""

from __future__ import annotations

from pilots.judging.case import Case
from pilots.judging.rules.go import missing_for_go
from pilots.judging.sentences import day_text, inside, opening
from pilots.judging.verdict import Finding, Flag, MetricResult, ReasonCode, Role, Status

GOOD = frozenset({Status.PROVEN, Status.SAFE})
BAD = frozenset({Status.BREACHED, Status.REFUTED})


def against(case: Case, finding: Finding) -> tuple[str, ...]:
    """For a stop, what went well; otherwise what points to a stop, or for GO what is not certain; never empty-handed
    where something was measured."""
    if finding.flag is Flag.STOP:
        good = [gate.reason for gate in case.gates if gate.status in GOOD]
        return _unique([*finding.against, *good], finding.reasons)
    if finding.flag is Flag.GO:
        return _unique([_nearest(case), *_monitors_worse(case)], finding.reasons)
    settled = [gate.reason for gate in case.gates if gate.status in GOOD | BAD]
    return _unique(settled, finding.reasons)


def would_change(case: Case, finding: Finding) -> tuple[str, ...]:
    """What would have to happen for another flag."""
    if finding.code in (ReasonCode.HARD, ReasonCode.HARM):
        return _after_a_stop(case)
    if finding.flag is Flag.GO:
        gates = [f"stop, if it is breached: {inside(trigger.label)}" for trigger in case.triggers]
        return tuple(dict.fromkeys(gates))
    forecasts = [_if_it_holds(gate) for gate in case.open_gates if gate.forecast is not None]
    lacking = missing_for_go(case)
    rest = [f"{opening(item)}" for item in lacking if not item.startswith(("goal: ", "stop trigger: "))]
    return tuple(dict.fromkeys([*forecasts, *rest]))


def _after_a_stop(case: Case) -> tuple[str, ...]:
    latched = any(trigger.status is Status.BREACHED for trigger in case.triggers)
    found = []
    if latched:
        found.append(
            "A breached trigger stays breached; only a correction of faulty data, approved by a second person, "
            "takes it back"
        )
    if case.facts.hard.kill_switch:
        found.append("The kill switch is released by the person who pulled it or an administrator")
    return tuple(found)


def _if_it_holds(gate: MetricResult) -> str:
    forecast = gate.forecast
    wanted, feared = ("proven", "refuted") if gate.role is Role.GOAL else ("safe", "breached")
    better = gate.estimate is not None and gate.threshold is not None and gate.estimate >= gate.threshold
    outcome = wanted if better else feared
    if forecast is None or forecast.on is None:
        return f"{opening(inside(gate.label))} stays open at this rate"
    return f"{opening(inside(gate.label))} would be {outcome} around {day_text(forecast.on)} if it goes on like this"


def _nearest(case: Case) -> str:
    """The gate with least room, measured in standard errors."""
    rooms = [(_room(gate), gate.reason) for gate in case.gates if _room(gate) is not None]
    return f"least room: {min(rooms)[1]}" if rooms else ""


def _room(gate: MetricResult) -> float | None:
    if gate.estimate is None or not gate.se or gate.threshold is None:
        return None
    return (gate.estimate - gate.threshold) / gate.se


def _monitors_worse(case: Case) -> list[str]:
    """Metrics that decide nothing but got worse for certain."""
    return [
        f"not a gate, but worse: {result.reason}"
        for result in case.results
        if result.decides
        and result.role is Role.MONITOR
        and result.status is Status.SHOWN
        and result.design not in ("absolute", "")
        and result.interval is not None
        and result.interval.high < 0
    ]


def _unique(items: list[str], without: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(item for item in dict.fromkeys(items) if item and item not in without)
