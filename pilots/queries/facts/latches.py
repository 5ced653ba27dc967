import json

from pilots.judging.codec import decode
from pilots.judging.facts import Latch
from pilots.judging.verdict import MetricResult
from pilots.models import Pilot, Verdict
from pilots.queries.verdicts import newest


def load(pilot: Pilot) -> tuple[Latch, ...]:
    """The triggers that the newest record carries as breached: once fired, they stay so in every later verdict."""
    return carried(newest(pilot))


def carried(verdict: Verdict | None) -> tuple[Latch, ...]:
    """By this record; none before the first."""
    if verdict is None:
        return ()
    judged = json.loads(verdict.evidence)["verdict"]
    return tuple(
        Latch(
            trigger=result.key,
            since=result.latched_since or verdict.as_of,
            sentence=result.first_breach or result.reason,
            record=verdict.evidence_hash,
        )
        for result in (
            decode(MetricResult, each) for each in judged["results"] if each["key"] in judged["breached"]
        )
        if result.decides
    )
