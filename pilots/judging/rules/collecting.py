"""Rule 7: the window is open and nothing is settled."""

from __future__ import annotations

from pilots.judging.case import Case
from pilots.judging.outlook import slowest
from pilots.judging.rules.go import missing_for_go
from pilots.judging.rules.judged import judged_by_a_model
from pilots.judging.sentences import opening
from pilots.judging.verdict import Finding, Flag, ReasonCode


def collecting(case: Case) -> Finding | None:
    if not case.window_open:
        return None
    lacking = missing_for_go(case)
    forecast = slowest(case)
    sentence = lacking[0] if lacking else "nothing is missing"
    if forecast is not None and case.open_gates:
        sentence = forecast.sentence
    return Finding(
        sentence=sentence,
        flag=Flag.COLLECTING,
        code=ReasonCode.COLLECTING,
        figures={"still_needed": len(lacking), "days_left": round(case.clock.left, 2)},
        reasons=lacking,
        tasks=tuple(opening(sentence) for sentence in judged_by_a_model(case)),
    )
