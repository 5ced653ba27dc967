"""The batches that one worker has taken of a run: the next is claimed when a lane has handed out the last question of
the one before, so that no lane stands still in between."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field

from evaluations.actions.batches import Claim
from evaluations.models import Batch, Case, Result, Run, RunTarget
from evaluations.models.run import Outcome

Cell = tuple[int, int, int]  # target, case, repeat


@dataclass(slots=True, eq=False)
class Part:
    """A claimed batch. `left` counts its cells without a stored result; `unreached` when one is worth another round,
    `faults` when one failed on our side."""

    claim: Claim
    cases: Sequence[Case]
    answered: set[Cell]
    left: int
    unreached: bool = False
    faults: bool = False


def open_part(claim: Claim, run: Run, targets: Sequence[RunTarget]) -> Part:
    batch = Batch.objects.get(pk=claim.batch_id)
    of_batch = Case.objects.filter(
        version=run.suite_version_id, pk__gte=batch.first_case, pk__lte=batch.last_case
    )
    answered = Result.objects.filter(target__in=targets, case__in=of_batch).exclude(
        outcome=Outcome.INFRA_ERROR
    )
    cases = list(of_batch.order_by("pk"))
    cells = set(answered.values_list("target_id", "case_id", "repeat"))
    return Part(claim, cases, cells, len(cases) * len(targets) * run.repeats - len(cells))


@dataclass(slots=True)
class Parts:
    """`take` claims the next one, None when there is none for this worker; it is called by one lane at a time.

    `at_once` is how many may be under way: a fast lane does not run away from a slow one.
    """

    take: Callable[[], Awaitable[Part | None]]
    at_once: int
    under_way: list[Part] = field(default_factory=list)
    begun: list[Part] = field(default_factory=list)
    _over: bool = False
    _changed: asyncio.Condition = field(default_factory=asyncio.Condition)

    async def number(self, place: int) -> Part | None:
        """The part at this place, for each lane the same one. Waits while too many are under way."""
        async with self._changed:
            await self._changed.wait_for(
                lambda: place < len(self.begun) or self._over or len(self.under_way) < self.at_once
            )
            if place == len(self.begun) and not self._over:
                part = await self.take()
                self._over = part is None
                if part is not None:
                    self.begun.append(part)
            return self.begun[place] if place < len(self.begun) else None

    async def done(self, part: Part) -> None:
        """It is finished, and not `under_way` any more."""
        part.cases, part.answered = (), set()
        async with self._changed:
            self._changed.notify_all()
