"""What the harness itself adds to a latency: the same client, the same loop, and a host that answers at once.

The null host stands where the network begins, behind a socket of ours: what passes until its answer is noticed there is
in the figure, as it is in each latency, and nothing else.
"""

from __future__ import annotations

import json

import httpx2

from evaluations.providers.destinations import AllowedHosts
from evaluations.providers.null import Null
from evaluations.providers.opening import Endpoint, open_provider
from evaluations.providers.pool import Pool
from evaluations.providers.protocol import Message, Provider, Request
from evaluations.providers.wire import Nowhere

COMPLETION = {
    "id": "null",
    "object": "chat.completion",
    "model": "null",
    "choices": [{"index": 0, "message": {"role": "assistant", "content": "null"}, "finish_reason": "stop"}],
    "usage": {"prompt_tokens": 1, "completion_tokens": 1, "total_tokens": 2},
}
MESSAGE = {
    "id": "null",
    "type": "message",
    "role": "assistant",
    "model": "null",
    "content": [{"type": "text", "text": "null"}],
    "stop_reason": "end_turn",
    "usage": {"input_tokens": 1, "output_tokens": 1},
}


def null_request() -> Request:
    return Request((Message("user", "null"),), max_tokens=1)


def open_calibration(endpoint: Endpoint) -> Provider:
    """A client of the endpoint's kind that reaches nobody."""
    if endpoint.api == "null":
        return Null()
    body = MESSAGE if endpoint.api == "anthropic" else COMPLETION
    still = Endpoint(
        api=endpoint.api, base_url="http://null.invalid/v1", model="null", api_version=endpoint.api_version
    )
    return open_provider(still, AllowedHosts(), transport=NullTransport(json.dumps(body).encode()))


class NullTransport(httpx2.AsyncBaseTransport):
    """Reaches nobody, whatever it is asked."""

    def __init__(self, body: bytes) -> None:
        head = f"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: {len(body)}\r\n\r\n"
        self._pool = Pool(Nowhere(head.encode() + body))

    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        return await self._pool.send(request, request.headers.raw, "null.invalid")

    async def aclose(self) -> None:
        await self._pool.aclose()
