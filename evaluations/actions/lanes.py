"""One endpoint of a batch and the questions it gets, a few at a time. Knows no rows."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime

from evaluations.actions.asking import Asked, Patience, ask
from evaluations.actions.gate import Gate
from evaluations.actions.parts import Part
from evaluations.providers.calibration import null_request, open_calibration
from evaluations.providers.destinations import AllowedHosts
from evaluations.providers.opening import Endpoint, open_provider
from evaluations.providers.protocol import Answer, Provider, Request

PATIENCE = Patience()
# Questions in a row that failed on our side; from then on each gets one attempt, until one works.
UNREACHABLE_AFTER = 5
CALIBRATE_EVERY_S = 0.25


@dataclass(frozen=True, slots=True)
class Question:
    """One cell of the plan, still empty."""

    target_id: int
    case_id: int
    repeat: int
    request: Request
    expected: object
    must_abstain: bool
    part: Part


Questions = AsyncIterator[Question]
Take = Callable[[Question, Asked], Awaitable[None]]
Note = Callable[[Question, Answer], Awaitable[None]]
Leave = Callable[[Question], bool]


@dataclass(slots=True)
class Lane:
    """All targets of a batch that share an endpoint; up to `gate.limit` questions are on their way at any time.

    `overhead_s` gathers what our own harness adds to a latency: calls of the same client, in the same loop, at the
    same time, that a null endpoint answers at once. No attempt begins after `until`, of the monotonic clock; a question
    that `leave` says so of is not asked.
    """

    endpoint: Endpoint
    allowed: AllowedHosts
    gate: Gate
    until: float | None = None
    leave: Leave = lambda question: False
    patience: Patience = PATIENCE
    failed_in_a_row: int = 0
    overhead_s: list[float] = field(default_factory=list)

    async def run(self, questions: Questions, take: Take, note: Note) -> None:
        """Asks every question and hands its answer to `take`, that of each attempt to `note`; waits when they do."""
        width = self.gate.limit
        waiting: asyncio.Queue[Question | None] = asyncio.Queue(maxsize=width)
        async with (
            open_provider(self.endpoint, self.allowed) as provider,
            self.gate.kept(),
            asyncio.TaskGroup() as around,
        ):
            calibrating = around.create_task(self._calibrate())
            async with asyncio.TaskGroup() as group:
                for _ in range(width):
                    group.create_task(
                        self._work(_Gated(provider, self.gate, self.patience), waiting, take, note)
                    )
                async for question in questions:
                    await waiting.put(question)
                for _ in range(width):
                    await waiting.put(None)
            calibrating.cancel()

    async def _work(
        self, provider: "_Gated", waiting: asyncio.Queue[Question | None], take: Take, note: Note
    ) -> None:
        while (question := await waiting.get()) is not None:
            if self.leave(question):
                continue

            async def noted(answer: Answer, question: Question = question) -> None:
                await note(question, answer)

            asked = await ask(provider, question.request, self._patience_now(), note=noted)
            ours = asked.answer.outcome == "infra_error"
            self.failed_in_a_row = self.failed_in_a_row + 1 if ours else 0
            await take(question, asked)

    async def _calibrate(self) -> None:
        async with open_calibration(self.endpoint) as provider:
            await provider.ask(null_request())  # the first one also builds what later ones find ready
            while True:
                answer = await provider.ask(null_request())
                self.overhead_s.append(answer.latency_s)
                await asyncio.sleep(CALIBRATE_EVERY_S)

    def _patience_now(self) -> Patience:
        unreachable = self.failed_in_a_row >= UNREACHABLE_AFTER
        attempts = 1 if unreachable else self.patience.attempts
        return replace(self.patience, attempts=attempts, until=self.until)


@dataclass(frozen=True, slots=True)
class ClosedLane:
    """Targets that cannot be asked on this instance now: every question gets the reason as its answer."""

    reason: str

    async def run(self, questions: Questions, take: Take, note: Note) -> None:
        async for question in questions:
            refusal = Answer(
                text="",
                outcome="infra_error",
                latency_s=0.0,
                started_at=datetime.now(UTC),
                error_detail=self.reason,
            )
            await take(question, Asked(refusal, attempts=0))


@dataclass(frozen=True, slots=True)
class _Gated:
    """A provider behind the gate of its deployment. What the host asks to wait, all workers wait."""

    provider: Provider
    gate: Gate
    patience: Patience

    async def ask(self, request: Request) -> Answer:
        async with self.gate.slot():
            answer = await self.provider.ask(request)
        if answer.retry_after_s is not None and answer.retry_after_s <= self.patience.longest_retry_after_s:
            self.gate.close_for(answer.retry_after_s)
        return answer
