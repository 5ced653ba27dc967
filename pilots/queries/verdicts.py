"""What the machine last said of a pilot, and whether a rollout may pass."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from pilots.models import Pilot, Verdict
from pilots.models.verdict import MachineFlag

Requirement = Literal["go", "not_stop"]


@dataclass(frozen=True)
class GateAnswer:
    passed: bool
    flag: str
    reason: str


def newest(pilot: Pilot) -> Verdict | None:
    """The last record of the chain; None until the first look."""
    return Verdict.objects.filter(pilot=pilot).order_by("-number").first()


def gate(pilot: Pilot, *, require: Requirement, now: datetime) -> GateAnswer:
    """Passes on evidence only: no verdict yet is never a pass."""
    verdict = newest(pilot)
    if verdict is None:
        return GateAnswer(
            False,
            MachineFlag.COLLECTING,
            "Not judged yet: the first verdict comes within minutes of the start.",
        )
    passed = verdict.flag == MachineFlag.GO if require == "go" else verdict.flag != MachineFlag.STOP
    return GateAnswer(passed, verdict.flag, verdict.reason)
