"""Rule 3: the host retires the model before proof is possible. Not a quality result."""

from __future__ import annotations

import math
from datetime import date, timedelta

from pilots.judging.case import Case
from pilots.judging.verdict import Finding, Flag, ReasonCode


def vendor(case: Case) -> Finding | None:
    """Silent once everything is proven: then the retirement only shortens the pay-back."""
    retires = case.plan.host_retires_on
    if retires is None or case.all_settled_well:
        return None
    earliest = earliest_proof(case)
    if retires >= earliest:
        return None
    sentence = (
        f"the model's host retires it on {retires.isoformat()}, before proof is possible "
        f"({earliest.isoformat()} at the earliest); not a quality result"
    )
    return Finding(
        sentence=sentence,
        flag=Flag.STOP,
        code=ReasonCode.VENDOR,
        figures={"retires_on": retires.isoformat(), "earliest_proof": earliest.isoformat()},
        reasons=(sentence,),
    )


def earliest_proof(case: Case) -> date:
    """The optimistic end: minimum days, maintenance phase, and the lucky tenth of the forecasts of open gates."""
    start = case.plan.window_start
    days = [start + timedelta(days=case.plan.d_min), case.as_of]
    if case.plan.maintenance_from is not None:
        days.append(case.plan.maintenance_from + timedelta(days=case.plan.maintenance_min_days))
    for gate in case.open_gates:
        if gate.forecast is not None and gate.forecast.days_low is not None:
            days.append(case.as_of + timedelta(days=math.ceil(gate.forecast.days_low)))
    return max(days).date()
