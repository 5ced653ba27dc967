"""A model that answers at once: what remains is the time of our own harness."""

from __future__ import annotations

import json
import time
from datetime import UTC, datetime

from evaluations.providers.protocol import Answer, Request


class Null:
    """Answers with `text`, or with the first label when the request has labels.

    Its latency is the harness's floor.
    """

    def __init__(self, text: str = "") -> None:
        self._text = text

    async def ask(self, request: Request) -> Answer:
        started_at, start = datetime.now(UTC), time.monotonic()
        text = json.dumps({"label": request.labels[0]}) if request.labels else self._text
        return Answer(
            text=text,
            outcome="ok",
            latency_s=time.monotonic() - start,
            started_at=started_at,
            model_returned="null",
            finish_reason="stop",
            input_tokens=0,
            output_tokens=0,
        )

    async def aclose(self) -> None:
        return None

    async def __aenter__(self) -> Null:
        return self

    async def __aexit__(self, *exc: object) -> None:
        await self.aclose()
