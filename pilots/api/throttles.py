"""How much a token may ask for: requests a second and bytes a second, each with a burst, told by one call of Redis.

The same call returns the generation of the tokens, which says whether a reading of before may still be gone by.
"""

import hashlib
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from redis.exceptions import NoScriptError
from rest_framework.request import Request
from rest_framework.throttling import BaseThrottle

from pilots.actions.known_tokens import GENERATION, KNOWN, new_generation
from pilots.actions.redis_link import LINK, RedisLink, Unreachable

BUCKET = "pilotage:throttle:"

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
    """`generation` is None when Redis could not be asked. `wait`: seconds until the request may come again, 0 for now."""

    generation: bytes | None
    wait: float


UNKNOWN = Knock(generation=None, wait=0.0)


def knock(secret: str, *, size: int) -> Knock:
    """Counts a request of `size` bytes. Without Redis it is let through: a throttle must not lose measurements; whether
    the secret is good is asked of the database all the same.

    The count is kept under a hash of the whole secret: who does not know it cannot use up what its owner may ask for.
    """
    bucket = BUCKET + hashlib.sha256(b"throttle:" + secret.encode()).hexdigest()[:32]
    requests = Limit(settings.TOKEN_REQUESTS_PER_SECOND, settings.TOKEN_REQUESTS_BURST)
    volume = Limit(settings.TOKEN_BYTES_PER_SECOND, settings.TOKEN_BYTES_BURST)
    figures = (requests.share(1), requests.ahead, volume.share(size), volume.ahead)
    try:
        generation, wait = _run(LINK, bucket, *figures)
    except Unreachable:
        KNOWN.clear()  # a change may be made meanwhile that Redis is not told
        return UNKNOWN
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
