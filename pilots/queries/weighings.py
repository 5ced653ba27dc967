"""How far a worker has come with what was asked about faulty measurements."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.core.cache import cache
from redis.exceptions import RedisError

from pilots.models import Pilot, Weighing
from pilots.models.weighing import WeighingAct as Act
from pilots.models.weighing import WeighingState

STEP = "weighing:{}"
WAITS = "It waits for a worker."
STEPS: dict[str, tuple[str, ...]] = {
    Act.MARK: (
        WAITS,
        "Its measurements are counted.",
        "The pilot is judged with them.",
        "The measurements that remain are read.",
        "The pilot is judged without them.",
    ),
    Act.SECOND: (WAITS, "Its measurements leave the count.", "The pilot is judged without them."),
    Act.RELEASE: (WAITS, "Its measurements come back into the count.", "The pilot is judged with them."),
}
TITLES: dict[str, str] = {
    Act.MARK: "Being weighed: what would change",
    Act.SECOND: "Being taken out of the count",
    Act.RELEASE: "Being counted again",
}
DONE: dict[str, str] = {
    Act.SECOND: "In force. The pilot was judged again without these measurements.",
    Act.RELEASE: "Released. The measurements count again, and the pilot was judged.",
}
UNDONE: dict[str, str] = {Act.MARK: "Not marked", Act.SECOND: "Still counted", Act.RELEASE: "Not released"}
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
        return len(STEPS[self.weighing.act]) - 1

    @property
    def title(self) -> str:
        return TITLES[self.weighing.act]

    @property
    def sentence(self) -> str:
        return STEPS[self.weighing.act][self.step]

    @property
    def refused(self) -> str:
        return f"{UNDONE[self.weighing.act]}: {self.weighing.refusal}"

    @property
    def outcome(self) -> str:
        """Of one that is done."""
        assert self.weighing.quarantine is not None
        if self.weighing.act in DONE:
            return DONE[self.weighing.act]
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
    return step if isinstance(step, int) and 0 <= step < len(STEPS[weighing.act]) else 0
