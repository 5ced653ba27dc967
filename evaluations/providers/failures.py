"""Whose failure is it? One rule: until the host has taken the question, it is ours; from then on the model's.

A limit set on us (429), our credential or our settings stay ours even when the host says so.

| what happened                                                  | outcome       | whose       |
|----------------------------------------------------------------|---------------|-------------|
| secret missing or unreadable                                   | `infra_error` | ours        |
| host not allowed, metadata address, redirect (3xx)             | `infra_error` | ours        |
| name not found, connection refused, no route, TLS, connect time | `infra_error` | ours       |
| 401 402 403 404 405 407 (key, plan, model id, path), other 4xx | `infra_error` | ours        |
| 429 too many requests, with Retry-After                        | `infra_error` | ours        |
| no complete answer within `timeout_s`; 408, 504                | `timeout`     | the model's |
| 5xx, 529 overloaded                                            | `error`       | the model's |
| 413, or 400 that says the question exceeds the model's context | `error`       | the model's |
| connection lost, body cut off, not JSON, no choice, no text    | `error`       | the model's |
| an error reported in the body of a 200                         | `error`       | the model's |
| a refusal of the model (`refusal`, `stop_reason=refusal`)      | `refused`     | the model's |
| a content filter (`finish_reason=content_filter`, 4xx saying so) | `blocked`   | the model's |
| text, also when cut off at max_tokens (noted in the detail)    | `ok`          | –           |

`infra_error` may be tried again and leaves the denominator; every other outcome stays in it.
"""

from __future__ import annotations

import json
import re
import ssl
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

import httpx2

from evaluations.providers.credentials import MissingCredential
from evaluations.providers.destinations import DestinationRefused
from evaluations.providers.protocol import Outcome
from evaluations.providers.reading import text_at

SECONDS = re.compile(r"\d{1,9}(\.\d+)?")
DETAIL_LIMIT = 300  # characters: hosts quote the question in their messages
FILTER_CODES = frozenset({"content_filter", "content_policy_violation", "responsibleaipolicyviolation"})
CONTEXT_CODES = frozenset({"context_length_exceeded", "exceed_context_size_error"})
CONTEXT_PHRASES = ("context length", "context window", "context size", "prompt is too long")

REMEDIES = {
    401: "The host did not accept the credential. Check the variable that holds it.",
    402: "The host asks for payment. Check plan and balance there.",
    403: "The credential may not use this model. Check its rights at the host.",
    404: "The host knows no such model or path. Check model id and base URL.",
    407: "A proxy asks for a login. Ask your network team.",
}


@dataclass(frozen=True, slots=True)
class Failure:
    outcome: Outcome
    detail: str
    http_status: int | None = None
    retry_after_s: float | None = None
    error: str = ""


def of_status(response: httpx2.Response, now: datetime) -> Failure:
    """The failure behind a response that is not a success; `now` resolves a Retry-After given as a date."""
    status = response.status_code
    code, message = _said(response)
    outcome, meaning = _meaning(status, code, message)
    said = ": ".join(part for part in (code, message) if part)
    detail = f"HTTP {status}. {meaning}" + (f" The host says: {said}" if said else "")
    return Failure(
        outcome, detail[:DETAIL_LIMIT], status, retry_after(response.headers, now), f"HTTP {status}"
    )


def _meaning(status: int, code: str, message: str) -> tuple[Outcome, str]:
    if status < 400:
        return "infra_error", "Redirects are not followed. Set the base URL to the final address."
    if status == 429:
        return "infra_error", "Too many requests for this account. Ask again later, or lower the concurrency."
    if status in (408, 504):
        return "timeout", "The host gave up waiting for the model."
    if status >= 500:
        return "error", "The host failed."
    if code.lower() in FILTER_CODES:
        return "blocked", "A content filter at the host stopped the question."
    if status == 413 or code in CONTEXT_CODES or any(phrase in message.lower() for phrase in CONTEXT_PHRASES):
        return "error", "The question is longer than the model can take."
    return "infra_error", REMEDIES.get(
        status, "The host did not accept our request. Check the deployment's settings."
    )


def _said(response: httpx2.Response) -> tuple[str, str]:
    """Code and message of an error body, as OpenAI, Azure (inner code) and Anthropic (type) put them."""
    try:
        body = json.loads(response.content)
    except ValueError:
        return "", ""
    inner = text_at(body, "error", "innererror", "code")
    code = (
        inner
        if inner.lower() in FILTER_CODES
        else text_at(body, "error", "code") or text_at(body, "error", "type")
    )
    return code, text_at(body, "error", "message") or text_at(body, "message") or text_at(body, "error")


def retry_after(headers: Mapping[str, str], now: datetime) -> float | None:
    """Seconds to wait as the host asks (`Retry-After` in seconds or as an HTTP date), never negative."""
    value = headers.get("retry-after", "").strip()
    if SECONDS.fullmatch(value):
        return float(value)
    return _until(value, now)


def _until(date: str, now: datetime) -> float | None:
    try:
        moment = parsedate_to_datetime(date)
    except ValueError:
        return None
    moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return max(0.0, (moment - now).total_seconds())


def of_exception(error: BaseException) -> Failure:
    """The failure behind an exception of the call. The SDKs wrap theirs, so the chain of causes is read."""
    causes = _causes(error)
    return replace(_behind(causes), error=type(causes[-1]).__name__)


def _behind(causes: list[BaseException]) -> Failure:
    for cause in causes:
        if isinstance(cause, MissingCredential | DestinationRefused):
            return Failure("infra_error", str(cause))
        if isinstance(cause, httpx2.ConnectTimeout | httpx2.PoolTimeout):
            return Failure(
                "infra_error", "No connection in time. Check that the host is up and can be reached."
            )
        if isinstance(cause, httpx2.ConnectError | ssl.SSLError):
            return Failure(
                "infra_error", "Cannot connect. Check base URL, certificate and that the host is up."
            )
        if isinstance(cause, httpx2.UnsupportedProtocol | httpx2.InvalidURL):
            return Failure(
                "infra_error", "The base URL cannot be used. Write it like https://api.example.com/v1."
            )
        if isinstance(cause, httpx2.TimeoutException | TimeoutError):
            return Failure("timeout", "No complete answer within the time limit.")
    return Failure("error", "The connection broke before the answer was complete.")


def _causes(error: BaseException) -> list[BaseException]:
    chain: list[BaseException] = []
    current: BaseException | None = error
    while current is not None and current not in chain:
        chain.append(current)
        current = current.__cause__
    return chain
