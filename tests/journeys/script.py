"""What a team's script does: standard library, a token, REST."""

from __future__ import annotations

import json
import time
import urllib.error
import urllib.request
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Script:
    url: str
    token: str

    def post(self, path: str, body: Any, *, timeout: float = 20) -> Any:
        return self._ask(path, json.dumps(body).encode(), timeout)

    def get(self, path: str) -> Any:
        return self._ask(path, None)

    def get_until(self, path: str, *, seconds: float, **wanted: Any) -> Any:
        """The first answer that has these values. Raises AssertionError with the last one when they do not come."""
        deadline = time.monotonic() + seconds
        while True:
            answer = self._get_if_there(path)
            if wanted.items() <= answer.items():
                return answer
            assert time.monotonic() < deadline, f"no {wanted} within {seconds} s: {answer}"
            time.sleep(0.2)

    def _get_if_there(self, path: str) -> Any:
        """Nothing, while there is none yet."""
        try:
            return self.get(path)
        except urllib.error.HTTPError as error:
            if error.code != 404:
                raise
            return {}

    def _ask(self, path: str, body: bytes | None, timeout: float = 20) -> Any:
        request = urllib.request.Request(f"{self.url}/api/v1{path}", data=body)
        request.add_header("Authorization", f"Bearer {self.token}")
        request.add_header("Content-Type", "application/json")
        with urllib.request.urlopen(request, timeout=timeout) as answer:
            return json.load(answer)
