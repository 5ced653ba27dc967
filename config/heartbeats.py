"""Signs of life of workers and beat: for the health check of their container, the status page and the metrics."""

import json
import os
import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from redis import Redis

from pilots.actions.redis_link import LINK, Unreachable

SHOWN_EVERY = 5.0  # seconds
FORGOTTEN_AFTER = 60  # seconds
PREFIX = "pilotage:alive:"
_last: dict[str, float] = {}


@dataclass(frozen=True)
class Part:
    """A worker or a beat that showed itself within the last minute. `seconds_ago` by the clocks of two machines."""

    kind: str
    name: str
    seconds_ago: float
    said: Mapping[str, Any]


def show(kind: str, name: str, said: Mapping[str, Any]) -> None:
    """Never raises: a sign that is not seen is the sign."""
    now = time.time()
    if now - _last.get(name, 0.0) < SHOWN_EVERY:
        return
    _last[name] = now
    if alive := os.environ.get("PILOTAGE_ALIVE_FILE"):
        Path(alive).touch()
    with suppress(Unreachable):
        LINK.ask(lambda redis: _write(redis, kind, name, {**said, "at": now}))


def shown() -> list[Part] | None:
    """All that live, by kind and name; None when Redis cannot tell."""
    try:
        found = LINK.ask(_read)
    except Unreachable:
        return None
    now = time.time()
    parts = [
        Part(
            kind=key.split(":")[2],
            name=key.split(":", 3)[3],
            seconds_ago=max(0.0, now - said.pop("at")),
            said=said,
        )
        for key, said in found
    ]
    return sorted(parts, key=lambda part: (part.kind, part.name))


def _write(redis: Redis, kind: str, name: str, said: Mapping[str, Any]) -> None:
    redis.set(f"{PREFIX}{kind}:{name}", json.dumps(said), ex=FORGOTTEN_AFTER)


def _read(redis: Redis) -> list[tuple[str, dict[str, Any]]]:
    keys = [key.decode() for key in redis.scan_iter(match=f"{PREFIX}*", count=500)]
    values = redis.mget(keys) if keys else []
    return [(key, json.loads(value)) for key, value in zip(keys, values, strict=True) if value is not None]
