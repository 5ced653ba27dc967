"""Tokens as this process has read them: for seconds, and only while no token has been changed anywhere.

Redis holds one word, the generation. Every change of a token replaces it; a process asks for it with each request and
believes only what it read under the same one. A generation that was lost (Redis restarted, or emptied) is replaced by a
new one, so that no old one ever comes back.
"""

import os
import time
from collections.abc import Callable
from dataclasses import dataclass

from django.db import transaction

from pilots.actions.redis_link import LINK, RedisLink, Unreachable
from pilots.models import Token

GENERATION = "pilotage:tokens:generation"
GOOD_FOR = 5.0  # seconds; how long a change stays unseen that could not be told to Redis, or was made by SQL
MOST = 10_000


@dataclass(frozen=True)
class Known:
    token: Token
    generation: bytes
    until: float


class KnownTokens:
    def __init__(self, *, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._known: dict[str, Known] = {}

    def get(self, prefix: str, *, generation: bytes) -> Token | None:
        known = self._known.get(prefix)
        if known is None or known.generation != generation or known.until <= self._clock():
            return None
        return known.token

    def keep(self, token: Token, *, generation: bytes) -> None:
        """`generation` was asked for before the token was read, so a change in between is noticed."""
        if len(self._known) >= MOST:
            self._known.clear()
        self._known[token.prefix] = Known(token, generation, self._clock() + GOOD_FOR)

    def clear(self) -> None:
        self._known.clear()


KNOWN = KnownTokens()


def new_generation() -> str:
    return os.urandom(16).hex()


def forget_everywhere() -> None:
    """To be called in the transaction that changes a token: no process goes by an older reading from now on.

    Once at once, and once more after the commit, for a process that reads the old row in between. Without Redis nobody
    goes by older readings anyway.
    """
    _renew(LINK)
    transaction.on_commit(lambda: _renew(LINK), robust=True)


def _renew(link: RedisLink) -> None:
    try:
        link.command("SET", GENERATION, new_generation())
    except Unreachable:
        KNOWN.clear()
