"""Could the fallback take over? How ready it is, and how far behind in quality and time, on the very same tasks."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from evaluations.models import RunTarget
from evaluations.models.run import RunState
from evaluations.queries.comparability import differences
from evaluations.queries.pairs import Paired, paired
from pilots.models import Candidate, Pilot, PilotRun
from pilots.models.candidate import Role
from pilots.models.schedule import Purpose

FRESH = timedelta(days=30)


class Level(StrEnum):
    """Rungs of the ladder. Only a drill leads above the second."""

    NONE = "none"
    PLANNED = "planned"
    STALE = "stale"
    READY = "ready"


WORDS = {
    Level.NONE: "No fallback plan",
    Level.PLANNED: "A plan, never drilled",
    Level.STALE: "Drilled, but too long ago",
    Level.READY: f"Drilled within {FRESH.days} days",
}


@dataclass(frozen=True)
class Readiness:
    """`drill` is the newest one in which the fallback answered; `failed` the newest that was none, if later."""

    level: Level
    drilled_at: datetime | None = None
    drill: Paired | None = None
    primary: str = ""
    fallback: str = ""
    failed: str = ""

    @property
    def words(self) -> str:
        return WORDS[self.level]


def readiness(pilot: Pilot, *, now: datetime) -> Readiness:
    """Reads the pilot's newest drills; a handful of queries."""
    drills, failed = _drills(pilot), ""
    names = {each.slug: each for each in pilot.candidates.all()} if drills else {}
    for link in drills:
        pair = _pair(link, names)
        found = paired(*pair) if pair and link.run.state == RunState.DONE else None
        if pair is None or found is None or not found.n:
            failed = failed or f"Run {link.run_id}: {link.run.failure or 'the fallback gave no answer'}"
            continue
        at = link.run.finished_at or link.run.created_at
        return Readiness(
            level=Level.READY if now - at <= FRESH else Level.STALE,
            drilled_at=at,
            drill=found,
            primary=names[pair[0].key].name,
            fallback=names[pair[1].key].name,
            failed=failed,
        )
    planned = bool(pilot.fallback_plan.strip())
    return Readiness(level=Level.PLANNED if planned else Level.NONE, failed=failed)


def _drills(pilot: Pilot) -> list[PilotRun]:
    ended = [RunState.DONE, RunState.FAILED]
    drills = pilot.runs.filter(schedule__purpose=Purpose.DRILL, run__state__in=ended)
    return list(drills.select_related("run").order_by("-id")[:10])


def _pair(link: PilotRun, names: dict[str, Candidate]) -> tuple[RunTarget, RunTarget] | None:
    """Primary and fallback of one run, by the roles they have today."""
    by_role = {
        names[target.key].role: target
        for target in link.run.targets.select_related("deployment__model").order_by("-id")
        if target.key in names
    }
    primary, fallback = by_role.get(Role.PRIMARY), by_role.get(Role.FALLBACK)
    if primary is None or fallback is None or differences(primary, fallback):
        return None
    return primary, fallback
