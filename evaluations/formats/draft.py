"""A case before it belongs to a version, and the faults that keep a row from becoming one."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from evaluations.formats.text import storable, storable_json

PROVENANCES = ("real", "replayed", "synthetic", "demo")
ROLES = ("system", "user", "assistant")
LONGEST = {"id": 200, "scenario": 100, "unit_id": 200, "tag": 100, "input": 1_000_000}
MOST_TAGS = 20
MOST_MESSAGES = 500

Expected = str | list[str] | dict[str, object]
Message = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class CaseDraft:
    """`expected` is a text, texts of which any will do, or an object.

    `messages`, where there are any, are the whole conversation up to the question; `input` is then its last text.
    `variables` may be used by prompts beside `input`. `unit_id` names the item of work that several cases are about.
    """

    key: str
    input: str
    expected: Expected = ""
    scenario: str = ""
    must_abstain: bool = False
    provenance: str = "real"
    tags: Sequence[str] = ()
    unit_id: str = ""
    messages: Sequence[Message] = ()
    variables: Mapping[str, object] = field(default_factory=dict)

    def content(self) -> dict[str, object]:
        """What the content hash covers. What came later than the first versions counts only where it is used."""
        content: dict[str, object] = {
            "key": self.key,
            "input": self.input,
            "expected": self.expected,
            "scenario": self.scenario,
            "must_abstain": self.must_abstain,
            "provenance": self.provenance,
        }
        if self.tags:
            content["tags"] = list(self.tags)
        if self.unit_id:
            content["unit_id"] = self.unit_id
        if self.messages:
            content["messages"] = [dict(message) for message in self.messages]
        if self.variables:
            content["variables"] = dict(self.variables)
        return content


class BadRow(Exception):
    """What is wrong with the row at hand, and what to do."""


def text(value: object, name: str, *, required: bool = False) -> str:
    value = "" if value is None else value
    if not isinstance(value, str):
        raise BadRow(f"{name!r} must be a text. Put it in quotes.")
    if required and not value.strip():
        raise BadRow(f"{name!r} is missing or empty. Every case needs one.")
    if len(value) > LONGEST.get(name, len(value)):
        raise BadRow(f"{name!r} is longer than {LONGEST[name]} characters. Shorten it.")
    if not storable(value):
        raise BadRow(f"{name!r} holds a character that is no text (NUL or half a pair). Remove it.")
    return value


def expected(value: object) -> Expected:
    if value is None:
        return ""
    if isinstance(value, str):
        return text(value, "expected")
    if isinstance(value, dict) or (isinstance(value, list) and all(isinstance(one, str) for one in value)):
        found: Expected = _json(value, "expected")
        return found
    raise BadRow("'expected' must be a text, a list of texts or an object. Put a number in quotes.")


def variables(value: object) -> Mapping[str, object]:
    if value is None:
        return {}
    if not isinstance(value, dict) or not all(isinstance(name, str) for name in value):
        raise BadRow("'variables' must be an object of names and values.")
    for name in value:
        if not re.fullmatch(r"[A-Za-z][A-Za-z0-9_]*", name) or name in ("input", "loop", "range"):
            raise BadRow(f"A variable cannot be called {name!r}. Use letters, digits and _, and not 'input'.")
    found: Mapping[str, object] = _json(value, "variables")
    return found


def yes_or_no(value: object, name: str) -> bool:
    if not isinstance(value, bool):
        raise BadRow(f"{name!r} must be true or false, without quotes.")
    return value


def provenance(value: str) -> str:
    if value not in PROVENANCES:
        raise BadRow(f"unknown provenance {value!r}. Known: {', '.join(PROVENANCES)}.")
    return value


def tags(value: object) -> tuple[str, ...]:
    """Sorted, each once: their order says nothing."""
    if value is None:
        return ()
    if not isinstance(value, list | tuple) or not all(isinstance(one, str) and one.strip() for one in value):
        raise BadRow("'tags' must be a list of texts.")
    found = sorted({text(one.strip(), "tag") for one in value})
    if len(found) > MOST_TAGS:
        raise BadRow(f"'tags' holds more than {MOST_TAGS}. Keep those that tell cases apart.")
    return tuple(found)


def conversation(value: object) -> tuple[str, tuple[Message, ...]]:
    """The last text of the user, and all messages where there is more than this one."""
    if isinstance(value, str):
        return text(value, "input", required=True), ()
    if value is None:
        raise BadRow("'input' is missing or empty. Every case needs one.")
    if not isinstance(value, list) or not value:
        raise BadRow("'input' must be a text, or a list of chat messages.")
    if len(value) > MOST_MESSAGES:
        raise BadRow(f"'input' holds more than {MOST_MESSAGES} messages. Shorten the conversation.")
    messages = tuple(_message(one) for one in value)
    if messages[-1]["role"] != "user":
        raise BadRow("The last message must be the user's: it is what the model answers.")
    question = text(messages[-1]["content"], "input", required=True)
    return question, messages if len(messages) > 1 else ()


def _message(value: object) -> Message:
    if not isinstance(value, dict) or value.get("role") not in ROLES:
        raise BadRow(f'A message must be {{"role": "…", "content": "…"}} with a role of {", ".join(ROLES)}.')
    content = value.get("content")
    if isinstance(content, list):
        parts = [
            one.get("text") if isinstance(one, dict) and one.get("type") == "text" else None
            for one in content
        ]
        content = "\n".join(parts) if all(isinstance(one, str) for one in parts) else None  # type: ignore[arg-type]
    if not isinstance(content, str):
        raise BadRow("A message's content must be text. Images, sounds and tool calls cannot be asked yet.")
    return {"role": value["role"], "content": text(content, "input")}


def _json(value: Any, name: str) -> Any:
    if not storable_json(value):
        raise BadRow(f"{name!r} holds NaN, infinity or a character that is no text. Use numbers and texts.")
    if len(json.dumps(value)) > LONGEST["input"]:
        raise BadRow(f"{name!r} is longer than {LONGEST['input']} characters. Shorten it.")
    return value
