"""What earlier records and corrections leave behind: breaches that go on, and those taken back."""

import json
from dataclasses import dataclass
from typing import Any

from pilots.actions import server_bound
from pilots.judging.codec import decode
from pilots.judging.facts import Correction, Latch
from pilots.judging.verdict import MetricResult
from pilots.models import Pilot, Verdict

READ = ("as_of", "evidence", "evidence_hash")
NEWEST = f"SELECT {', '.join(READ)} FROM pilots_verdict WHERE pilot_id = %s ORDER BY number DESC LIMIT 1"  # noqa: S608  names of our own

# Of quarantines in force that a second person agreed to; one row for each trigger that they take back.
CORRECTIONS = """
SELECT lifted.trigger, act.at, q.reason
FROM pilots_quarantineact act JOIN pilots_quarantine q ON q.id = act.quarantine_id
CROSS JOIN jsonb_array_elements_text(q.lifts) WITH ORDINALITY AS lifted(trigger, place)
WHERE q.pilot_id = %s AND act.kind = 'seconded'
    AND EXISTS (SELECT FROM pilots_faultystretch f WHERE f.quarantine_id = q.id)
ORDER BY q.number DESC, act.at, act.id, lifted.place
"""

A_PERSON = "a second person"
"""Who it was is kept with the quarantine. No record names people: a name that is hashed could never be erased."""


@dataclass(frozen=True)
class Carried:
    """Stop triggers once breached stay so in every later verdict, except where faulty data were taken out since."""

    latched: tuple[Latch, ...]
    corrections: tuple[Correction, ...]


def load(pilot: Pilot) -> Carried:
    """From the newest record of the chain."""
    newest, corrected = server_bound.together((NEWEST, [pilot.pk]), (CORRECTIONS, [pilot.pk]))
    return _carried(Verdict(**dict(zip(READ, newest[0], strict=True))) if newest else None, corrected)


def carried(pilot: Pilot, verdict: Verdict | None) -> Carried:
    """From this record; None before the first."""
    return _carried(verdict, server_bound.execute(CORRECTIONS, [pilot.pk], often=True))


def _carried(verdict: Verdict | None, corrected: list[tuple[Any, ...]]) -> Carried:
    corrections = tuple(
        Correction(trigger=trigger, at=at, approved_by=A_PERSON, reason=reason)
        for trigger, at, reason in corrected
    )
    return Carried(_latched(verdict, corrections) if verdict else (), corrections)


def _latched(verdict: Verdict, corrections: tuple[Correction, ...]) -> tuple[Latch, ...]:
    judged = json.loads(verdict.evidence)["verdict"]
    lifted = {each.trigger for each in corrections if each.at >= verdict.as_of}
    carried_on = set(judged["breached"]) - lifted
    results = (decode(MetricResult, each) for each in judged["results"] if each["key"] in carried_on)
    return tuple(
        Latch(
            trigger=result.key,
            since=result.latched_since or verdict.as_of,
            sentence=result.first_breach or result.reason,
            record=verdict.evidence_hash,
        )
        for result in results
        if result.decides
    )
