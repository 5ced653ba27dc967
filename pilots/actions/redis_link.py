"""Redis as a request uses it: answered within a quarter of a second, or done without.

Nothing here is a record. Whoever calls says what happens when Redis cannot be reached, and that is never "let in".
"""

import logging
import time
from collections.abc import Callable
from functools import cached_property
from typing import TypeVar

from django.conf import settings
from redis import Redis
from redis.backoff import NoBackoff
from redis.exceptions import RedisError
from redis.retry import Retry

logger = logging.getLogger(__name__)
T = TypeVar("T")
PATIENCE = 0.25  # seconds
REST = 2.0  # seconds during which it is not asked again after a failure


class Unreachable(Exception):
    """Redis did not answer, or failed a moment ago and is left alone."""


class RedisLink:
    """One client per process, made when it is first needed. A failure is logged once, and once that it is over."""

    def __init__(self, url: str, *, clock: Callable[[], float] = time.monotonic) -> None:
        self._url = url
        self._clock = clock
        self._again_at = 0.0
        self._down = False

    def ask(self, question: Callable[[Redis], T]) -> T:
        """Raises Unreachable."""
        if self._clock() < self._again_at:
            raise Unreachable
        try:
            answer = question(self._client)
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


LINK = RedisLink(settings.REDIS_URL)
