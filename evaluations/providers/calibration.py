"""What the harness itself adds to a latency: the same client, the same loop, and a host that answers at once.

The null transport stands where the network begins, so that SDK, HTTP client, parsing and the contention of the event
loop are in the figure, and nothing else.
"""

from __future__ import annotations

import json

import httpx2

from evaluations.providers.destinations import AllowedHosts
from evaluations.providers.null import Null
from evaluations.providers.opening import Endpoint, open_provider
from evaluations.providers.protocol import Message, Provider, Request

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
    """Answers everything with the same body, without a wait."""

    def __init__(self, body: bytes) -> None:
        self._body = body

    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        return httpx2.Response(200, headers={"content-type": "application/json"}, content=self._body)
