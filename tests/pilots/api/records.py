"""Records as the machine would have written them, made in one line."""

import json
from datetime import timedelta

from pilots.models import Pilot, Verdict
from tests.factories import NOW

GO = "Go: review minutes per item 2.6 against 3.4 before, n = 212."


def judged(pilot: Pilot, *, flag: str = "go", number: int = 1, reason: str = GO, hours: int = 0) -> Verdict:
    at = NOW + timedelta(hours=hours)
    return Verdict.objects.create(
        pilot=pilot,
        number=number,
        plan=pilot.plans.get(),
        as_of=at,
        created_at=at,
        flag=flag,
        code="PROVEN",
        reason=reason,
        evidence=json.dumps({"n": 212, "goals": ["review_minutes"]}),
        evidence_hash=f"{number:064d}",
        previous_hash=f"{number - 1:064d}" if number > 1 else "",
        input_digest="d" * 64,
    )
