"""A file that was checked, kept for half an hour, so that it need not be chosen again to be imported."""

import uuid
from dataclasses import dataclass
from io import BytesIO
from typing import IO

from django.core.cache import cache

KEPT_S = 1800
LARGEST = 25 * 1024 * 1024  # bytes; a larger one must be chosen again


@dataclass(frozen=True, slots=True)
class Source:
    """A file by its name, "" for pasted text."""

    name: str
    stream: IO[bytes]


def keep(source: Source, *, owner: str) -> uuid.UUID | None:
    """A ticket for `found`, None for a file that is too large to be kept. `owner` says who may fetch it, and for what."""
    source.stream.seek(0)
    data = source.stream.read(LARGEST + 1)
    source.stream.seek(0)
    if len(data) > LARGEST:
        return None
    ticket = uuid.uuid4()
    cache.set(_key(ticket, owner), (source.name, data), KEPT_S)
    return ticket


def found(ticket: uuid.UUID, *, owner: str) -> Source | None:
    kept = cache.get(_key(ticket, owner))
    return Source(kept[0], BytesIO(kept[1])) if kept else None


def _key(ticket: uuid.UUID, owner: str) -> str:
    return f"kept-file:{owner}:{ticket}"
