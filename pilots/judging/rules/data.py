"""Rule 4: what cannot be judged is never fine."""

from __future__ import annotations

from pilots.judging.case import Case
from pilots.judging.sentences import counted, opening
from pilots.judging.verdict import Finding, Flag, ReasonCode


def unusable_data(case: Case) -> Finding | None:
    """A required metric without baseline or data, with errors, silent, or changed on the way."""
    if not case.unusable:
        return None
    return repair(case, tuple(dict.fromkeys(result.reason for result in case.unusable)))


def repair(case: Case, problems: tuple[str, ...]) -> Finding:
    """Window open: a task for the owner. Window over: extend when an extension is left in which it can be proven
    anew, else stop."""
    sentence, tasks = "; ".join(problems), tuple(opening(problem) for problem in problems)
    if case.window_open:
        return Finding(
            sentence=sentence, flag=Flag.COLLECTING, code=ReasonCode.DATA, tasks=tasks, reasons=problems
        )
    days = case.longest_extension
    if case.extensions_left and days >= case.plan.d_min:
        return Finding(
            sentence=f"{sentence}; extend by {counted(days, 'day')} to repair it",
            flag=Flag.EXTEND,
            code=ReasonCode.DATA,
            figures={"days": days},
            tasks=tasks,
            reasons=problems,
        )
    why = "no extension is left" if not case.extensions_left else "the longest extension is too short"
    return Finding(
        sentence=f"{sentence}; {why} to repair it",
        flag=Flag.STOP,
        code=ReasonCode.UNRESOLVABLE,
        tasks=tasks,
        reasons=problems,
    )
