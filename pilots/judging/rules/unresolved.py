"""Rule 9: the window is over and nothing allowed would settle it."""

from __future__ import annotations

from pilots.judging.case import Case
from pilots.judging.rules.go import missing_for_go
from pilots.judging.verdict import Finding, Flag, ReasonCode


def unresolved(case: Case) -> Finding | None:
    if case.window_open:
        return None
    lacking = missing_for_go(case) or ("nothing was settled",)
    why = (
        "no extension is left"
        if not case.extensions_left
        else "no extension within the limits would settle it"
    )
    return Finding(
        sentence=f"the window is over and {why}: {lacking[0]}",
        flag=Flag.STOP,
        code=ReasonCode.UNRESOLVED,
        figures={"still_needed": len(lacking)},
        reasons=lacking,
    )
