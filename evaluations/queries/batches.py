"""How the work on a run stands: its batches, and what hinders them."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Max, Min, Q, Sum

from evaluations.models import Batch, Run
from evaluations.models.batch import BatchState


@dataclass(frozen=True, slots=True)
class WorkState:
    """`again_at`: when what could not be reached is asked once more. `trouble`: what the last broken worker said."""

    batches: int
    done: int
    working: int
    last_sign: datetime | None
    broken_off: int
    again_at: datetime | None
    trouble: str


def work_of(run: Run) -> WorkState:
    """Two queries."""
    batches = Batch.objects.filter(run=run).order_by()
    counted = batches.aggregate(
        batches=Count("id"),
        done=Count("id", filter=Q(state=BatchState.DONE)),
        working=Count("id", filter=Q(state=BatchState.WORKING)),
        last_sign=Max("heartbeat_at"),
        broken_off=Sum("stalls"),
        again_at=Min("not_before", filter=Q(state=BatchState.WAITING)),
    )
    troubled = batches.exclude(trouble="").order_by("-heartbeat_at").values_list("trouble", flat=True).first()
    return WorkState(**{**counted, "broken_off": counted["broken_off"] or 0}, trouble=troubled or "")
