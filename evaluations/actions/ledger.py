"""What is finished, on its way to the database: stored in small batches while other questions are asked."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import datetime

import structlog
from asgiref.sync import sync_to_async
from django.db import InterfaceError, OperationalError, connection

from evaluations.actions import results
from evaluations.actions.parts import Part
from evaluations.actions.results import Call, Graded

STORE_BATCH = 50  # rows
STORE_AFTER_S = 0.5  # at the latest
DATABASE_PATIENCE_S = 45.0  # it may restart; what was answered by then is kept in memory and stored after it
DATABASE_GONE = (OperationalError, InterfaceError)

Entry = tuple[Part, Call | Graded | None]

log = structlog.get_logger()


@dataclass(slots=True)
class Ledger:
    """Keeps what it is told, each part's under the part's own claim; calls `finish` for a part that has nothing left.

    `finish` may be repeated when the database went away meanwhile.
    """

    now: Callable[[], datetime]
    finish: Callable[[Part], Awaitable[None]]
    _entries: asyncio.Queue[Entry | None] = field(
        default_factory=lambda: asyncio.Queue(maxsize=4 * STORE_BATCH)
    )

    async def put(self, part: Part, entry: Call | Graded | None = None) -> None:
        """Waits while too much is waiting. Without an entry it only looks whether the part has something left."""
        await self._entries.put((part, entry))

    async def close(self) -> None:
        """Nothing more comes. `keep` ends when all is stored."""
        await self._entries.put(None)

    async def keep(self) -> None:
        more = True
        while more:
            entries, more = await self._next()
            for part in dict.fromkeys(part for part, _ in entries):
                await self._keep_of(part, [entry for of, entry in entries if of is part])

    async def _keep_of(self, part: Part, entries: list[Call | Graded | None]) -> None:
        calls = [each for each in entries if isinstance(each, Call)]
        graded = [each for each in entries if isinstance(each, Graded)]
        if calls or graded:

            def store() -> None:
                results.store(claim=part.claim, calls=calls, graded=graded, now=self.now())

            await _patiently(sync_to_async(store), part)
        part.left -= len(graded)
        if part.left == 0:

            async def finish() -> None:
                await self.finish(part)

            await _patiently(finish, part)

    async def _next(self) -> tuple[list[Entry], bool]:
        """What is finished by now, and whether more is to come. Waits for the first one, then half a second."""
        entries: list[Entry] = []
        one = await self._entries.get()
        loop = asyncio.get_running_loop()
        until = loop.time() + STORE_AFTER_S
        while one is not None:
            entries.append(one)
            if len(entries) >= STORE_BATCH:
                return entries, True
            try:
                async with asyncio.timeout_at(until):
                    one = await self._entries.get()
            except TimeoutError:
                return entries, True
        return entries, False


async def _patiently(act: Callable[[], Awaitable[None]], part: Part) -> None:
    """Also when the database restarts meanwhile."""
    until = time.monotonic() + DATABASE_PATIENCE_S
    while True:
        try:
            return await act()
        except DATABASE_GONE as error:
            if time.monotonic() > until:
                raise
            log.warning("evaluations.store_again", batch=part.claim.batch_id, error=type(error).__name__)
            await sync_to_async(_hang_up)()
            await asyncio.sleep(1.0)


def _hang_up() -> None:
    """The next query connects anew. By name of the thread it runs in: each has a connection of its own."""
    connection.close()
