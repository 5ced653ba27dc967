"""The line between a script and the server, which can be cut, and on which answers can get lost."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Literal
from urllib.parse import urlsplit


class Line:
    """Forwards to `server`. `cut`: nobody answers. `answers_lost`: the server gets what is sent, its answer goes nowhere."""

    def __init__(self, server: str) -> None:
        parts = urlsplit(server)
        self._server = (parts.hostname or "", parts.port or 0)
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.state: Literal["open", "cut", "answers_lost"] = "open"
        self.answer_was_lost = threading.Event()
        self.calls = 0
        self.url = f"http://127.0.0.1:{self._listener.getsockname()[1]}"

    def serve(self) -> None:
        with suppress(OSError):  # closed: the end of the test
            while True:
                caller, _ = self._listener.accept()
                self.calls += 1
                if self.state == "cut":
                    caller.close()
                else:
                    threading.Thread(target=self._forward, args=(caller,), daemon=True).start()

    def close(self) -> None:
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()

    def _forward(self, caller: socket.socket) -> None:
        with caller, socket.create_connection(self._server) as server:
            up = threading.Thread(target=_pump, args=(caller, server), daemon=True)
            up.start()
            if self.state == "answers_lost":
                server.recv(65536)  # the server has committed
                self.answer_was_lost.set()
                up.join()
            else:
                _pump(server, caller)
                up.join()


def _pump(source: socket.socket, target: socket.socket) -> None:
    with suppress(OSError):
        while data := source.recv(65536):
            target.sendall(data)
    with suppress(OSError):
        target.shutdown(socket.SHUT_WR)


@contextmanager
def between(server: str) -> Iterator[Line]:
    line = Line(server)
    thread = threading.Thread(target=line.serve)
    thread.start()
    try:
        yield line
    finally:
        line.close()
        thread.join()
