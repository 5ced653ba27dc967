import json
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from http.client import HTTPConnection
from pathlib import Path
from typing import Any
from urllib.parse import urlencode, urlsplit

import pytest

from config.local.ports import answers, free_port

PROVIDER = Path(__file__).with_name("provider.py")


class Provider:
    """The company's OpenID provider, and the browser of who signs in there."""

    def __init__(self, port: int) -> None:
        self.issuer = f"http://127.0.0.1:{port}"

    def knows(self, subject: str, **claims: Any) -> None:
        self._put(f"/users/{subject}", claims)

    def forges(self, *, signed: str = "RS256", **claims: Any) -> None:
        """The next token is as somebody else would have made it."""
        self._put("/forge", {"signed": signed, "claims": claims})

    def let_through(self, address: str, subject: str) -> str:
        """Signs in at the address that we sent the browser to; where it is sent back to."""
        parts = urlsplit(address)
        connection = HTTPConnection(parts.netloc)
        headers = {"Content-Type": "application/x-www-form-urlencoded"}
        connection.request("POST", f"{parts.path}?{parts.query}", urlencode({"sub": subject}), headers)
        answer = connection.getresponse()
        connection.close()
        back = urlsplit(answer.headers["Location"])
        return f"{back.path}?{back.query}"

    def _put(self, path: str, said: dict[str, Any]) -> None:
        request = urllib.request.Request(
            self.issuer + path, json.dumps(said).encode(), {"Content-Type": "application/json"}, method="PUT"
        )
        urllib.request.urlopen(request).close()


@pytest.fixture(scope="module")
def provider(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Provider]:
    port, log = free_port(), tmp_path_factory.mktemp("provider") / "log"
    with log.open("w") as output:
        process = subprocess.Popen(
            [sys.executable, "-W", "ignore", PROVIDER, str(port)], stdout=output, stderr=output
        )
    for _ in range(400):
        if answers(port):
            break
        assert process.poll() is None, log.read_text()
        time.sleep(0.05)
    yield Provider(port)
    process.terminate()
    process.wait(10)
