"""One endpoint of a run and the questions it gets, a few at a time. Knows no rows."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from evaluations.actions.asking import Asked, Patience, ask
from evaluations.providers.destinations import AllowedHosts
from evaluations.providers.opening import Endpoint, open_provider
from evaluations.providers.protocol import Answer, Provider, Request

PATIENCE = Patience()
# Questions in a row that failed on our side; from then on each gets one attempt, until one works.
UNREACHABLE_AFTER = 5


@dataclass(frozen=True, slots=True)
class Question:
    """One cell of the plan, still empty."""

    target_id: int
    case_id: int
    repeat: int
    request: Request
    expected: object
    must_abstain: bool


Questions = AsyncIterator[Question]
Take = Callable[[Question, Asked], Awaitable[None]]


@dataclass(slots=True)
class Lane:
    """All targets of a run that share an endpoint; `concurrency` questions are on their way at any time."""

    endpoint: Endpoint
    allowed: AllowedHosts
    concurrency: int
    patience: Patience = PATIENCE
    failed_in_a_row: int = 0

    async def run(self, questions: Questions, take: Take) -> None:
        """Asks every question once and hands each answer to `take`; waits when `take` does."""
        waiting: asyncio.Queue[Question | None] = asyncio.Queue(maxsize=self.concurrency)
        async with open_provider(self.endpoint, self.allowed) as provider, asyncio.TaskGroup() as group:
            for _ in range(self.concurrency):
                group.create_task(self._work(provider, waiting, take))
            async for question in questions:
                await waiting.put(question)
            for _ in range(self.concurrency):
                await waiting.put(None)

    async def _work(self, provider: Provider, waiting: asyncio.Queue[Question | None], take: Take) -> None:
        while (question := await waiting.get()) is not None:
            asked = await ask(provider, question.request, self._patience_now())
            ours = asked.answer.outcome == "infra_error"
            self.failed_in_a_row = self.failed_in_a_row + 1 if ours else 0
            await take(question, asked)

    def _patience_now(self) -> Patience:
        unreachable = self.failed_in_a_row >= UNREACHABLE_AFTER
        return replace(self.patience, attempts=1) if unreachable else self.patience


@dataclass(frozen=True, slots=True)
class ClosedLane:
    """Targets that cannot be asked on this instance now: every question gets the reason as its answer."""

    reason: str

    async def run(self, questions: Questions, take: Take) -> None:
        async for question in questions:
            refusal = Answer(
                text="",
                outcome="infra_error",
                latency_s=0.0,
                started_at=datetime.now(UTC),
                error_detail=self.reason,
            )
            await take(question, Asked(refusal, attempts=0))
