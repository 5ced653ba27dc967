"""The HTTP client under both SDKs: allowed destinations only, no redirects, the secret added last."""

from __future__ import annotations

import asyncio
import socket
import time
from collections.abc import Iterable
from dataclasses import dataclass

import httpx2

from evaluations.providers.credentials import Credential
from evaluations.providers.destinations import AllowedHosts, DestinationRefused
from evaluations.providers.pool import Client, Pool

# What the SDKs believe the secret to be: they log and keep their key, so they never get the true one.
PLACEHOLDER = "resolved-at-call-time"
CONNECT_TIMEOUT_S = 10.0
RESOLVED_FOR_S = 30.0

# All that leaves with a request. The SDKs also add the operating system, and organisation, project or
# arbitrary headers from variables of the environment, which would reach whatever host the deployment names.
SENT_HEADERS = frozenset(
    {
        "accept",
        "accept-encoding",
        "api-key",
        "anthropic-version",
        "authorization",
        "connection",
        "content-length",
        "content-type",
        "host",
        "user-agent",
        "x-api-key",
    }
)


def http_client(
    allowed: AllowedHosts, credential: Credential, *, transport: httpx2.AsyncBaseTransport | None = None
) -> httpx2.AsyncClient:
    """A client for one deployment. Another `transport` is for calibration alone."""
    return Client(transport or GuardedTransport(allowed, credential))


def timeouts(total_s: float) -> httpx2.Timeout:
    """Connecting gives up before the total does, so that a dead route is told from a slow model."""
    return httpx2.Timeout(total_s, connect=min(CONNECT_TIMEOUT_S, total_s / 2))


@dataclass(frozen=True, slots=True)
class _Resolved:
    host: str
    addresses: tuple[str, ...]
    until: float


class GuardedTransport(httpx2.AsyncBaseTransport):
    """Connects to the very addresses it has checked: a name cannot change its mind in between.

    Adds the secret to what leaves. Raises DestinationRefused for a host, or any of its addresses, that is
    not allowed.
    """

    def __init__(
        self,
        allowed: AllowedHosts,
        credential: Credential,
        sent: frozenset[str] = SENT_HEADERS,
    ) -> None:
        self._allowed = allowed
        self._sent = frozenset(name.encode() for name in sent)
        self._credential = credential
        self._pool = Pool()
        self._checked = ""
        self._resolved: _Resolved | None = None

    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        self._check(str(request.url))
        addresses = await self._addresses(request)
        headers = _outgoing_headers(request.headers.raw, self._credential.resolve(), self._sent)
        for address in addresses[:-1]:
            try:
                return await self._pool.send(request, headers, address)
            except httpx2.ConnectError:
                continue  # nothing was sent: the host's next address may answer (IPv6 without a route)
        return await self._pool.send(request, headers, addresses[-1])

    async def aclose(self) -> None:
        await self._pool.aclose()

    def _check(self, url: str) -> None:
        """A lane asks the same address again and again."""
        if url != self._checked:
            self._allowed.check_url(url)
            self._checked = url

    async def _addresses(self, request: httpx2.Request) -> tuple[str, ...]:
        host = request.url.host
        kept = self._resolved
        if kept is None or kept.host != host or kept.until < time.monotonic():
            port = request.url.port or (443 if request.url.scheme == "https" else 80)
            addresses = await _look_up(host, port, request)
            for address in addresses:
                self._allowed.check_address(host, port, address)
            kept = self._resolved = _Resolved(host, addresses, time.monotonic() + RESOLVED_FOR_S)
        return kept.addresses


async def _look_up(host: str, port: int, request: httpx2.Request) -> tuple[str, ...]:
    loop = asyncio.get_running_loop()
    limit = request.extensions.get("timeout", {}).get("connect") or CONNECT_TIMEOUT_S
    try:
        async with asyncio.timeout(limit):
            found = await loop.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except TimeoutError as error:
        raise httpx2.ConnectTimeout(f"looking up {host} took too long", request=request) from error
    except OSError as error:
        raise httpx2.ConnectError(f"{host} has no address", request=request) from error
    if not found:
        raise DestinationRefused(f"{host} has no address.")
    return tuple(dict.fromkeys(str(entry[4][0]) for entry in found))


def _outgoing_headers(
    headers: Iterable[tuple[bytes, bytes]], secret: str, sent: frozenset[bytes]
) -> list[tuple[bytes, bytes]]:
    """A copy with the secret in place of the placeholder; without a secret that header is left out."""
    placeholder, true = PLACEHOLDER.encode(), secret.encode()
    kept = [(name, value) for name, value in headers if name.lower() in sent]
    if not secret:
        kept = [(name, value) for name, value in kept if placeholder not in value]
    return [(name, value.replace(placeholder, true)) for name, value in kept]
