"""Any host that speaks OpenAI's chat completions: OpenAI, vLLM, Ollama, llama.cpp, TGI, gateways."""

from __future__ import annotations

from typing import Any, Literal

import httpx2
import openai

from evaluations.providers.connection import PLACEHOLDER, http_client, timeouts
from evaluations.providers.credentials import Credential
from evaluations.providers.destinations import AllowedHosts
from evaluations.providers.exchange import exchange
from evaluations.providers.protocol import Answer, Outcome, Request
from evaluations.providers.reading import Reading, at, count_at, joined_text, text_at

LimitField = Literal["max_tokens", "max_completion_tokens"]


class OpenAICompatible:
    """`limit_field` is `max_completion_tokens` for OpenAI's own reasoning models, which refuse the other."""

    def __init__(
        self,
        *,
        base_url: str,
        model: str,
        credential: Credential,
        allowed: AllowedHosts,
        limit_field: LimitField = "max_tokens",
    ) -> None:
        self._model = model
        self._credential = credential
        self._limit_field = limit_field
        self._client = openai.AsyncOpenAI(
            base_url=base_url,
            api_key=PLACEHOLDER,
            max_retries=0,
            http_client=http_client(allowed, credential),
        )

    def __repr__(self) -> str:
        return f"OpenAICompatible(model={self._model!r})"

    async def ask(self, request: Request) -> Answer:
        async def send() -> httpx2.Response:
            try:
                raw = await self._client.chat.completions.with_raw_response.create(
                    **self._parameters(request), timeout=timeouts(request.timeout_s)
                )
            except openai.APIStatusError as error:
                return error.response
            response: httpx2.Response = raw.http_response
            return response

        return await exchange(
            send,
            read,
            credential=self._credential,
            timeout_s=request.timeout_s,
            sdk_errors=(openai.OpenAIError,),
        )

    def _parameters(self, request: Request) -> dict[str, Any]:
        system = [{"role": "system", "content": request.system}] if request.system else []
        turns = [{"role": message.role, "content": message.content} for message in request.messages]
        optional = {"temperature": request.temperature, "seed": request.seed}
        parameters: dict[str, Any] = {
            "model": self._model,
            "messages": [*system, *turns],
            self._limit_field: request.max_tokens,
            **{name: value for name, value in optional.items() if value is not None},
        }
        schema = request.output_schema()
        if schema is not None:
            named = {"name": "answer", "strict": True, "schema": schema}
            parameters["response_format"] = {"type": "json_schema", "json_schema": named}
        return parameters

    async def aclose(self) -> None:
        await self._client.close()

    async def __aenter__(self) -> OpenAICompatible:
        return self

    async def __aexit__(self, *exc: object) -> None:
        await self.aclose()


def read(body: object) -> Reading:
    """The first choice of a chat completion."""
    finish = text_at(body, "choices", 0, "finish_reason")
    text = joined_text(at(body, "choices", 0, "message", "content"))
    refusal = text_at(body, "choices", 0, "message", "refusal")
    outcome, detail = _outcome(body, text, refusal, finish)
    return Reading(
        outcome=outcome,
        text=refusal if outcome == "refused" else text,
        detail=detail,
        model_returned=text_at(body, "model"),
        finish_reason=finish,
        input_tokens=count_at(body, "usage", "prompt_tokens"),
        output_tokens=count_at(body, "usage", "completion_tokens"),
        cached_tokens=count_at(body, "usage", "prompt_tokens_details", "cached_tokens"),
        cache_write_tokens=count_at(body, "usage", "prompt_tokens_details", "cache_write_tokens"),
        reasoning_tokens=count_at(body, "usage", "completion_tokens_details", "reasoning_tokens"),
    )


def _outcome(body: object, text: str, refusal: str, finish: str) -> tuple[Outcome, str]:
    if finish == "content_filter":
        return "blocked", "A content filter at the host stopped the answer."
    if refusal:
        return "refused", "The model declined."
    if at(body, "error"):
        said = text_at(body, "error", "message") or text_at(body, "error")
        return "error", f"The host reported an error in its answer. {said}".strip()
    if not at(body, "choices", 0):
        return "error", "The answer holds no choice."
    if not text.strip():
        cut = " The token limit was used up before any text." if finish == "length" else ""
        return "error", f"The answer holds no text.{cut}"
    return "ok", "Cut off at the token limit." if finish == "length" else ""
