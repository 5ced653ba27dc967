"""What earlier records and corrections leave behind: breaches that go on, and those taken back."""

import json
from dataclasses import dataclass

from pilots.judging.codec import decode
from pilots.judging.facts import Correction, Latch
from pilots.judging.verdict import MetricResult
from pilots.models import Pilot, QuarantineAct, Verdict
from pilots.models.quarantine import QuarantineActKind
from pilots.queries.verdicts import newest


@dataclass(frozen=True)
class Carried:
    """Stop triggers once breached stay so in every later verdict, except where faulty data were taken out since."""

    latched: tuple[Latch, ...]
    corrections: tuple[Correction, ...]


def load(pilot: Pilot) -> Carried:
    """From the newest record of the chain."""
    return carried(pilot, newest(pilot))


def carried(pilot: Pilot, verdict: Verdict | None) -> Carried:
    """From this record; None before the first."""
    corrections = _corrections(pilot)
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


def _corrections(pilot: Pilot) -> tuple[Correction, ...]:
    """Of quarantines in force that a second person agreed to."""
    acts = (
        QuarantineAct.objects.filter(
            quarantine__pilot=pilot, quarantine__stretch__isnull=False, kind=QuarantineActKind.SECONDED
        )
        .exclude(quarantine__lifts=[])
        .values_list("quarantine__lifts", "at", "by__username", "quarantine__reason")
    )
    return tuple(
        Correction(trigger=key, at=at, approved_by=by, reason=reason)
        for lifts, at, by, reason in acts
        for key in lifts
    )
