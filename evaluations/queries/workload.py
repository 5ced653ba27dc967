"""How the work on runs stands, in a few cheap counts: for those who operate the workers."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Min

from evaluations.models import Batch, Run
from evaluations.models.batch import BatchState
from evaluations.models.run import RunState


@dataclass(frozen=True, slots=True)
class Workload:
    """`runs` by state, all states named; `oldest_waiting_s` is how long the first batch on offer has waited."""

    runs: Mapping[str, int]
    batches: Mapping[str, int]
    oldest_waiting_s: float


def workload(*, now: datetime) -> Workload:
    runs = dict(Run.objects.order_by().values_list("state").annotate(Count("pk")))
    batches = dict(Batch.objects.open().order_by().values_list("state").annotate(Count("pk")))
    oldest = Batch.objects.due(now=now).aggregate(Min("offered_at"))["offered_at__min"]
    return Workload(
        runs={state: runs.get(state, 0) for state in RunState.values},
        batches={state: batches.get(state, 0) for state in (BatchState.WAITING, BatchState.WORKING)},
        oldest_waiting_s=(now - oldest).total_seconds() if oldest else 0.0,
    )
