"""The words every model client speaks. Frozen values, no I/O."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, Protocol, get_args

Outcome = Literal[
    "ok",  # an answer arrived
    "abstained",  # the answer says that it does not know; set by scoring.grade, never by a client
    "escalated",  # handed to a person by the workflow; set by the workflow, never by a client
    "refused",  # the model declined
    "blocked",  # a content filter at the host stopped question or answer
    "timeout",  # the host had the question and did not answer in time
    "error",  # the host had the question and failed
    "infra_error",  # ours: the question never counted as asked
]
OUTCOMES: tuple[Outcome, ...] = get_args(Outcome)


@dataclass(frozen=True, slots=True)
class Message:
    role: Literal["user", "assistant"]
    content: str


@dataclass(frozen=True, slots=True)
class Request:
    """One question to a model; the model itself belongs to the provider.

    `json_schema` constrains the answer where the host supports it. `labels` is the short form: without a
    `json_schema` it asks for `{"label": <one of them>}`. `temperature` and `seed` are sent only when set.
    `timeout_s` limits the whole call, not the wait between two bytes.
    """

    messages: tuple[Message, ...]
    system: str = ""
    labels: tuple[str, ...] = ()
    json_schema: Mapping[str, object] | None = None
    temperature: float | None = None
    max_tokens: int = 512
    seed: int | None = None
    timeout_s: float = 60.0

    def output_schema(self) -> dict[str, object] | None:
        if self.json_schema is not None:
            return dict(self.json_schema)
        return label_schema(self.labels) if self.labels else None


def label_schema(labels: tuple[str, ...]) -> dict[str, object]:
    """The JSON schema of `{"label": <one of labels>}`, accepted by the strict modes of all known hosts."""
    return {
        "type": "object",
        "properties": {"label": {"type": "string", "enum": list(labels)}},
        "required": ["label"],
        "additionalProperties": False,
    }


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back, or why nothing did. Holds no secret, also not where the host echoed one.

    Times are seconds by the monotonic clock around the raw call: connection and body included, our own
    set-up, parsing and scoring not. A token count is None when the host did not report it, never 0.
    `input_tokens` is everything read, `cached_tokens` (read from a cache) and `cache_write_tokens` are
    parts of it; `output_tokens` is everything written, `reasoning_tokens` a part of it. `first_token_s` is
    None unless the answer was streamed. `error` is the class of what went wrong. `error_detail` is a sentence
    for the owner; on an `ok` answer it
    carries a warning (cut off at the token limit).
    """

    text: str
    outcome: Outcome
    latency_s: float
    started_at: datetime | None = None
    model_returned: str = ""
    finish_reason: str = ""
    input_tokens: int | None = None
    output_tokens: int | None = None
    cached_tokens: int | None = None
    cache_write_tokens: int | None = None
    reasoning_tokens: int | None = None
    first_token_s: float | None = None
    error: str = ""
    error_detail: str = ""
    retry_after_s: float | None = None
    http_status: int | None = None


class Provider(Protocol):
    """A model on a host.

    Belongs to the event loop of its first `ask`; use it as `async with`, or call `aclose`.
    """

    async def ask(self, request: Request) -> Answer:
        """Ask once, without a retry. Never raises for a remote failure: that is an outcome of the answer."""
        ...

    async def aclose(self) -> None: ...

    async def __aenter__(self) -> Provider: ...

    async def __aexit__(self, *exc: object) -> None: ...
