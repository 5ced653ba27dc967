"""How long a block took, posted whatever becomes of it."""

import time
from collections.abc import Mapping
from contextlib import ContextDecorator
from types import TracebackType
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .client import Client


class Timed(ContextDecorator):
    """`with client.timed("latency") as block: …`, or `@client.timed("latency")` above a function."""

    def __init__(self, client: "Client", metric: str, scale: float, fields: Mapping[str, Any]) -> None:
        self._client = client
        self._metric = metric
        self._scale = scale
        self._fields = dict(fields)
        self._started = 0.0

    def note(self, **fields: Any) -> None:
        """What is known only inside the block, such as segment or an outcome like refused."""
        self._fields |= fields

    def _recreate_cm(self) -> "Timed":
        """A decorated function may call itself, and run in several threads."""
        return Timed(self._client, self._metric, self._scale, self._fields)

    def __enter__(self) -> "Timed":
        self._started = time.perf_counter()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        elapsed = (time.perf_counter() - self._started) * self._scale
        if isinstance(error, Exception):
            self._fields.setdefault("outcome", "timeout" if isinstance(error, TimeoutError) else "error")
        elif error is not None:
            return  # interrupted from outside: nothing was seen to fail
        self._client.post(self._metric, elapsed, **self._fields)
