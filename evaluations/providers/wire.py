"""The network under the HTTP client, on asyncio alone: one write a request, and the moments at which its bytes passed.

A latency taken here is what network and host took. Taken where the answer is read, it would also hold how long that
waited for its turn in a busy event loop.
"""

from __future__ import annotations

import asyncio
import socket
import ssl
import time
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import httpcore2

WRITE_AT = 64 * 1024  # bytes of a request that are kept back, so that head and body leave together
PAUSE_AT = 1024 * 1024  # bytes of an answer that wait unread before the host is made to wait
SocketOption = (
    tuple[int, int, int] | tuple[int, int, bytes | bytearray] | tuple[int, int, None, int]
)  # as httpcore2 has them


@dataclass(slots=True)
class Moments:
    """Of one request, by the monotonic clock. `began` is when it left, or when a connection was begun for its sake."""

    began: float
    last_byte: float | None = None

    @property
    def seconds(self) -> float:
        """Until the last byte that came; until now where none has."""
        return (time.monotonic() if self.last_byte is None else self.last_byte) - self.began


class Connection(asyncio.Protocol):
    """What came and has not been read yet."""

    def __init__(self) -> None:
        self.transport: asyncio.Transport | None = None
        self.moments: Moments | None = None
        self.unread = bytearray()
        self.over = False
        self.fault: Exception | None = None
        self._came: asyncio.Future[None] | None = None
        self._room = asyncio.Event()
        self._room.set()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self.transport = transport

    def data_received(self, data: bytes) -> None:
        if self.moments is not None:
            self.moments.last_byte = time.monotonic()
        self.unread += data
        if len(self.unread) > PAUSE_AT and self.transport is not None:
            self.transport.pause_reading()
        self._wake()

    def eof_received(self) -> None:
        self.over = True
        self._wake()

    def connection_lost(self, exc: Exception | None) -> None:
        self.over, self.fault = True, exc
        self._room.set()
        self._wake()

    def pause_writing(self) -> None:
        self._room.clear()

    def resume_writing(self) -> None:
        self._room.set()

    async def room(self) -> None:
        await self._room.wait()

    async def something(self) -> None:
        """Waits until there is something to read, or there will be nothing more."""
        if not self.unread and not self.over:
            self._came = asyncio.get_running_loop().create_future()
            try:
                await self._came
            finally:
                self._came = None

    def take(self, most: int) -> bytes:
        data = bytes(self.unread[:most])
        del self.unread[:most]
        if len(self.unread) <= PAUSE_AT and self.transport is not None and not self.over:
            self.transport.resume_reading()
        return data

    def _wake(self) -> None:
        if self._came is not None and not self._came.done():
            self._came.set_result(None)


class Stream(httpcore2.AsyncNetworkStream):
    """One connection as httpcore2 uses it: a request is written in pieces, then its answer read in pieces."""

    def __init__(self, connection: Connection, moments: Moments) -> None:
        self._connection = connection
        self._unsent = bytearray()
        self._asking = True
        connection.moments = moments  # the first request also pays for the connection

    async def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        self._asking = False
        try:
            async with asyncio.timeout(timeout):
                await self._send()
                await self._connection.something()
        except TimeoutError as error:
            raise httpcore2.ReadTimeout from error
        if not self._connection.unread and self._connection.fault is not None:
            raise httpcore2.ReadError(str(self._connection.fault)) from self._connection.fault
        return self._connection.take(max_bytes)

    async def write(self, buffer: bytes, timeout: float | None = None) -> None:
        if self._connection.over:
            raise httpcore2.WriteError("The host closed the connection.")
        if not self._asking:
            self._asking = True
            self._connection.moments = None
        self._unsent += buffer
        if len(self._unsent) > WRITE_AT:
            try:
                async with asyncio.timeout(timeout):
                    await self._send()
            except TimeoutError as error:
                raise httpcore2.WriteTimeout from error

    async def _send(self) -> None:
        if not self._unsent:
            return
        if self._connection.moments is None:
            self._connection.moments = Moments(time.monotonic())
        self._put(bytes(self._unsent))
        self._unsent.clear()
        await self._connection.room()

    def _put(self, data: bytes) -> None:
        assert self._connection.transport is not None
        self._connection.transport.write(data)

    async def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> Stream:
        assert self._connection.transport is not None
        try:
            async with asyncio.timeout(timeout):
                self._connection.transport = await asyncio.get_running_loop().start_tls(
                    self._connection.transport,
                    self._connection,
                    ssl_context,
                    server_hostname=server_hostname,
                )
        except TimeoutError as error:
            await self.aclose()
            raise httpcore2.ConnectTimeout from error
        except (OSError, ssl.SSLError) as error:
            await self.aclose()
            raise httpcore2.ConnectError(str(error)) from error
        return self

    async def aclose(self) -> None:
        if self._connection.transport is not None:
            self._connection.transport.abort()  # all of the answer was read, or none of it is wanted
            await asyncio.sleep(0)  # lets go of the socket

    def get_extra_info(self, info: str) -> Any:
        if info == "moments":
            return self._connection.moments
        if info == "is_readable":
            return self._connection.over or bool(self._connection.unread)
        named = {"client_addr": "sockname", "server_addr": "peername"}.get(info, info)
        transport = self._connection.transport
        return None if transport is None else transport.get_extra_info(named)


class Network(httpcore2.AsyncNetworkBackend):
    """Connects by TCP."""

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[SocketOption] | None = None,
    ) -> Stream:
        began = Moments(time.monotonic())
        local = None if local_address is None else (local_address, 0)
        try:
            async with asyncio.timeout(timeout):
                _, connection = await asyncio.get_running_loop().create_connection(
                    Connection, host, port, local_addr=local
                )
        except TimeoutError as error:
            raise httpcore2.ConnectTimeout from error
        except OSError as error:
            raise httpcore2.ConnectError(str(error)) from error
        return Stream(connection, began)

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(seconds)


class Nowhere(httpcore2.AsyncNetworkBackend):
    """Every connection leads to a host that takes no time: its answer is there with the last byte of the question."""

    def __init__(self, answer: bytes) -> None:
        self._answer = answer

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[SocketOption] | None = None,
    ) -> Stream:
        ours, theirs = socket.socketpair()
        theirs.setblocking(False)
        _, connection = await asyncio.get_running_loop().create_connection(Connection, sock=ours)
        return _Echo(connection, theirs, self._answer)

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(seconds)


class _Echo(Stream):
    def __init__(self, connection: Connection, host: socket.socket, answer: bytes) -> None:
        super().__init__(connection, Moments(time.monotonic()))
        self._host, self._answer = host, answer
        connection.moments = None  # there was nothing to connect to

    def _put(self, data: bytes) -> None:
        super()._put(data)
        self._host.recv(WRITE_AT * 2)
        self._host.send(self._answer)

    async def aclose(self) -> None:
        self._host.close()
        await super().aclose()
