"""How much a token may ask for: requests a second and bytes a second, each with a burst, told by one call of Redis.

The same call returns the generation of the tokens, which says whether a reading of before may still be gone by.

Small posts, which come by the hundred, are let through some at a time: a process asks for the next few at once and counts
them itself. What they are told of the generation is then up to a second old, so whoever stores them looks at the token again.
"""

import hashlib
import time
from collections.abc import Callable
from dataclasses import dataclass
from threading import Lock
from typing import Any

from django.conf import settings
from redis.exceptions import NoScriptError
from rest_framework.request import Request
from rest_framework.throttling import BaseThrottle

from pilots.actions.known_tokens import GENERATION, KNOWN, MOST, new_generation
from pilots.actions.redis_link import LINK, RedisLink, Unreachable

BUCKET = "pilotage:throttle:"
SHARE = 0.005
"""Of a burst, as much as a process may ask for ahead."""
AHEAD_FOR = 1.0  # seconds, after which what is left of it is forfeited

# Generic cell rate: per limit the moment at which all that was let through would have been done at the steady rate.
# A request is let through while that moment, with its own share added, is no further ahead than the burst.
# Its clock is that of Redis, so web machines need not agree. A refused request costs nothing.
KNOCK = """
local generation = redis.call('GET', KEYS[1])
if not generation then
  generation = ARGV[1]
  redis.call('SET', KEYS[1], generation)
end
local time = redis.call('TIME')
local now = time[1] * 1000 + time[2] / 1000
local kept = redis.call('GET', KEYS[2])
local requests, bytes = now, now
if kept then
  local first, second = string.match(kept, '(%S+) (%S+)')
  requests, bytes = math.max(now, tonumber(first)), math.max(now, tonumber(second))
end
requests, bytes = requests + ARGV[2], bytes + ARGV[4]
local wait = math.max(requests - ARGV[3], bytes - ARGV[5]) - now
if wait <= 0 then
  local done = math.ceil(math.max(requests, bytes) - now)
  if done > 0 then
    redis.call('SET', KEYS[2], string.format('%.3f %.3f', requests, bytes), 'PX', done)
  end
end
return {generation, math.max(0, math.ceil(wait))}
"""
SHA = hashlib.sha1(KNOCK.encode(), usedforsecurity=False).hexdigest()


@dataclass(frozen=True)
class Limit:
    """`rate` a second in the long run, and up to `burst` at once. A rate of 0 is no limit."""

    rate: float
    burst: float

    def share(self, cost: float) -> float:
        """Milliseconds that this much takes at the steady rate; a single request always fits into the burst."""
        return min(cost, self.burst) / self.rate * 1000 if self.rate else 0.0

    @property
    def ahead(self) -> float:
        """Milliseconds that may be used up at once."""
        return self.burst / self.rate * 1000 if self.rate else 1e12


@dataclass(frozen=True)
class Knock:
    """`generation` is None when Redis could not be asked. `wait`: seconds until the request may come again, 0 for now.
    `is_fresh`: it was asked for this request; else the token is to be looked at again where it is used."""

    generation: bytes | None
    wait: float
    is_fresh: bool = True


UNKNOWN = Knock(generation=None, wait=0.0)
COUNTED = "pilotage.counted"
"""In a request's environment: it was let through before, so that it costs nothing now."""


class Ahead:
    """What was asked for ahead, by bucket."""

    def __init__(self, *, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._mutex = Lock()
        self._left: dict[str, tuple[int, int, Knock, float]] = {}

    def take(self, bucket: str, size: int) -> Knock | None:
        """For one request of `size` bytes, where enough is left."""
        with self._mutex:
            requests, volume, told, until = self._left.get(bucket, NOTHING_LEFT)
            if requests < 1 or volume < size or until <= self._clock():
                return None
            self._left[bucket] = requests - 1, volume - size, told, until
        return told

    def keep(self, bucket: str, requests: int, volume: int, generation: bytes) -> None:
        told = Knock(generation, 0.0, is_fresh=False)
        with self._mutex:
            if len(self._left) >= MOST:
                self._left.clear()
            self._left[bucket] = requests, volume, told, self._clock() + AHEAD_FOR


NOTHING_LEFT = (0, 0, UNKNOWN, 0.0)
AHEAD = Ahead()


def knock(secret: str, *, size: int, may_be_ahead: bool = False, is_counted: bool = False) -> Knock:
    """Counts a request of `size` bytes, unless it `is_counted`. Without Redis it is let through: a throttle must not lose
    measurements; whether the secret is good is asked of the database all the same. `may_be_ahead`: the answer need not be
    a fresh one.

    The count is kept under a hash of the whole secret: who does not know it cannot use up what its owner may ask for.
    """
    bucket = BUCKET + hashlib.sha256(b"throttle:" + secret.encode()).hexdigest()[:32]
    try:
        if may_be_ahead:
            return AHEAD.take(bucket, size) or _asked_ahead(bucket, size)
        return _asked(bucket, requests=0, size=0) if is_counted else _asked(bucket, requests=1, size=size)
    except Unreachable:
        KNOWN.clear()  # a change may be made meanwhile that Redis is not told
        return UNKNOWN


def _asked_ahead(bucket: str, size: int) -> Knock:
    """For this request and as many as a small share of the burst allows; only for this one where that is too much."""
    requests, volume = int(settings.TOKEN_REQUESTS_BURST * SHARE), int(settings.TOKEN_BYTES_BURST * SHARE)
    if requests > 0:
        answer = _asked(bucket, requests=1 + requests, size=size + volume)
        if answer.generation is not None and not answer.wait:
            AHEAD.keep(bucket, requests, volume, answer.generation)
            return answer
    return _asked(bucket, requests=1, size=size)


def _asked(bucket: str, *, requests: int, size: int) -> Knock:
    """Raises Unreachable."""
    often = Limit(settings.TOKEN_REQUESTS_PER_SECOND, settings.TOKEN_REQUESTS_BURST)
    much = Limit(settings.TOKEN_BYTES_PER_SECOND, settings.TOKEN_BYTES_BURST)
    figures = (often.share(requests), often.ahead, much.share(size), much.ahead)
    generation, wait = _run(LINK, bucket, *figures)
    return Knock(generation, wait / 1000)


def _run(link: RedisLink, bucket: str, *figures: float) -> tuple[bytes, int]:
    keys_and_figures: tuple[str | float, ...] = (2, GENERATION, bucket, new_generation(), *figures)
    try:
        answer = link.command("EVALSHA", SHA, *keys_and_figures)
    except NoScriptError:
        answer = link.command("EVAL", KNOCK, *keys_and_figures)
    return answer[0], answer[1]


class TokenThrottle(BaseThrottle):
    """Says what `knock` found when the token was looked at. People in their sessions are not throttled."""

    _wait = 0.0

    def allow_request(self, request: Request, view: Any) -> bool:
        self._wait = getattr(request.user, "wait", 0.0)
        return self._wait <= 0

    def wait(self) -> float:
        return self._wait
