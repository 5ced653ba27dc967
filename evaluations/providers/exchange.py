"""One call, timed: what all wire formats share between a request and its Answer."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import UTC, datetime

import httpx2

from evaluations.providers import failures
from evaluations.providers.credentials import REDACTED, Credential, MissingCredential, redact
from evaluations.providers.destinations import DestinationRefused
from evaluations.providers.failures import Failure
from evaluations.providers.protocol import Answer
from evaluations.providers.reading import Reading
from evaluations.providers.streams import Assembly, events, read_event
from evaluations.providers.wire import Moments

CALL_ERRORS: tuple[type[Exception], ...] = (
    httpx2.HTTPError,
    httpx2.InvalidURL,
    httpx2.StreamError,
    MissingCredential,
    DestinationRefused,
    TimeoutError,
    OSError,
)
CUT_OFF = Failure("error", "The stream broke off before the answer was complete.", error="Truncated")


async def exchange(
    send: Callable[[], Awaitable[httpx2.Response]],
    read: Callable[[object], Reading],
    *,
    assembly: Callable[[], Assembly],
    credential: Credential,
    timeout_s: float,
    sdk_errors: tuple[type[Exception], ...],
) -> Answer:
    """Sends once, within `timeout_s`, and reads the body: whole, or event by event where the host streams it.

    `sdk_errors` are what the SDK raises for a failed call.
    """
    started_at, start = datetime.now(UTC), time.monotonic()
    secret = ""
    try:
        secret = credential.resolve()
        start = time.monotonic()
        async with asyncio.timeout(timeout_s):
            response = await send()
            try:
                answer = await _received(response, read, assembly, start)
            finally:
                await response.aclose()
    except (*CALL_ERRORS, *sdk_errors) as error:
        answer = _failed(failures.of_exception(error), time.monotonic() - start)
    return _without(secret, replace(answer, started_at=started_at))


async def _received(
    response: httpx2.Response,
    read: Callable[[object], Reading],
    assembly: Callable[[], Assembly],
    start: float,
) -> Answer:
    streamed = response.headers.get("content-type", "").startswith("text/event-stream")
    if streamed and response.is_success and not response.is_stream_consumed:
        return await _streamed(response, read, assembly(), start)
    await response.aread()
    latency_s = _seconds(response, start)
    if not response.is_success:
        return _failed(failures.of_status(response, datetime.now(UTC)), latency_s)
    try:
        reading = read(json.loads(response.content))
    except (ValueError, RecursionError):
        reading = Reading(
            "error", detail="The host answered with something that is not JSON.", error="NotJSON"
        )
    return _answered(reading, response, latency_s)


async def _streamed(
    response: httpx2.Response, read: Callable[[object], Reading], assembly: Assembly, start: float
) -> Answer:
    first_token_s: float | None = None
    try:
        async for data in events(response.aiter_lines()):
            if assembly.add(read_event(data)) and first_token_s is None:
                first_token_s = _seconds(response, start)
    except (ValueError, RecursionError):
        reading = Reading("error", detail="The stream holds something that is not JSON.", error="NotJSON")
    else:
        if not assembly.complete:
            return _failed(CUT_OFF, _seconds(response, start))
        reading = read(assembly.body())
    return replace(_answered(reading, response, _seconds(response, start)), first_token_s=first_token_s)


def _seconds(response: httpx2.Response, start: float) -> float:
    """From the first byte that left to the last that came so far, as the network saw it."""
    moments: Moments | None = response.extensions.get("moments")
    return time.monotonic() - start if moments is None else moments.seconds


def _answered(reading: Reading, response: httpx2.Response, latency_s: float) -> Answer:
    return Answer(
        text=reading.text,
        outcome=reading.outcome,
        latency_s=latency_s,
        model_returned=reading.model_returned,
        finish_reason=reading.finish_reason,
        input_tokens=reading.input_tokens,
        output_tokens=reading.output_tokens,
        cached_tokens=reading.cached_tokens,
        cache_write_tokens=reading.cache_write_tokens,
        reasoning_tokens=reading.reasoning_tokens,
        error=reading.error or ("UnusableAnswer" if reading.outcome == "error" else ""),
        error_detail=reading.detail[: failures.DETAIL_LIMIT],
        http_status=response.status_code,
    )


def _failed(failure: Failure, latency_s: float) -> Answer:
    return Answer(
        text="",
        outcome=failure.outcome,
        latency_s=latency_s,
        error=failure.error,
        error_detail=failure.detail,
        retry_after_s=failure.retry_after_s,
        http_status=failure.http_status,
    )


def _without(secret: str, answer: Answer) -> Answer:
    """The answer without the secret.

    Its text loses only the whole secret: a fragment may be an ordinary word.
    """
    if not secret:
        return answer
    return replace(
        answer,
        text=answer.text.replace(secret, REDACTED),
        model_returned=redact(answer.model_returned, secret),
        finish_reason=redact(answer.finish_reason, secret),
        error_detail=redact(answer.error_detail, secret),
    )
