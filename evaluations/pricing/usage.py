"""What a call used, as far as it is known."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from evaluations.providers.protocol import Answer, Request


@dataclass(frozen=True, slots=True)
class Use:
    """Token counts as in `Answer`: cached and written ones are parts of the input, reasoning a part of the output.

    None where the host did not report a count. `taken` is False for a question that the host never took.
    """

    at: datetime
    model: str
    seconds: float
    characters: int
    input_tokens: int | None
    output_tokens: int | None
    cached_tokens: int | None = None
    cache_write_tokens: int | None = None
    reasoning_tokens: int | None = None
    images: int | None = None
    taken: bool = True

    @classmethod
    def of(cls, request: Request, answer: Answer, at: datetime) -> Use:
        asked = len(request.system) + sum(len(message.content) for message in request.messages)
        return cls(
            at=answer.started_at or at,
            model=answer.model_returned,
            seconds=answer.latency_s,
            characters=asked + len(answer.text),
            input_tokens=answer.input_tokens,
            output_tokens=answer.output_tokens,
            cached_tokens=answer.cached_tokens,
            cache_write_tokens=answer.cache_write_tokens,
            reasoning_tokens=answer.reasoning_tokens,
            taken=answer.outcome != "infra_error",
        )


@dataclass(frozen=True, slots=True)
class Quote:
    """A price as it was used, kept beside what it priced.

    `as_of` is the first day of a price entered here, and the day looked up of a published one.
    """

    kind: str
    source: str
    as_of: str
    currency: str
    components: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Cost:
    amount: Decimal
    quote: Quote
