"""One question, asked until there is an answer that counts. Knows no rows."""

import asyncio
import random
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace

from evaluations.providers.protocol import Answer, Provider, Request

TRANSIENT_STATUS = frozenset({408, 429, 500, 502, 503, 504, 529})


@dataclass(frozen=True, slots=True)
class Patience:
    """How long to try. The last is the longest wait that a host may ask for; the others are our own."""

    attempts: int = 4
    first_wait_s: float = 0.5
    longest_wait_s: float = 20.0
    longest_retry_after_s: float = 60.0


@dataclass(frozen=True, slots=True)
class Asked:
    answer: Answer
    attempts: int


def transient(answer: Answer) -> bool:
    """Worth another try: the host is busy or failing, cannot be reached, or the connection broke.

    A question that the host took and did not answer in time is not: that is what the model does.
    """
    if answer.http_status is not None:
        return answer.http_status in TRANSIENT_STATUS
    return answer.outcome in {"infra_error", "error"}


async def ask(
    provider: Provider,
    request: Request,
    patience: Patience,
    *,
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    chance: Callable[[], float] = random.random,
) -> Asked:
    """The first answer that is not transient, or the last one after all attempts. Its latency is its own alone."""
    attempts = 0
    while True:
        answer = await provider.ask(request)
        attempts += 1
        if not transient(answer):
            return Asked(answer, attempts)
        if attempts >= patience.attempts:
            return Asked(answer, attempts)
        wait = _wait(answer, attempts, patience, chance())
        if wait is None:
            return Asked(_told_to_wait(answer), attempts)
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
