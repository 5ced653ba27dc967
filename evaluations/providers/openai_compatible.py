"""Any host that speaks OpenAI's chat completions: OpenAI, vLLM, Ollama, llama.cpp, TGI, gateways, Azure."""

from __future__ import annotations

from typing import Any, Literal
from urllib.parse import quote

import httpx2
import openai

from evaluations.providers.connection import PLACEHOLDER, timeouts
from evaluations.providers.credentials import Credential
from evaluations.providers.exchange import exchange
from evaluations.providers.protocol import Answer, Outcome, Request
from evaluations.providers.reading import Reading, at, count_at, joined_text, text_at
from evaluations.providers.streams import ChatCompletion

AZURE_HEADERS = {"api-key": PLACEHOLDER}
LimitField = Literal["max_tokens", "max_completion_tokens"]


class OpenAICompatible:
    """`limit_field` is `max_completion_tokens` for OpenAI's own reasoning models, which refuse the other.

    With an `azure_version`, `base_url` is the resource (https://NAME.openai.azure.com) and `model` a deployment there.
    """

    def __init__(
        self,
        *,
        base_url: str,
        model: str,
        credential: Credential,
        http: httpx2.AsyncClient,
        limit_field: LimitField = "max_tokens",
        streams: bool = False,
        azure_version: str = "",
    ) -> None:
        self._model = model
        self._streams = streams
        self._azure = bool(azure_version)
        self._credential = credential
        self._limit_field = limit_field
        self._client = openai.AsyncOpenAI(
            base_url=f"{base_url.rstrip('/')}/openai/deployments/{quote(model)}"
            if azure_version
            else base_url,
            api_key=PLACEHOLDER,
            max_retries=0,
            default_query={"api-version": azure_version} if azure_version else None,
            default_headers=AZURE_HEADERS if azure_version else None,
            http_client=http,
        )

    def __repr__(self) -> str:
        return f"OpenAICompatible(model={self._model!r})"

    async def ask(self, request: Request) -> Answer:
        parameters, limits = self._parameters(request), timeouts(request.timeout_s)

        async def send() -> httpx2.Response:
            try:
                if self._streams:
                    raw = await self._client.chat.completions.with_raw_response.create(
                        **parameters, timeout=limits
                    )
                    streamed: httpx2.Response = raw.http_response
                    return streamed
                # The typed method walks through all types of its parameters anew for each call: a third of its time.
                headers = parameters.pop("extra_headers", {})
                return await self._client.post(
                    "/chat/completions",
                    cast_to=httpx2.Response,
                    body=parameters,
                    options={"timeout": limits, "headers": headers},
                )
            except openai.APIStatusError as error:
                return error.response

        return await exchange(
            send,
            read,
            assembly=ChatCompletion,
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
        if self._azure:
            # Azure takes the key under a name of its own, and a bearer only from its own directory.
            parameters["extra_headers"] = {"Authorization": openai.Omit()}
        if self._streams:
            parameters |= {"stream": True, "stream_options": {"include_usage": True}}
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
