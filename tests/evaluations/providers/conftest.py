"""A host on loopback that says what a test tells it to, byte for byte, and remembers what it was asked."""

from __future__ import annotations

import asyncio
import json
import ssl
import threading
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from evaluations.providers.destinations import AllowedHosts
from evaluations.providers.opening import ApiStyle, Endpoint, open_provider
from evaluations.providers.protocol import Answer, Message, Request

CREDENTIAL = "PILOTAGE_TEST_MODEL_KEY"
SECRET = "sk-live-4f9Qz7Lm2Xw8Rt6Vb1Nc"
QUESTION = Request(messages=(Message("user", "Which label?"),), max_tokens=16, timeout_s=5.0)


@dataclass
class Seen:
    path: str
    headers: dict[str, str]
    body: dict[str, object]
    port: int


@dataclass
class Host:
    """Answers each POST with `status`, `headers` and the bytes of `body`.

    `cut_after` closes the connection after so many bytes of the body; `drip_s` waits that long between two bytes;
    `silent` answers nothing until the test is over.
    """

    base_url: str = ""
    port: int = 0
    tls: ssl.SSLContext | None = None
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""
    cut_after: int | None = None
    drip_s: float = 0.0
    silent: bool = False
    seen: list[Seen] = field(default_factory=list)
    over: threading.Event = field(default_factory=threading.Event)

    def says(self, content: object, *, status: int = 200, **headers: str) -> None:
        self.status = status
        self.body = content if isinstance(content, bytes) else json.dumps(content).encode()
        self.headers = {name.replace("_", "-"): value for name, value in headers.items()}

    def speaks_tls(self, certificate: Path) -> None:
        self.tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self.tls.load_cert_chain(certificate)


def _handler(host: Host) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        timeout = 10

        def setup(self) -> None:
            if host.tls is not None:
                self.request = host.tls.wrap_socket(
                    self.request, server_side=True, do_handshake_on_connect=False
                )
            super().setup()

        def finish(self) -> None:
            super().finish()
            self.request.close()  # wrapped, it is another socket than the one that the server closes

        def do_POST(self) -> None:
            length = int(self.headers["Content-Length"])
            headers = {name.lower(): value for name, value in self.headers.items()}
            body = json.loads(self.rfile.read(length))
            host.seen.append(Seen(self.path, headers, body, self.client_address[1]))
            if host.silent:
                host.over.wait(10)
                self.close_connection = True
                return
            self.send_response(host.status)
            for name, value in {"Content-Type": "application/json", **host.headers}.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(host.body)))
            self.end_headers()
            self._write()

        def _write(self) -> None:
            if host.drip_s:
                for byte in host.body:
                    if host.over.wait(host.drip_s):
                        break
                    self.wfile.write(bytes([byte]))
                self.close_connection = True
            else:
                self.wfile.write(host.body[: host.cut_after])
                self.close_connection = host.cut_after is not None

        def log_message(self, format: str, *args: object) -> None:
            """Keeps the test output quiet."""

    return Handler


class QuietServer(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 64  # a batch connects all at once

    def handle_error(self, request: object, client_address: object) -> None:
        """A client that gave up on a slow answer is what these tests are about."""


@pytest.fixture
def host() -> Iterator[Host]:
    host = Host()
    with QuietServer(("127.0.0.1", 0), _handler(host)) as server:
        host.port = server.server_port
        host.base_url = f"http://127.0.0.1:{host.port}"
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield host
        host.over.set()
        server.shutdown()
        thread.join()


@pytest.fixture
def secret(monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.setenv(CREDENTIAL, SECRET)
    return SECRET


Ask = Callable[..., Answer]


@pytest.fixture
def ask(host: Host, secret: str) -> Ask:
    """Asks the host on loopback once, in an event loop of its own."""

    def ask(
        api: ApiStyle,
        request: Request = QUESTION,
        *,
        base_url: str | None = None,
        credential: str = CREDENTIAL,
        allowed: tuple[str, ...] = ("127.0.0.1",),
        streams: bool = False,
        api_version: str = "",
    ) -> Answer:
        url = host.base_url + ("/v1" if api == "openai" else "") if base_url is None else base_url
        endpoint = Endpoint(api, url, "model-asked", credential, api_version=api_version, streams=streams)

        async def once() -> Answer:
            async with open_provider(endpoint, AllowedHosts.parse(allowed)) as provider:
                return await provider.ask(request)

        return asyncio.run(once())

    return ask


@pytest.fixture(params=["openai", "anthropic"])
def api(request: pytest.FixtureRequest) -> ApiStyle:
    return request.param  # type: ignore[no-any-return]


@pytest.fixture
def right_answer(api: ApiStyle) -> dict[str, object]:
    """A complete answer in the wire format of `api`."""
    if api == "openai":
        message = {"role": "assistant", "content": "billing"}
        choice = {"index": 0, "message": message, "finish_reason": "stop"}
        return {"id": "chatcmpl-1", "object": "chat.completion", "model": "m", "choices": [choice]}
    content = [{"type": "text", "text": "billing"}]
    return {
        "id": "msg_1",
        "type": "message",
        "role": "assistant",
        "model": "m",
        "content": content,
        "stop_reason": "end_turn",
    }


@pytest.fixture
def question() -> Request:
    return QUESTION


@pytest.fixture
def credential() -> str:
    """The name of the variable that `secret` sets."""
    return CREDENTIAL
