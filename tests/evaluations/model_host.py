"""A model server on loopback in OpenAI's wire format, for tests of everything above the clients."""

import json
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


@dataclass
class Reply:
    text: str = "billing"
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)


@dataclass
class ModelHost:
    """`reply` gets the question and how often it was asked before; each call takes `delay_s`."""

    base_url: str = ""
    reply: Callable[[str, int], Reply] = lambda question, before: Reply()
    delay_s: float = 0.0
    asked: Counter[str] = field(default_factory=Counter)
    bodies: list[dict[str, Any]] = field(default_factory=list)
    ports: set[int] = field(default_factory=set)
    now_open: int = 0
    most_open: int = 0
    lock: threading.Lock = field(default_factory=threading.Lock)

    def answer(self, body: dict[str, Any]) -> Reply:
        question = body["messages"][-1]["content"]
        with self.lock:
            before = self.asked[question]
            self.asked[question] += 1
            self.bodies.append(body)
            self.now_open += 1
            self.most_open = max(self.most_open, self.now_open)
        time.sleep(self.delay_s)
        with self.lock:
            self.now_open -= 1
        return self.reply(question, before)


def completion(text: str, model: str) -> dict[str, Any]:
    return {
        "id": "chatcmpl-1",
        "object": "chat.completion",
        "created": 1780000000,
        "model": f"{model}-2026-01-01",
        "choices": [{"index": 0, "message": {"role": "assistant", "content": text}, "finish_reason": "stop"}],
        "usage": {"prompt_tokens": 30, "completion_tokens": 2, "total_tokens": 32},
    }


@contextmanager
def serving(host: ModelHost) -> Iterator[ModelHost]:
    server = _Server(("127.0.0.1", 0), _handler(host))
    host.base_url = f"http://127.0.0.1:{server.server_port}/v1"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield host
    finally:
        server.shutdown()
        thread.join()
        server.socket.close()


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, request: Any, client_address: Any) -> None:
        """The asking side was killed: what some tests are about."""
        if not isinstance(sys.exc_info()[1], ConnectionError):
            super().handle_error(request, client_address)


def _handler(host: ModelHost) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            host.ports.add(self.client_address[1])
            reply = host.answer(body)
            sent = (
                completion(reply.text, body["model"]) if reply.status == 200 else {"error": {"message": "no"}}
            )
            content = json.dumps(sent).encode()
            self.send_response(reply.status)
            for name, value in {"Content-Type": "application/json", **reply.headers}.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *args: object) -> None:
            return None

    return Handler
