"""Anthropic's messages, and gateways that speak them."""

from __future__ import annotations

from typing import Any

import anthropic
import httpx2

from evaluations.providers.connection import PLACEHOLDER, timeouts
from evaluations.providers.credentials import Credential
from evaluations.providers.exchange import exchange
from evaluations.providers.protocol import Answer, Outcome, Request
from evaluations.providers.reading import Reading, at, count_at, joined_text, text_at
from evaluations.providers.streams import AnthropicMessage

CUT = ("max_tokens", "model_context_window_exceeded")


class Anthropic:
    """The format knows no seed: a request's seed is not sent. The base URL goes without `/v1`."""

    def __init__(
        self,
        *,
        base_url: str,
        model: str,
        credential: Credential,
        http: httpx2.AsyncClient,
        streams: bool = False,
    ) -> None:
        self._model = model
        self._streams = streams
        self._credential = credential
        self._client = anthropic.AsyncAnthropic(
            base_url=base_url.rstrip("/").removesuffix("/v1"),  # the SDK adds it
            api_key=PLACEHOLDER,
            max_retries=0,
            open_telemetry=False,
            http_client=http,
        )

    def __repr__(self) -> str:
        return f"Anthropic(model={self._model!r})"

    async def ask(self, request: Request) -> Answer:
        async def send() -> httpx2.Response:
            try:
                raw = await self._client.messages.with_raw_response.create(
                    **self._parameters(request), timeout=timeouts(request.timeout_s)
                )
            except anthropic.APIStatusError as error:
                return error.response
            response: httpx2.Response = raw.http_response
            return response

        return await exchange(
            send,
            read,
            assembly=AnthropicMessage,
            credential=self._credential,
            timeout_s=request.timeout_s,
            sdk_errors=(anthropic.AnthropicError,),
        )

    def _parameters(self, request: Request) -> dict[str, Any]:
        parameters: dict[str, Any] = {
            "model": self._model,
            "messages": [{"role": message.role, "content": message.content} for message in request.messages],
            "max_tokens": request.max_tokens,
        }
        if request.system:
            parameters["system"] = request.system
        if self._streams:
            parameters["stream"] = True
        schema = request.output_schema()
        if schema is not None:
            parameters["output_config"] = {"format": {"type": "json_schema", "schema": schema}}
        if request.temperature is not None:
            # No parameter of the SDK any more, but still part of the format for the models that take it.
            parameters["extra_body"] = {"temperature": request.temperature}
        return parameters

    async def aclose(self) -> None:
        await self._client.close()

    async def __aenter__(self) -> Anthropic:
        return self

    async def __aexit__(self, *exc: object) -> None:
        await self.aclose()


def read(body: object) -> Reading:
    """The text blocks of a message. Its `input_tokens` leave out what a cache read or wrote; ours do not."""
    stop = text_at(body, "stop_reason")
    text = joined_text(at(body, "content"))
    outcome, detail = _outcome(body, text, stop)
    cached = count_at(body, "usage", "cache_read_input_tokens")
    written = count_at(body, "usage", "cache_creation_input_tokens")
    fresh = count_at(body, "usage", "input_tokens")
    return Reading(
        outcome=outcome,
        text=text,
        detail=detail,
        model_returned=text_at(body, "model"),
        finish_reason=stop,
        input_tokens=None if fresh is None else fresh + (cached or 0) + (written or 0),
        output_tokens=count_at(body, "usage", "output_tokens"),
        cached_tokens=cached,
        cache_write_tokens=written,
        reasoning_tokens=count_at(body, "usage", "output_tokens_details", "thinking_tokens"),
    )


def _outcome(body: object, text: str, stop: str) -> tuple[Outcome, str]:
    if stop == "refusal":
        category = text_at(body, "stop_details", "category")
        return "refused", f"The model declined ({category})." if category else "The model declined."
    if text_at(body, "type") == "error":
        return (
            "error",
            f"The host reported an error in its answer. {text_at(body, 'error', 'message')}".strip(),
        )
    if not text.strip():
        cut = " The token limit was used up before any text." if stop in CUT else ""
        return "error", f"The answer holds no text.{cut}"
    return "ok", "Cut off at the token limit." if stop in CUT else ""
