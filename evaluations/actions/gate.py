"""How many questions a deployment gets at a time and in a minute, counted over all workers in Redis.

A gate asks for room in bulk, a few times a second, not once a question. Redis may restart: what it forgot, the gates
say anew with their next call. While it cannot be reached, each gate lets one question through at a time.
"""

import asyncio
import uuid
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any, Protocol

import structlog
from redis.exceptions import RedisError

log = structlog.get_logger()

LEASE_MS = 10_000  # a worker that died gives up its room after this long
CALM_S = 0.5  # between two calls while there is room enough
SHORT_S = 0.1  # and while there is not
SLICE_MS = 20_000  # when there are more workers than room, it goes round
BURST_S = 5.0  # seconds' worth of requests that may go at once

# KEYS: lanes {lane: "granted wanted expires"}, bucket {tokens, at, closed_until}; times in ms of Redis' own clock.
SCRIPT = """
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local lane, wanted, limit = ARGV[1], tonumber(ARGV[2]), tonumber(ARGV[3])
local lease, slice = tonumber(ARGV[4]), tonumber(ARGV[5])
local rate, burst, tokens_wanted, close_ms = tonumber(ARGV[6]), tonumber(ARGV[7]), tonumber(ARGV[8]), tonumber(ARGV[9])
local in_use = tonumber(ARGV[10])

local all = redis.call('HGETALL', KEYS[1])
local names, taken = {}, 0
for i = 1, #all, 2 do
  local granted, wish, expires = string.match(all[i + 1], '(%d+) (%d+) (%d+)')
  if tonumber(expires) < now then
    redis.call('HDEL', KEYS[1], all[i])
  elseif all[i] ~= lane then
    taken = taken + tonumber(granted)
    if tonumber(wish) > 0 then names[#names + 1] = all[i] end
  end
end
local granted = 0
if wanted > 0 then
  names[#names + 1] = lane
  table.sort(names)
  local place = 0
  for i, name in ipairs(names) do if name == lane then place = i - 1 end end
  local share = math.floor(limit / #names)
  if (place + math.floor(now / slice)) % #names < limit % #names then share = share + 1 end
  local free = math.max(0, limit - taken)
  local others = 0
  for i = 1, #all, 2 do
    local has, wish, expires = string.match(all[i + 1], '(%d+) (%d+) (%d+)')
    if all[i] ~= lane and tonumber(expires) >= now and tonumber(wish) > tonumber(has) then others = others + 1 end
  end
  granted = math.min(wanted, free)
  if others > 0 then granted = math.min(granted, share) end
end
redis.call('HSET', KEYS[1], lane, math.max(granted, in_use) .. ' ' .. wanted .. ' ' .. now + lease)
redis.call('PEXPIRE', KEYS[1], lease * 2)

local bucket = redis.call('HMGET', KEYS[2], 'tokens', 'at', 'closed_until')
local closed_until = tonumber(bucket[3] or 0)
if close_ms > 0 then closed_until = math.max(closed_until, now + close_ms) end
local given = tokens_wanted
if rate > 0 then
  local tokens = math.min(burst, tonumber(bucket[1] or 1) + (now - tonumber(bucket[2] or now)) * rate)
  given = 0
  if now >= closed_until then given = math.min(tokens_wanted, math.floor(tokens)) end
  redis.call('HSET', KEYS[2], 'tokens', tostring(tokens - given), 'at', now, 'closed_until', closed_until)
  redis.call('PEXPIRE', KEYS[2], 120000)
elseif closed_until > now then
  redis.call('HSET', KEYS[2], 'closed_until', closed_until)
  redis.call('PEXPIRE', KEYS[2], closed_until - now + 1000)
end
return {granted, given, math.max(0, closed_until - now)}
"""


class Script(Protocol):
    """The script above, registered with a client: loads itself again where Redis has forgotten it."""

    async def __call__(self, *, keys: list[str], args: list[Any]) -> list[int]: ...


@dataclass(slots=True)
class Gate:
    """Room for one lane of one worker. Enter it with `slot()`, within `async with gate.kept():`."""

    script: Script
    name: str
    limit: int
    per_minute: int | None = None
    lane: str = field(default_factory=lambda: uuid.uuid4().hex)
    granted: int = 0
    in_use: int = 0
    waiting: int = 0
    tokens: int = 0
    closed_until: float = 0.0
    close_ms: int = 0
    asked_for: asyncio.Event = field(default_factory=asyncio.Event)
    changed: asyncio.Condition = field(default_factory=asyncio.Condition)

    @asynccontextmanager
    async def kept(self) -> AsyncIterator[None]:
        """Renews the lane's room while the block runs, and gives it back at its end."""
        keeping = asyncio.create_task(self._keep())
        try:
            yield
        finally:
            keeping.cancel()
            self.waiting = self.in_use = 0
            await self._call()

    @asynccontextmanager
    async def slot(self) -> AsyncIterator[None]:
        """One question's place; waits for it."""
        self.waiting += 1
        try:
            async with self.changed:
                if not self._open():
                    self.asked_for.set()
                await self.changed.wait_for(self._open)
                self.in_use += 1
                if self.per_minute is not None:
                    self.tokens -= 1
        finally:
            self.waiting -= 1
        try:
            yield
        finally:
            self.in_use -= 1
            async with self.changed:
                self.changed.notify()

    def close_for(self, seconds: float) -> None:
        """The host said when it wants to be asked again: that holds for all workers."""
        self.close_ms = max(self.close_ms, int(seconds * 1000))
        self.closed_until = max(self.closed_until, asyncio.get_running_loop().time() + seconds)
        self.asked_for.set()

    def _open(self) -> bool:
        if self.in_use >= self.granted or asyncio.get_running_loop().time() < self.closed_until:
            return False
        return self.per_minute is None or self.tokens > 0

    async def _keep(self) -> None:
        while True:
            await self._call()
            short = self.waiting > 0
            try:
                async with asyncio.timeout(SHORT_S if short else CALM_S):
                    await self.asked_for.wait()
                if short:
                    await asyncio.sleep(SHORT_S / 5)
            except TimeoutError:
                pass
            self.asked_for.clear()

    async def _call(self) -> None:
        rate = 0.0 if self.per_minute is None else self.per_minute / 60_000
        burst = 1.0 if self.per_minute is None else max(1.0, self.per_minute / 60 * BURST_S)
        more = 0 if self.per_minute is None else max(0, self.waiting - self.tokens)
        close_ms, self.close_ms = self.close_ms, 0
        wanted = min(self.limit, self.in_use + self.waiting)
        try:
            granted, tokens, closed_ms = await self.script(
                keys=[f"pilotage:gate:{{{self.name}}}:lanes", f"pilotage:gate:{{{self.name}}}:bucket"],
                args=[
                    *(self.lane, wanted, self.limit, LEASE_MS, SLICE_MS),
                    *(f"{rate:.9f}", burst, more, close_ms, self.in_use),
                ],
            )
        except (RedisError, OSError) as error:
            log.warning("evaluations.gate_unreachable", gate=self.name, error=type(error).__name__)
            granted, tokens, closed_ms, self.close_ms = 1, min(1, more), 0, close_ms
            await asyncio.sleep(SHORT_S)
        self.granted = granted
        self.tokens += tokens
        if closed_ms:
            self.closed_until = max(self.closed_until, asyncio.get_running_loop().time() + closed_ms / 1000)
        async with self.changed:
            self.changed.notify_all()
