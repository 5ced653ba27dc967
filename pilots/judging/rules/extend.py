"""Rule 8: the window is over, and an extension would settle it."""

from __future__ import annotations

from pilots.judging.case import Case
from pilots.judging.outlook import proposal
from pilots.judging.rules.go import missing_for_go
from pilots.judging.verdict import Finding, Flag, ReasonCode


def extend(case: Case) -> Finding | None:
    """More time, or a narrower scope where the segments settle it."""
    if case.window_open or not case.extensions_left:
        return None
    found = proposal(case)
    if found is None:
        return None
    code = ReasonCode.NARROWER_SCOPE if found.kind == "narrower_scope" else ReasonCode.MORE_TIME
    return Finding(
        sentence=found.sentence,
        flag=Flag.EXTEND,
        code=code,
        figures={"days": found.days, "segments": len(found.segments)},
        reasons=missing_for_go(case),
        extend=found,
    )
