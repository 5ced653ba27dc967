"""Takes an answer's JSON apart without trusting it: gateways leave out, rename and mistype fields."""

from __future__ import annotations

from dataclasses import dataclass

from evaluations.providers.protocol import Outcome


@dataclass(frozen=True, slots=True)
class Reading:
    """What a body said, before times and status are added. Token counts as in Answer."""

    outcome: Outcome
    text: str = ""
    detail: str = ""
    model_returned: str = ""
    finish_reason: str = ""
    input_tokens: int | None = None
    output_tokens: int | None = None
    cached_tokens: int | None = None
    cache_write_tokens: int | None = None
    reasoning_tokens: int | None = None
    error: str = ""


def at(body: object, *path: str | int) -> object:
    """The value at a path of keys and positions, None where the path ends early."""
    for step in path:
        if isinstance(step, str) and isinstance(body, dict):
            body = body.get(step)
        elif isinstance(step, int) and isinstance(body, list) and step < len(body):
            body = body[step]
        else:
            return None
    return body


def text_at(body: object, *path: str | int) -> str:
    """The string at a path, "" for anything else."""
    found = at(body, *path)
    return found if isinstance(found, str) else ""


def count_at(body: object, *path: str | int) -> int | None:
    """The count at a path; None for anything that is no count (a boolean, a negative or a broken number)."""
    found = at(body, *path)
    if isinstance(found, bool) or not isinstance(found, int | float) or found < 0 or found != found // 1:
        return None
    return int(found)


def joined_text(parts: object) -> str:
    """The text of a content that is a string or a list of parts of which some are text."""
    if isinstance(parts, str):
        return parts
    if not isinstance(parts, list):
        return ""
    return "".join(
        text_at(part, "text") for part in parts if text_at(part, "type") in ("text", "output_text")
    )
