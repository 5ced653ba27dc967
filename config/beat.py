"""The timetable, sent once however many beats run: one holds the lease, the others wait for it to fall silent."""

import logging
import os
import socket
from contextlib import suppress
from typing import Any

from django.conf import settings
from django_celery_beat.schedulers import DatabaseScheduler
from redis import Redis
from redis.exceptions import RedisError

from config import heartbeats
from config.lease import Lease

logger = logging.getLogger(__name__)
HELD_FOR = 15.0  # seconds; the longest sleep between two ticks is a third of it
ASKED_EVERY = 3.0
PATIENCE = 2.0


class OneBeat(DatabaseScheduler):  # type: ignore[misc]
    """A beat that is frozen, cut off or killed is followed by another within `HELD_FOR` seconds.

    One that wakes up in the middle of sending may send that one task again: tasks bear it.
    """

    lease: Lease | None = None
    works: bool | None = None

    def tick(self, *args: Any, **kwargs: Any) -> float:
        works = self._works()
        heartbeats.show("beat", f"beat@{socket.gethostname()}.{os.getpid()}", {"works": works})
        if not works:
            return ASKED_EVERY
        return min(float(super().tick(*args, **kwargs)), HELD_FOR / 3)

    def close(self) -> None:
        super().close()
        with suppress(RedisError):  # it ends by itself
            self._lease().leave()

    def _works(self) -> bool:
        try:
            held = self._lease().held()
        except RedisError as error:
            logger.warning("Redis cannot tell which beat works (%s): nothing is sent.", type(error).__name__)
            held = False
        if held and not self.works:
            logger.info("This beat works.")
            self._read_afresh()
        if not held and self.works is not False:
            logger.info("Another beat works; this one waits.")
        self.works = held
        return held

    def _lease(self) -> Lease:
        if self.lease is None:
            redis = Redis.from_url(
                settings.REDIS_URL, socket_timeout=PATIENCE, socket_connect_timeout=PATIENCE
            )
            self.lease = Lease(redis, "beat", seconds=HELD_FOR)
        return self.lease

    def _read_afresh(self) -> None:
        """What was sent last is in the database: the one before us wrote it."""
        self._dirty.clear()
        self.schedule_changed()  # it has, and is read below: else it would be read again in the middle of a tick
        self._initial_read, self._heap, self._heap_invalidated = True, None, False
