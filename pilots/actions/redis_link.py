"""Redis as a request uses it: answered within a quarter of a second, or done without.

Nothing here is a record. Whoever calls says what happens when Redis cannot be reached, and that is never "let in".
"""

import logging
import os
import time
from collections.abc import Callable
from functools import cached_property
from threading import local
from typing import Any, TypeVar

from django.conf import settings
from redis import Redis
from redis.backoff import NoBackoff
from redis.exceptions import ConnectionError, NoScriptError, RedisError, ResponseError
from redis.retry import Retry

logger = logging.getLogger(__name__)
T = TypeVar("T")
PATIENCE = 0.25  # seconds
REST = 2.0  # seconds during which it is not asked again after a failure


class Unreachable(Exception):
    """Redis did not answer, or failed a moment ago and is left alone."""


class RedisLink:
    """One client per process, made when it is first needed, and for `command` a connection of each thread. A failure is
    logged once, and once that it is over."""

    def __init__(self, url: str, *, clock: Callable[[], float] = time.monotonic) -> None:
        self._url = url
        self._clock = clock
        self._again_at = 0.0
        self._down = False
        self._own = local()
        os.register_at_fork(after_in_child=self._forget)

    def ask(self, question: Callable[[Redis], T]) -> T:
        """Raises Unreachable, and NoScriptError."""
        if self._clock() < self._again_at:
            raise Unreachable
        try:
            answer = question(self._client)
        except NoScriptError:
            raise
        except (RedisError, OSError) as error:
            self._again_at = self._clock() + REST
            if not self._down:
                logger.warning("Redis cannot be reached (%s): tokens are looked up in the database and "
                               "not throttled meanwhile.", type(error).__name__)  # fmt: skip
            self._down = True
            raise Unreachable from error
        if self._down:
            self._down = False
            logger.warning("Redis answers again.")
        return answer

    def command(self, *parts: str | float) -> Any:
        """What it answers to one command in ASCII: in a third of the time that the client takes, which each small post
        would pay for. Raises as `ask`."""
        written = [str(part) for part in parts]
        told = "".join([f"${len(part)}\r\n{part}\r\n" for part in written])
        return self.ask(lambda redis: self._answer(redis, f"*{len(written)}\r\n{told}".encode("ascii")))

    def _answer(self, redis: Redis, packed: bytes) -> Any:
        connection = getattr(self._own, "connection", None)
        if connection is None:
            connection = self._own.connection = redis.connection_pool.make_connection()
        try:
            return _exchanged(connection, packed)
        except ConnectionError:  # one of before its restart is found dead by the first command
            return _exchanged(connection, packed)

    def _forget(self) -> None:
        """A child process does not speak over its parent's connections."""
        self._own = local()

    @cached_property
    def _client(self) -> Redis:
        return Redis.from_url(
            self._url,
            socket_timeout=PATIENCE,
            socket_connect_timeout=PATIENCE,
            retry=Retry(
                NoBackoff(), 1
            ),  # a connection of before its restart is found dead by the first command
        )


def _exchanged(connection: Any, packed: bytes) -> Any:
    try:
        connection.send_packed_command([packed], check_health=False)
        return connection.read_response()
    except ResponseError:
        raise
    except BaseException:
        connection.disconnect()  # what it answers too late belongs to no later question
        raise


LINK = RedisLink(settings.REDIS_URL)
