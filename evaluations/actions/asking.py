"""One question, asked until there is an answer that counts. Knows no rows."""

import asyncio
import random
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from typing import Protocol

from evaluations.providers.protocol import Answer, Request

TRANSIENT_STATUS = frozenset({408, 429, 500, 502, 503, 504, 529})
Note = Callable[[Answer], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Patience:
    """How long to try. The last is the longest wait that a host may ask for; the others are our own.

    `until` is a moment of the monotonic clock: no attempt begins after it.
    """

    attempts: int = 4
    first_wait_s: float = 0.5
    longest_wait_s: float = 20.0
    longest_retry_after_s: float = 60.0
    until: float | None = None


class Askable(Protocol):
    async def ask(self, request: Request) -> Answer: ...


@dataclass(frozen=True, slots=True)
class Asked:
    """`worth_another` when it may well succeed some minutes later, since the host could not be reached or was busy."""

    answer: Answer
    attempts: int
    worth_another: bool = False


def transient(answer: Answer) -> bool:
    """Worth another try: the host is busy or failing, cannot be reached, or the connection broke.

    A question that the host took and did not answer in time is not: that is what the model does.
    """
    if answer.http_status is not None:
        return answer.http_status in TRANSIENT_STATUS
    return answer.outcome in {"infra_error", "error"}


async def nobody(_: Answer) -> None:
    """Notes nothing."""


async def ask(
    provider: Askable,
    request: Request,
    patience: Patience,
    *,
    note: Note = nobody,
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    chance: Callable[[], float] = random.random,
    clock: Callable[[], float] = time.monotonic,
) -> Asked:
    """The first answer that is not transient, or the last one after all attempts. Its latency is its own alone.

    `note` gets the answer of each attempt as it comes.
    """
    attempts = 0
    while True:
        answer = await provider.ask(request)
        attempts += 1
        await note(answer)
        if not transient(answer):
            return Asked(answer, attempts)
        later = answer.outcome == "infra_error"
        if attempts >= patience.attempts:
            return Asked(answer, attempts, later)
        wait = _wait(answer, attempts, patience, chance())
        if wait is None:
            return Asked(_told_to_wait(answer), attempts, later)
        if patience.until is not None and clock() + wait > patience.until:
            return Asked(answer, attempts)
        await sleep(wait)


def _wait(answer: Answer, attempts: int, patience: Patience, chance: float) -> float | None:
    """Seconds until the next attempt, None when the host asks for more than we grant.

    Spread at random, so that many questions turned away together do not come back together.
    """
    own = min(patience.longest_wait_s, patience.first_wait_s * 2.0 ** (attempts - 1))
    if answer.retry_after_s is None:
        return own * chance
    if answer.retry_after_s > patience.longest_retry_after_s:
        return None
    return answer.retry_after_s + own * chance


def _told_to_wait(answer: Answer) -> Answer:
    return replace(
        answer,
        error_detail=f"{answer.error_detail} The host asks to wait {answer.retry_after_s:.0f} s.".strip(),
    )
