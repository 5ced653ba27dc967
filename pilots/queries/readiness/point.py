from dataclasses import dataclass


@dataclass(frozen=True)
class Missing:
    """One point that keeps a draft from starting: the field, the reason, the fix.

    `overridable` points may be left open with a reason that is kept; the others may not.
    """

    field: str
    reason: str
    fix: str
    code: str = ""
    overridable: bool = False
