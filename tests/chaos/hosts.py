"""Other machines: network namespaces with a cable each to this one. As root, on Linux."""

from __future__ import annotations

import asyncio
import subprocess
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from urllib.parse import urlsplit

from config.local.ports import LOOPBACK

BUFFER = 65536


HERE = "10.213.0.1"
"""Our address, as other machines know it: what listens on our loopback is reached there by the same port."""


@dataclass(frozen=True)
class Host:
    name: str

    def command(self, *words: str) -> list[str]:
        """The words, run on this host."""
        return ["ip", "netns", "exec", self.name, *words]

    def cut_off(self) -> None:
        """Pulls the cable: nothing arrives, and nobody is told."""
        _ip("link", "set", f"to-{self.name}", "down")

    def plug_in(self) -> None:
        _ip("link", "set", f"to-{self.name}", "up")


def from_elsewhere(url: str) -> str:
    return url.replace(LOOPBACK, HERE)


@contextmanager
def reachable(*urls: str) -> Iterator[None]:
    """For other machines."""
    _ip("addr", "add", f"{HERE}/32", "dev", "lo")
    try:
        with _relay(HERE, [port for url in urls if (port := urlsplit(url).port)]):
            yield
    finally:
        _ip("addr", "del", f"{HERE}/32", "dev", "lo")


@contextmanager
def host(number: int) -> Iterator[Host]:
    """A machine of its own, with a cable to ours."""
    found, ours, theirs = Host(f"pilotage-{number}"), f"10.213.{number}.1", f"10.213.{number}.2"
    cable = f"to-{found.name}"
    _ip("netns", "add", found.name)
    try:
        _ip("link", "add", cable, "type", "veth", "peer", "name", "eth0", "netns", found.name)
        _ip("addr", "add", f"{ours}/30", "dev", cable)
        _ip("link", "set", cable, "up")
        for words in (
            ("addr", "add", f"{theirs}/30", "dev", "eth0"),
            ("link", "set", "eth0", "up"),
            ("link", "set", "lo", "up"),
            ("route", "add", "default", "via", ours),
        ):
            _ip("-n", found.name, *words)
        yield found
    finally:
        subprocess.run(
            ["ip", "link", "del", cable], check=False
        )  # a process that is left there would keep it
        _ip("netns", "del", found.name)


def _ip(*words: str) -> None:
    subprocess.run(["ip", *words], check=True)


@contextmanager
def _relay(address: str, ports: list[int]) -> Iterator[None]:
    """Takes connections at this address and passes them on to our loopback."""
    loop = asyncio.new_event_loop()

    async def listen() -> None:
        for port in ports:
            await asyncio.start_server(lambda *ends, port=port: _pass_on(*ends, port=port), address, port)

    threading.Thread(target=loop.run_forever, daemon=True).start()
    asyncio.run_coroutine_threadsafe(listen(), loop).result(timeout=10)
    try:
        yield
    finally:
        asyncio.run_coroutine_threadsafe(_end_all(), loop).result(timeout=10)
        loop.call_soon_threadsafe(loop.stop)


async def _end_all() -> None:
    others = asyncio.all_tasks() - {asyncio.current_task()}
    for task in others:
        task.cancel()
    await asyncio.gather(*others, return_exceptions=True)


async def _pass_on(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, *, port: int) -> None:
    there, back = await asyncio.open_connection(LOOPBACK, port)
    with suppress(asyncio.CancelledError):
        await asyncio.gather(_pump(reader, back), _pump(there, writer))


async def _pump(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    with suppress(OSError), closing(writer):
        while data := await reader.read(BUFFER):
            writer.write(data)
            await writer.drain()
