"""HTTP/1.1 for the SDKs: connections that stay open, and a client that does nothing with them but ask.

What a client for everything does beside (cookies, redirects, sign-in, hooks, a queue for connections) took a third of the
time of a question, and we want none of it.
"""

from __future__ import annotations

import ssl
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import contextmanager
from functools import cache
from typing import Any

import httpcore2
import httpx2

from evaluations.providers.wire import Network

KEPT_OPEN_S = 5.0  # a connection that nobody uses


class Client(httpx2.AsyncClient):
    """Follows no redirect, keeps no cookie, and ignores proxies of the environment: the address we checked is reached."""

    def __init__(self, transport: httpx2.AsyncBaseTransport) -> None:
        super().__init__(transport=transport, follow_redirects=False, trust_env=False)
        self._asks = transport

    def build_request(
        self, method: str, url: Any, *, timeout: Any = None, extensions: Any = None, **content: Any
    ) -> httpx2.Request:
        """With the headers it is given alone."""
        limits = timeout if isinstance(timeout, httpx2.Timeout) else httpx2.Timeout(timeout)
        return httpx2.Request(
            method, url, extensions={**(extensions or {}), "timeout": limits.as_dict()}, **content
        )

    async def send(self, request: httpx2.Request, *, stream: bool = False, **_: Any) -> httpx2.Response:
        response = await self._asks.handle_async_request(request)
        response.request = request
        if not stream:
            try:
                await response.aread()
            except BaseException:
                await response.aclose()
                raise
        return response


class Pool:
    """Opens as many connections as questions are under way; each serves the next one when it is free.

    Raises what httpx2 raises.
    """

    def __init__(self, network: httpcore2.AsyncNetworkBackend | None = None) -> None:
        self._network = network or Network()
        self._free: list[httpcore2.AsyncHTTPConnection] = []
        self._open: set[httpcore2.AsyncHTTPConnection] = set()

    async def send(
        self, request: httpx2.Request, headers: list[tuple[bytes, bytes]], address: str
    ) -> httpx2.Response:
        """Sends it to this very address. The SDKs keep and log their request, so that one never holds the secret."""
        url = request.url
        assert isinstance(request.stream, httpx2.AsyncByteStream)
        pinned = httpcore2.Request(
            method=request.method,
            url=httpcore2.URL(
                scheme=url.raw_scheme, host=address.encode(), port=url.port, target=url.raw_path
            ),
            headers=headers,  # `Host` still names the host
            content=request.stream,
            extensions={**request.extensions, "sni_hostname": url.host},  # and so does the certificate check
        )
        connection = await self._connection(pinned.url.origin)
        try:
            with _errors_of_httpx():
                response = await connection.handle_async_request(pinned)
        except BaseException:
            await self._drop(connection)
            raise
        moments = response.extensions["network_stream"].get_extra_info("moments")
        return httpx2.Response(
            response.status,
            headers=response.headers,
            stream=_Body(response, self, connection),
            extensions={**response.extensions, "moments": moments},
        )

    async def take_back(self, connection: httpcore2.AsyncHTTPConnection) -> None:
        if connection.is_idle():
            self._free.append(connection)
        else:
            await self._drop(connection)

    async def aclose(self) -> None:
        for connection in list(self._open):
            await self._drop(connection)
        self._free.clear()

    async def _connection(self, origin: httpcore2.Origin) -> httpcore2.AsyncHTTPConnection:
        while self._free:
            connection = self._free.pop()
            if connection.can_handle_request(origin) and not connection.has_expired():
                return connection
            await self._drop(connection)
        connection = httpcore2.AsyncHTTPConnection(
            origin, ssl_context=_tls(), keepalive_expiry=KEPT_OPEN_S, network_backend=self._network
        )
        self._open.add(connection)
        return connection

    async def _drop(self, connection: httpcore2.AsyncHTTPConnection) -> None:
        self._open.discard(connection)
        await connection.aclose()


class _Body(httpx2.AsyncByteStream):
    """Gives its connection back when it is closed, read to its end or not."""

    def __init__(
        self, response: httpcore2.Response, pool: Pool, connection: httpcore2.AsyncHTTPConnection
    ) -> None:
        self._response, self._pool, self._connection = response, pool, connection
        self._closed = False

    async def __aiter__(self) -> AsyncIterator[bytes]:
        with _errors_of_httpx():
            async for part in self._response.aiter_stream():
                yield part

    async def aclose(self) -> None:
        if not self._closed:
            self._closed = True
            await self._response.aclose()
            await self._pool.take_back(self._connection)


@cache
def _tls() -> ssl.SSLContext:
    """Reading the authorities' certificates takes as long as ten questions: once a process."""
    return httpx2.create_ssl_context(trust_env=False)


SAME_NAMES: Mapping[type[Exception], type[httpx2.TransportError]] = {
    getattr(httpcore2, name): getattr(httpx2, name)
    for name in (
        *("ConnectError", "ConnectTimeout", "ReadError", "ReadTimeout", "WriteError", "WriteTimeout"),
        *("LocalProtocolError", "RemoteProtocolError", "UnsupportedProtocol"),
    )
}


@contextmanager
def _errors_of_httpx() -> Iterator[None]:
    try:
        yield
    except tuple(SAME_NAMES) as error:
        raise SAME_NAMES[type(error)](str(error)) from error
