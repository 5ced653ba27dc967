"""Server-sent events put together to the body that the same host would have sent in one piece."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from typing import Any, Protocol

from evaluations.providers.reading import at, count_at, text_at

DONE = "[DONE]"


class Assembly(Protocol):
    """`complete` once the host has said that the answer is over; until then it may still be cut off."""

    complete: bool

    def add(self, event: object) -> bool:
        """Takes one event in; True when it brought text of the answer."""
        ...

    def body(self) -> dict[str, Any]: ...


async def events(lines: AsyncIterator[str]) -> AsyncIterator[str]:
    """The data of each event, by the rules of HTML's event streams: several `data:` lines make one event."""
    data: list[str] = []
    async for line in lines:
        if line.startswith("data:"):
            data.append(line[5:].removeprefix(" "))
        elif not line and data:
            yield "\n".join(data)
            data = []
    if data:
        yield "\n".join(data)


class ChatCompletion:
    """Chunks of OpenAI's format. Some hosts send no `[DONE]`; a finish reason is as good."""

    def __init__(self) -> None:
        self.complete = False
        self._texts: list[str] = []
        self._refusals: list[str] = []
        self._seen: dict[str, Any] = {}
        self._finish = ""

    def add(self, event: object) -> bool:
        if event == DONE:
            self.complete = True
            return False
        for name in ("model", "usage", "error"):
            if found := at(event, name):
                self._seen[name] = found
        text = text_at(event, "choices", 0, "delta", "content")
        refusal = text_at(event, "choices", 0, "delta", "refusal")
        self._texts.append(text)
        self._refusals.append(refusal)
        if finish := text_at(event, "choices", 0, "finish_reason"):
            self._finish, self.complete = finish, True
        self.complete = self.complete or "error" in self._seen
        return bool(text or refusal)

    def body(self) -> dict[str, Any]:
        message = {"content": "".join(self._texts), "refusal": "".join(self._refusals)}
        return {**self._seen, "choices": [{"message": message, "finish_reason": self._finish}]}


class AnthropicMessage:
    """Events of Anthropic's messages; usage comes in two parts, at the start and at the end."""

    def __init__(self) -> None:
        self.complete = False
        self._texts: list[str] = []
        self._message: dict[str, Any] = {}
        self._usage: dict[str, Any] = {}

    def add(self, event: object) -> bool:
        match text_at(event, "type"):
            case "message_start":
                self._message["model"] = text_at(event, "message", "model")
                self._count(at(event, "message", "usage"))
            case "content_block_delta":
                text = text_at(event, "delta", "text")
                self._texts.append(text)
                return bool(text)
            case "message_delta":
                delta = at(event, "delta")
                self._message |= delta if isinstance(delta, dict) else {}
                self._count(at(event, "usage"))
            case "message_stop":
                self.complete = True
            case "error":
                self._message |= {"type": "error", "error": at(event, "error")}
                self.complete = True
        return False

    def body(self) -> dict[str, Any]:
        content = [{"type": "text", "text": "".join(self._texts)}]
        return {"type": "message", "content": content, "usage": self._usage, **self._message}

    def _count(self, usage: object) -> None:
        if isinstance(usage, dict):
            self._usage |= {name: value for name, value in usage.items() if value is not None}
        if count_at(usage, "output_tokens") is None:
            self._usage.pop("output_tokens", None)


def read_event(data: str) -> object:
    """Raises ValueError for what is neither JSON nor the end mark."""
    return DONE if data.strip() == DONE else json.loads(data)
