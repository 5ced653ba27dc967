"""Rule 3: the host retires the model before proof is possible. Not a quality result."""

from __future__ import annotations

import math
from datetime import date, timedelta

from pilots.judging.case import Case
from pilots.judging.verdict import Finding, Flag, ReasonCode


def vendor(case: Case) -> Finding | None:
    """Silent where everything can be proven before its day: then the retirement only shortens the pay-back."""
    retires = case.plan.host_retires_on
    if retires is None:
        return None
    if retires <= case.as_of.date():
        return _stop(
            case, f"the model's host retired it on {retires.isoformat()}; not a quality result", retires
        )
    earliest = earliest_proof(case)
    if retires >= earliest:
        return None
    sentence = (
        f"the model's host retires it on {retires.isoformat()}, before proof is possible "
        f"({earliest.isoformat()} at the earliest); not a quality result"
    )
    return _stop(case, sentence, earliest)


def _stop(case: Case, sentence: str, earliest: date) -> Finding:
    return Finding(
        sentence=sentence,
        flag=Flag.STOP,
        code=ReasonCode.VENDOR,
        figures={"retires_on": str(case.plan.host_retires_on), "earliest_proof": earliest.isoformat()},
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
