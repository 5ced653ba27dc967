"""A client that takes as little as it can of the cores it shares with what is measured, the same for ours and for the peer.

With the standard library's, a single post cost the client a third of what it cost the server.
"""

import re
import socket
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from time import perf_counter

LENGTH = re.compile(rb"\r\ncontent-length: *(\d+)\r\n", re.IGNORECASE)
MOST = 65536


class Client:
    """One HTTP/1.1 connection that stays open: a request is one write, its answer mostly one read."""

    def __init__(self, host: str) -> None:
        address, port = host.rsplit(":", 1)
        self.host = host
        self.socket = socket.create_connection((address, int(port)), timeout=300)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def post(self, request: bytes) -> tuple[int, bytes]:
        """Status and body. `request` is what `written` made."""
        self.socket.sendall(request)
        got = self.socket.recv(MOST)
        while (end := got.find(b"\r\n\r\n")) < 0:
            got += self._more()
        length = LENGTH.search(got, 0, end + 2)
        assert length is not None, got
        whole = end + 4 + int(length[1])
        while len(got) < whole:
            got += self._more()
        return int(got[9:12]), got[end + 4 :]

    def _more(self) -> bytes:
        got = self.socket.recv(MOST)
        assert got, "The server hung up."
        return got


def written(host: str, path: str, body: bytes, headers: Mapping[str, str]) -> bytes:
    """A POST as it goes over the wire."""
    lines = [f"POST {path} HTTP/1.1", f"Host: {host}", f"Content-Length: {len(body)}"]
    lines += [f"{name}: {value}" for name, value in headers.items()]
    return "\r\n".join([*lines, "", ""]).encode() + body


def at_once(host: str, requests: Sequence[bytes], *, clients: int, status: int) -> tuple[list[float], float]:
    """Seconds of each request, and of all of them: each of the clients has its share and sends one after the other."""
    shares = [requests[client::clients] for client in range(clients)]
    started = perf_counter()
    with ThreadPoolExecutor(clients) as pool:
        took = list(pool.map(lambda share: _one_by_one(host, share, status), shares))
    return [each for of_client in took for each in of_client], perf_counter() - started


def _one_by_one(host: str, requests: Sequence[bytes], status: int) -> list[float]:
    client = Client(host)
    took = []
    for request in requests:
        started = perf_counter()
        answered, said = client.post(request)
        took.append(perf_counter() - started)
        assert answered == status, said
    client.socket.close()
    return took
