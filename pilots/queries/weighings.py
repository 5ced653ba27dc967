"""How far a worker has come with a stretch that is to be marked as faulty."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.core.cache import cache
from redis.exceptions import RedisError

from pilots.models import Pilot, Weighing
from pilots.models.weighing import WeighingState

STEP = "weighing:{}"
STEPS = (
    "It waits for a worker.",
    "Its measurements are counted.",
    "The pilot is judged with them.",
    "The measurements that remain are read.",
    "The pilot is judged without them.",
)
SHOWN = timedelta(days=1)
"""For so long a refusal is told to who comes back to the page."""


@dataclass(frozen=True)
class Progress:
    weighing: Weighing
    step: int

    @property
    def is_open(self) -> bool:
        return self.weighing.state == WeighingState.WAITING

    @property
    def is_refused(self) -> bool:
        return self.weighing.state == WeighingState.REFUSED

    @property
    def steps(self) -> int:
        return len(STEPS) - 1

    @property
    def sentence(self) -> str:
        return STEPS[self.step]

    @property
    def refused(self) -> str:
        return f"Not marked: {self.weighing.refusal}"

    @property
    def outcome(self) -> str:
        """Of one that is done."""
        assert self.weighing.quarantine is not None
        if self.weighing.quarantine.needs_second:
            return "Proposed. It would change the verdict, so a second person must agree."
        return "Taken out of the count. The verdict is the same without these measurements."


def newest(pilot: Pilot, *, now: datetime) -> Progress | None:
    """The last one that was asked for, while there is something to tell of it."""
    found = (
        Weighing.objects.filter(pilot=pilot).select_related("asked_by", "quarantine").order_by("-id").first()
    )
    if found is None or (found.state != WeighingState.WAITING and found.asked_at < now - SHOWN):
        return None
    return Progress(found, _step(found) if found.state == WeighingState.WAITING else 0)


def _step(weighing: Weighing) -> int:
    """Told by the worker through Redis, which may be away: then nobody knows how far it is."""
    try:
        step = cache.get(STEP.format(weighing.pk), 0)
    except RedisError:
        return 0
    return step if isinstance(step, int) and 0 <= step < len(STEPS) else 0
