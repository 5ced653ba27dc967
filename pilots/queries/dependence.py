"""What a pilot's page says of the models it depends on: canaries, and how far open is from closed on its own tasks."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Min

from evaluations.models import CanaryLook, RunTarget
from evaluations.models.catalogue import Weights
from evaluations.models.run import RunState
from evaluations.queries import lifecycle
from evaluations.queries.comparability import differences
from evaluations.queries.fine_tunes import Regression, regression
from evaluations.queries.lifecycle import Lifecycle
from evaluations.queries.pairs import Paired, paired
from pilots.models import Candidate, Pilot
from pilots.models.candidate import Role
from pilots.models.schedule import Purpose
from pilots.queries.drills import Readiness, readiness

OPEN = (Weights.OPEN, Weights.GATED)
LOOKED_AT = 20


@dataclass(frozen=True)
class Dependence:
    """`open_against_closed` is the newest finished run that asked both the same tasks: open minus closed."""

    readiness: Readiness
    canaries: list[CanaryLook]
    ends: list[tuple[Candidate, Lifecycle]]
    open_against_closed: Paired | None
    fine_tune: Regression | None
    next_drill: datetime | None = None
    next_canary: datetime | None = None

    @property
    def alarms(self) -> list[CanaryLook]:
        """Those that nobody has looked into yet."""
        return [look for look in self.canaries if look.alarm and not hasattr(look, "acceptance")]


def load(pilot: Pilot, *, now: datetime) -> Dependence:
    candidates = list(
        pilot.candidates.filter(deployment__isnull=False).select_related(
            "deployment__model", "deployment__host"
        )
    )
    cycles = lifecycle.of_deployments([each.deployment for each in candidates if each.deployment])
    primary = next((each for each in candidates if each.role == Role.PRIMARY), None)
    due = _due(pilot)
    return Dependence(
        readiness=readiness(pilot, now=now),
        canaries=newest_looks({each.deployment_id for each in candidates if each.deployment_id}),
        ends=[
            (each, cycles[each.deployment_id])
            for each in candidates
            if each.deployment_id and cycles[each.deployment_id].known
        ],
        open_against_closed=_open_against_closed(pilot),
        fine_tune=regression(primary.deployment.model, until=now) if primary and primary.deployment else None,
        next_drill=due.get(Purpose.DRILL),
        next_canary=due.get(Purpose.CANARY),
    )


def _due(pilot: Pilot) -> dict[str, datetime]:
    """When the next drill and the next canary are due, by purpose."""
    planned = pilot.schedules.filter(enabled=True, next_run_at__isnull=False).order_by()
    return dict(
        planned.values("purpose").annotate(Min("next_run_at")).values_list("purpose", "next_run_at__min")
    )


def newest_looks(deployments: set[int]) -> list[CanaryLook]:
    """The newest look at each way a deployment is watched."""
    found = CanaryLook.objects.filter(deployment__in=deployments).select_related(
        "deployment", "acceptance__by"
    )
    return list(
        found.order_by("deployment_id", "fingerprint", "-series", "-number").distinct(
            "deployment_id", "fingerprint"
        )
    )


def _open_against_closed(pilot: Pilot) -> Paired | None:
    newest = pilot.runs.filter(run__state=RunState.DONE).order_by("-run_id").values_list("run_id", flat=True)
    targets = RunTarget.objects.filter(run__in=list(newest[:LOOKED_AT])).select_related("deployment__model")
    by_run: dict[int, list[RunTarget]] = {}
    for target in targets.order_by("-run_id", "id"):
        by_run.setdefault(target.run_id, []).append(target)
    for asked in by_run.values():
        opened = [each for each in asked if each.deployment.model.weights in OPEN]
        closed = [each for each in asked if each.deployment.model.weights == Weights.CLOSED]
        if opened and closed and not differences(closed[0], opened[0]):
            return paired(closed[0], opened[0])
    return None
