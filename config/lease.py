"""One holder at a time among processes on many machines, with hand-over: by a key in Redis that expires."""

import uuid

from redis import Redis

# Taken when free, lengthened when ours; the time runs on Redis' clock alone.
TAKE = """
local holder = redis.call('get', KEYS[1])
if holder and holder ~= ARGV[1] then return 0 end
redis.call('set', KEYS[1], ARGV[1], 'px', ARGV[2])
return 1
"""
LEAVE = "if redis.call('get', KEYS[1]) == ARGV[1] then redis.call('del', KEYS[1]) end return 0"


class Lease:
    """Ask `held` before each act that only one may do. A holder that was frozen finds it gone when it wakes."""

    def __init__(self, redis: Redis, name: str, *, seconds: float) -> None:
        self.holder = uuid.uuid4().hex
        self._name = f"pilotage:lease:{name}"
        self._milliseconds = round(seconds * 1000)
        self._take, self._leave = redis.register_script(TAKE), redis.register_script(LEAVE)

    def held(self) -> bool:
        """True when it is ours for the next `seconds`. Raises RedisError when nobody can tell."""
        return bool(self._take(keys=[self._name], args=[self.holder, self._milliseconds]))

    def leave(self) -> None:
        """The next one need not wait for the end."""
        self._leave(keys=[self._name], args=[self.holder])
