"""The quarantines of a pilot and what became of each."""

from dataclasses import dataclass

from pilots.models import Pilot, Quarantine, QuarantineAct
from pilots.models.quarantine import QuarantineActKind as Kind
from pilots.models.verdict import MachineFlag


@dataclass(frozen=True)
class Line:
    """`answer` is None while it is open, `released` until its rows count again."""

    quarantine: Quarantine
    answer: QuarantineAct | None
    released: QuarantineAct | None

    @property
    def is_open(self) -> bool:
        return self.answer is None

    @property
    def in_force(self) -> bool:
        return self.answer is not None and self.answer.kind != Kind.DECLINED and self.released is None

    @property
    def state(self) -> str:
        if self.answer is None:
            return "Waits for a second person"
        if self.released is not None:
            return "Released"
        return "Declined" if self.answer.kind == Kind.DECLINED else "In force"

    @property
    def change(self) -> str:
        """What it changes, in a sentence."""
        before, after = self.quarantine.before["flag"], self.quarantine.after["flag"]
        if self.quarantine.lifts:
            return f"A breach is taken back; the flag goes from {_flag(before)} to {_flag(after)}."
        if before != after:
            return f"The flag goes from {_flag(before)} to {_flag(after)}."
        return f"The flag stays {_flag(before)}."


def of_pilot(pilot: Pilot) -> list[Line]:
    """Newest first, in two queries."""
    found = Quarantine.objects.filter(pilot=pilot).select_related("proposed_by").order_by("-number")
    lines = []
    for each in found.prefetch_related("acts__by"):
        acts = list(each.acts.all())
        lines.append(
            Line(
                each,
                next((act for act in acts if act.kind != Kind.RELEASED), None),
                next((act for act in acts if act.kind == Kind.RELEASED), None),
            )
        )
    return lines


def _flag(value: str) -> str:
    return str(MachineFlag(value).label).lower()
