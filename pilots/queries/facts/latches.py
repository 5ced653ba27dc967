import json

from pilots.judging.facts import Latch
from pilots.judging.verdict import Verdict as Judged
from pilots.models import Pilot


def load(pilot: Pilot) -> tuple[Latch, ...]:
    """The triggers that the newest record carries as breached: once fired, they stay so in every later verdict."""
    newest = pilot.verdicts.order_by("-number").values("evidence", "evidence_hash").first()
    if newest is None:
        return ()
    judged = Judged.from_json(json.loads(newest["evidence"])["verdict"])
    return tuple(
        Latch(
            trigger=result.key,
            since=result.latched_since or judged.as_of,
            sentence=result.first_breach or result.reason,
            record=newest["evidence_hash"],
        )
        for result in judged.results
        if result.key in judged.breached and result.decides
    )
